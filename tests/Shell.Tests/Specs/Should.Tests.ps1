Describe 'Should' {
    It 'compares as the language does' {
        1 | Should -Be 1.0
        '1' | Should -Be 1
        'abc' | Should -Be 'ABC'
        'abc' | Should -BeExactly 'abc'
        1, 2, 3 | Should -Be @(1, 2, 3)
        $null | Should -Be $null
        @() | Should -Be @()
        [System.IO.FileMode]::Open | Should -Be 'Open'
        5 | Should -Not -Be 6
    }

    It 'orders' {
        3 | Should -BeGreaterThan 2
        3 | Should -BeLessThan 3.5
        3 | Should -BeGreaterOrEqual 3
        3 | Should -BeLessOrEqual 3
    }

    It 'knows nothing from something' {
        $null, '', @() | ForEach-Object { , $_ | Should -BeNullOrEmpty }
        @() | Should -BeNullOrEmpty
        0 | Should -Not -BeNullOrEmpty
        'x' | Should -Not -BeNullOrEmpty
        1 | Should -BeTrue
        '' | Should -BeFalse
    }

    It 'knows types' {
        1 | Should -BeOfType [int]
        1 | Should -BeOfType ([int])
        'x' | Should -BeOfType System.String
        [System.IO.FileNotFoundException]::new() | Should -BeOfType [System.IO.IOException]
        1 | Should -Not -BeOfType [string]
    }

    It 'matches' {
        'Section 12' | Should -Match '\d+'
        'abc' | Should -Match 'B'
        'abc' | Should -Not -MatchExactly 'B'
        'abc' | Should -BeLike 'A*'
    }

    It 'looks into lists' {
        1, 2, 3 | Should -Contain 2
        1, 2, 3 | Should -Not -Contain 4
        1, 2, 3 | Should -HaveCount 3
        @() | Should -HaveCount 0
        'b' | Should -BeIn 'a', 'b'
    }

    It 'catches' {
        { throw 'out of range: 7' } | Should -Throw
        { throw 'out of range: 7' } | Should -Throw -ExpectedMessage '*range*'
        { throw 'out of range: 7' } | Should -Throw '*: 7'
        { 1 / 0 } | Should -Throw -ExceptionType ([System.Management.Automation.RuntimeException])
        { [int]'x' } | Should -Throw -ErrorId 'InvalidCastFromStringToInteger'
        { $null = 1 } | Should -Not -Throw
        $caught = { Get-Nothing } | Should -Throw -ErrorId 'CommandNotFoundException' -PassThru
        $caught.TargetObject | Should -Be 'Get-Nothing'
    }

    It 'keeps what a caught block sets to itself' {
        $x = 1
        { $x = 2; throw 'x' } | Should -Throw
        $x | Should -Be 1
    }
}
