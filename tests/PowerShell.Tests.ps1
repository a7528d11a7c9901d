# The module among PowerShell's own commands.
BeforeAll {
    Import-Module "$PSScriptRoot/../out/EmTools/EmTools.psd1"
    New-EmPhantom -Count 4 -FirstIndex 8 -Height 48 -Width 64 -Destination "$TestDrive/trial"
}

Describe 'Files and places' {
    It 'are those of Get-ChildItem' {
        (Get-ChildItem "$TestDrive/trial/raw" | Read-EmSection).Index | Should -Be @(8, 9, 10, 11)
        (Get-ChildItem "$TestDrive/trial" -Recurse -Filter 00010.tif | Sort-Object FullName | Read-EmSection).Path | Should -Be @(
            Join-Path $TestDrive trial raw 00010.tif
            Join-Path $TestDrive trial truth 00010.tif
        )
    }

    It 'may be on a drive of PowerShell alone' {
        $null = New-PSDrive -Name Trial -PSProvider FileSystem -Root "$TestDrive/trial"
        try {
            Read-EmSection Trial:/raw -Invert | Write-EmSection Trial:/copied
            (Get-ChildItem Trial:/copied).Name | Should -Be @('00008.tif', '00009.tif', '00010.tif', '00011.tif')
        }
        finally {
            Remove-PSDrive Trial
        }
    }

    It 'are relative to where Set-Location went, not to where PowerShell started' {
        Push-Location "$TestDrive/trial"
        try {
            Read-EmSection raw/00009.tif | Write-EmSection beside
        }
        finally {
            Pop-Location
        }
        "$TestDrive/trial/beside/00009.tif" | Should -Exist
    }
}

Describe 'Sections' {
    It 'are sorted, chosen, grouped and measured by their properties' {
        $sections = Read-EmSection "$TestDrive/trial/raw"
        ($sections | Sort-Object Index -Descending).Index | Should -Be @(11, 10, 9, 8)
        ($sections | Where-Object Index -GT 9 | Select-Object -First 1).Name | Should -Be '00010.tif'
        ($sections | Group-Object Width, PixelType).Count | Should -Be 4
        ($sections | Measure-Object Index -Sum).Sum | Should -Be 38
    }

    It 'out of order are put in order by Sort-Object before a filter over neighbours' {
        $sections = Read-EmSection "$TestDrive/trial/raw"
        $mixed = $sections[2, 0, 3, 1]
        { $mixed | Invoke-EmFilter MillingCorrection -ErrorAction Stop } | Should -Throw '*Sort-Object Index*'
        ($mixed | Sort-Object Index | Invoke-EmFilter MillingCorrection).Index | Should -Be @(8, 9, 10, 11)
    }

    It 'go into other runspaces' {
        $manifest = "$PSScriptRoot/../out/EmTools/EmTools.psd1"
        $means = Read-EmSection "$TestDrive/trial/raw" | ForEach-Object -ThrottleLimit 2 -Parallel {
            Import-Module $using:manifest
            $_ | Invoke-EmFilter Denoise | Measure-EmSection
        }
        ($means | Sort-Object Index).Index | Should -Be @(8, 9, 10, 11)
    }
}

Describe 'Figures' {
    BeforeAll {
        $figures = Read-EmSection "$TestDrive/trial/raw" | Measure-EmSection
        $comparisons = Read-EmSection "$TestDrive/trial/raw" | Compare-EmSection (Read-EmSection "$TestDrive/trial/truth")
    }

    It 'come back from ConvertTo-Json' {
        $back = $figures | ConvertTo-Json -Depth 4 | ConvertFrom-Json
        $back.Index | Should -Be $figures.Index
        $back.Mean | Should -Be $figures.Mean
        $back[1].Stripes.Amplitude | Should -Be $figures[1].Stripes.Amplitude
    }

    It 'come back from Export-Csv' {
        $comparisons | Export-Csv "$TestDrive/comparisons.csv"
        $back = Import-Csv "$TestDrive/comparisons.csv"
        $back.Section | Should -Be @('00008.tif', '00009.tif', '00010.tif', '00011.tif')
        $back.ForEach({ [double] $_.Psnr }) | Should -Be $comparisons.Psnr
        [double] $back[2].RootMeanSquareError | Should -Be $comparisons[2].RootMeanSquareError
    }

    It 'make a table of chosen columns' {
        $lines = $comparisons | Format-Table Index, Psnr | Out-String -Stream | Where-Object { $_.Trim() }
        $lines | Should -HaveCount 6
        $lines[0].Trim() | Should -Match '^Index\s+Psnr$'
    }
}

Describe 'Strict mode' {
    It 'loses nothing of the table of sections' {
        Set-StrictMode -Version Latest
        Read-EmSection "$TestDrive/trial/raw/00008.tif" -Invert | Out-String | Should -BeLike '*00008.tif, inverted*'
    }

    It 'lets the published pipeline through' {
        Set-StrictMode -Version Latest
        $stack = Read-EmSection "$TestDrive/trial/raw/*.tif" -Invert |
            Invoke-EmFilter Destripe |
            Set-EmIntensityOffset "$TestDrive/trial/info.h5" |
            Remove-EmBackground "$TestDrive/trial/polymodel.h5" -VolumeShape 11260, 48, 64 |
            Invoke-EmFilter Denoise
        $files = $stack | Write-EmSection "$TestDrive/strict" -PassThru -ErrorVariable trouble
        $trouble | Should -BeNullOrEmpty
        $files | Should -HaveCount 4
        { $stack[0].NoSuchProperty } | Should -Throw
    }
}
