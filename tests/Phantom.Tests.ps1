BeforeAll {
    Import-Module "$PSScriptRoot/../out/EmTools/EmTools.psd1"
}

Describe 'New-EmPhantom' {
    It 'counts on from -FirstIndex' {
        (New-EmPhantom -Count 3 -FirstIndex 20 -Height 32 -Width 32).Index | Should -Be @(20, 21, 22)
    }

    It 'gives the same pixels for the same seed' {
        $comparison = New-EmPhantom -Height 64 -Width 80 -Seed 5 | Compare-EmSection (New-EmPhantom -Height 64 -Width 80 -Seed 5)
        $comparison.RootMeanSquareError | Should -Be 0
    }

    It 'gives other pixels for another seed' {
        $comparison = New-EmPhantom -Height 64 -Width 80 -Seed 5 | Compare-EmSection (New-EmPhantom -Height 64 -Width 80 -Seed 6)
        $comparison.RootMeanSquareError | Should -BeGreaterThan 100
    }

    It 'lies in the range of published sections' {
        $measured = New-EmPhantom -Height 256 -Width 256 | Measure-EmSection
        $measured.Mean | Should -BeGreaterThan 45000
        $measured.Mean | Should -BeLessThan 60000
    }

    It 'knows its truth' {
        $measured = New-EmPhantom -Height 256 -Width 256 -Truth | Measure-EmSection
        $measured.Mean | Should -BeGreaterThan 26000
        $measured.Mean | Should -BeLessThan 30000
    }

    It 'writes a whole stack with -Destination' {
        New-EmPhantom -Count 2 -FirstIndex 4 -Height 32 -Width 48 -Destination "$TestDrive/trial"
        $files = Get-ChildItem "$TestDrive/trial" -Recurse -File | Resolve-Path -Relative -RelativeBasePath "$TestDrive/trial"
        $files -replace '^\.[\\/]' -replace '\\', '/' | Sort-Object | Should -Be @('info.h5', 'polymodel.h5', 'raw/00004.tif', 'raw/00005.tif', 'truth/00004.tif', 'truth/00005.tif')
    }
}
