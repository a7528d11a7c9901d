BeforeDiscovery {
    $names = 'a', 'b'
}

BeforeAll {
    $file = 'file'
    function Get-Twice($x) { 2 * $x }
}

Describe 'scopes' {
    BeforeAll {
        $all = 1
        $log = [System.Collections.Generic.List[string]]::new()
    }

    BeforeEach {
        $each = $all + 1
        $log.Add('each')
    }

    It 'sees what BeforeAll and BeforeEach set' {
        $file | Should -Be 'file'
        $all | Should -Be 1
        $each | Should -Be 2
        Get-Twice 4 | Should -Be 8
    }

    It 'may change its own copy' {
        $all = 5
        $each = 7
        $own = 1
        $all | Should -Be 5
    }

    It 'starts fresh' {
        $all | Should -Be 1
        $each | Should -Be 2
        $own | Should -BeNullOrEmpty
    }

    It 'does not see what discovery set' {
        $names | Should -BeNullOrEmpty
    }

    It 'knows where the file is' {
        $PSScriptRoot | Should -Be ([System.IO.Path]::GetDirectoryName($PSCommandPath))
        [System.IO.File]::Exists("$PSScriptRoot/Scopes.Tests.ps1") | Should -BeTrue
    }

    Context 'inside' {
        BeforeAll { $inner = $all + 10 }

        BeforeEach { $log.Add('inner'); $both = $each + $inner }

        It 'runs the outer BeforeEach first' {
            $log[-2] | Should -Be 'each'
            $log[-1] | Should -Be 'inner'
            $both | Should -Be 13
        }
    }

    It 'is not touched by an inner block' {
        $inner | Should -BeNullOrEmpty
    }
}

Describe 'data' {
    It 'of discovery: <_>' -ForEach $names {
        $_ | Should -BeIn 'a', 'b'
    }

    It 'has <name> of <size.Width>' -TestCases @(
        @{ name = 'one'; size = @{ Width = 1 } }
        @{ name = 'two'; size = @{ Width = 2 } }
    ) {
        param($name, $size)
        $size.Width | Should -BeIn 1, 2
        $name | Should -Be ('one', 'two')[$size.Width - 1]
    }

    Context 'of a block: <n>' -ForEach @{ n = 3 }, @{ n = 4 } {
        BeforeAll { $square = $n * $n }

        It 'is squared, and with <m>' -ForEach @{ m = 1 } {
            $square | Should -Be ($n * $n)
            $m | Should -Be 1
        }
    }

    It 'may be left out' -Skip {
        throw 'ran'
    }
}

Describe 'the test drive' {
    BeforeAll { [System.IO.File]::WriteAllText("$TestDrive/kept.txt", 'x') }

    Context 'a' {
        It 'is a folder' {
            [System.IO.File]::WriteAllText("$TestDrive/inner.txt", 'x')
            'TestDrive:/inner.txt' | Should -Exist
            "$TestDrive/kept.txt" | Should -Exist
        }
    }

    Context 'b' {
        It 'is cleared of what another block left' {
            "$TestDrive/inner.txt" | Should -Not -Exist
            "$TestDrive/kept.txt" | Should -Exist
        }
    }
}
