BeforeAll {
    Import-Module "$PSScriptRoot/../out/EmTools/EmTools.psd1"
}

Describe 'A recipe' {
    BeforeAll {
        New-EmPhantom -Count 3 -Height 64 -Width 96 -Destination "$TestDrive/ph"
    }

    It 'does what the pipeline did' {
        $section = Read-EmSection "$TestDrive/ph/raw/00001.tif" -Invert | Set-IntensityOffset "$TestDrive/ph/info.h5" | Invoke-EmFilter Denoise
        $section | Export-EmRecipe "$TestDrive/denoise.json"
        $again = Read-EmSection "$TestDrive/ph/raw/00001.tif" -Invert | Invoke-EmRecipe "$TestDrive/denoise.json"
        ($again | Compare-EmSection $section).RootMeanSquareError | Should -Be 0
    }

    It 'of a newer layout is refused' {
        Set-Content "$TestDrive/new.json" '{ "schema": 99, "software": "EmTools 9.0.0", "steps": [] }'
        { Import-EmRecipe "$TestDrive/new.json" -ErrorAction Stop } | Should -Throw '*was written by a newer version (EmTools 9.0.0)*'
    }
}

Describe 'A stack' {
    BeforeAll {
        New-EmPhantom -Count 3 -Height 64 -Width 96 -Destination "$TestDrive/ph"
    }

    It 'is restored, told of, verified, and done once' {
        $stack = Read-EmSection "$TestDrive/ph/raw" -Invert | Invoke-EmFilter Denoise
        $end = $stack | Invoke-EmStack "$TestDrive/out"
        $end.Done | Should -Be 3
        $end.ExitCode | Should -Be 0
        (Test-EmStack "$TestDrive/out").Sound | Should -Be 3
        $written = (Get-Item "$TestDrive/out/00001.tif").LastWriteTimeUtc
        ($stack | Invoke-EmStack "$TestDrive/out").Done | Should -Be 3
        (Get-Item "$TestDrive/out/00001.tif").LastWriteTimeUtc | Should -Be $written
    }

    It 'is done again where its steps have changed' {
        Read-EmSection "$TestDrive/ph/raw" -Invert | Invoke-EmFilter Denoise | Invoke-EmStack "$TestDrive/again"
        $end = Read-EmSection "$TestDrive/ph/raw" -Invert | Invoke-EmFilter Denoise -Window 9 | Invoke-EmStack "$TestDrive/again" -WhatIf
        $end | Should -BeNullOrEmpty
        $end = Read-EmSection "$TestDrive/ph/raw" -Invert | Invoke-EmFilter Denoise -Window 9 | Invoke-EmStack "$TestDrive/again"
        $end.Done | Should -Be 3
    }
}
