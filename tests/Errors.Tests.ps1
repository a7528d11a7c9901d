Describe 'Errors' {
    BeforeAll {
        Import-Module "$PSScriptRoot/../out/EmTools/EmTools.psd1"
        New-EmPhantom -Count 3 -Height 40 -Width 50 -Destination "$TestDrive/trial" -Depth 3
        Set-Content "$TestDrive/trial/raw/00001.tif" 'This is no image.'
        $section = New-EmPhantom -Height 40 -Width 50
    }

    Context 'One bad file among good ones' {
        BeforeAll {
            $sections = Read-EmSection "$TestDrive/trial/raw" -ErrorAction SilentlyContinue -ErrorVariable trouble
        }

        It 'does not keep the others from being read' {
            $sections.Index | Should -Be @(0, 2)
        }

        It 'is named by the error' {
            $trouble | Should -HaveCount 1
            $trouble[0].CategoryInfo.Category | Should -Be 'InvalidData'
            $trouble[0].TargetObject | Should -BeLike '*00001.tif'
            "$($trouble[0])" | Should -BeLike '*00001.tif*'
        }
    }

    Context 'What does not exist' {
        It 'is told of a pattern without match' {
            { Read-EmSection "$TestDrive/nowhere/*.tif" -ErrorAction Stop } | Should -Throw -ErrorId 'NoSuchFile,EmTools.Cmdlets.ReadEmSectionCommand' -ExpectedMessage "No file matches '*nowhere/*.tif'*"
        }

        It 'is told of a table before any section goes on' {
            { $section | Set-IntensityOffset "$TestDrive/none.h5" } | Should -Throw -ExpectedMessage "*none.h5'*"
            { $section | Remove-Background "$TestDrive/none.h5" -VolumeShape 3, 40, 50 } | Should -Throw -ExpectedMessage "*none.h5'*"
        }

        It 'is told of a filter, with those that there are' {
            { $section | Invoke-EmFilter Sharpen } | Should -Throw -ExpectedMessage "*There is no filter 'Sharpen'; there are Destripe, Denoise, Contrast*"
        }
    }

    Context 'A section beyond the table' {
        It 'is an error that the others do not mind' {
            $three = New-EmPhantom -Count 3 -FirstIndex 2 -Height 40 -Width 50
            $even = $three | Set-IntensityOffset "$TestDrive/trial/info.h5" -ErrorAction SilentlyContinue -ErrorVariable trouble
            $even.Index | Should -Be 2
            $trouble.ForEach({ $_.TargetObject.Index }) | Should -Be @(3, 4)
            "$($trouble[0])" | Should -BeLike '*covers sections 0 to 2 only*'
        }
    }

    Context 'Wrong values' {
        It 'are refused for <Filter> <Parameter>' -ForEach @(
            @{ Filter = 'Destripe'; Parameter = 'BandLength'; Value = 160; Message = '*expected an odd number*found 160*' }
            @{ Filter = 'Destripe'; Parameter = 'ScaleCount'; Value = 0; Message = '*expected 1 to 16*found 0*' }
            @{ Filter = 'Denoise'; Parameter = 'Window'; Value = 4; Message = '*expected an odd number*found 4*' }
            @{ Filter = 'Contrast'; Parameter = 'Sigma'; Value = 0; Message = '*-Sigma*found 0*' }
            @{ Filter = 'Contrast'; Parameter = 'Mean'; Value = [double]::NaN; Message = '*expected a finite number*' }
        ) {
            $given = @{ $Parameter = $Value }
            { $section | Invoke-EmFilter $Filter @given } | Should -Throw -ErrorId 'FilterParameterOutOfRange,EmTools.Cmdlets.InvokeEmFilterCommand' -ExpectedMessage $Message
        }
    }
}
