BeforeAll {
    Import-Module "$PSScriptRoot/../out/EmTools/EmTools.psd1"
}

Describe 'Parameters chosen from the data' {
    BeforeAll {
        New-EmPhantom -Count 6 -FirstIndex 5600 -Height 384 -Width 512 -Seed 4 -StripeAmplitude 1200 -Destination "$TestDrive/trial"

        # Another instrument: 8 bits, weak contrast, not inverted.
        Read-EmSection "$TestDrive/trial/raw" -Invert | Invoke-EmFilter Rescale -Minimum 20000 -Maximum 80000 | Write-EmSection "$TestDrive/mine"
        $stack = Read-EmSection "$TestDrive/mine"
        $suggestion = $stack | Get-EmSuggestion -Sample 3
        $suggestion | Export-EmRecipe "$TestDrive/restore.json"
    }

    It 'looks at sections from all over the stack' {
        $suggestion.Sections | Should -Be @('05601.tif', '05603.tif', '05605.tif')
    }

    It 'gives every choice a reason with figures' {
        foreach ($choice in $suggestion.Parameters) {
            $choice.Reason | Should -Match '\S+.*\.$'
            $choice.Step | Should -BeIn @('Destripe', 'Denoise', 'Contrast')
        }
        $suggestion.Parameters.Where({ $_.Step -eq 'Destripe' })[0].Reason | Should -Match 'standard errors'
        $suggestion.Parameters.Where({ $_.Parameter -eq 'Gain' }).Reason | Should -Match 'Noise of [\d.]+ grey levels'
    }

    It 'is a recipe that can be saved, read and applied' {
        $again = Import-EmRecipe "$TestDrive/restore.json"
        $again.Hash | Should -Be $suggestion.Recipe.Hash
        $again.Comment | Should -HaveCount ($suggestion.Parameters.Count + 1)
        $again.Comment[0] | Should -Be 'Chosen from 05601.tif, 05603.tif, 05605.tif.'
        $again.Comment -join ' ' | Should -BeLike '*Denoise -Gain * (was 3.418E-06, 4.114E-06): Noise of *'
        $fromFile = $stack[0] | Invoke-EmRecipe "$TestDrive/restore.json"
        $fromObject = $stack[0] | Invoke-EmRecipe $suggestion
        ($fromFile | Compare-EmSection $fromObject -Range 255).RootMeanSquareError | Should -Be 0
    }

    It 'restores better than the published constants' {
        $truth = Read-EmSection "$TestDrive/trial/truth/05602.tif"
        $raw = Read-EmSection "$TestDrive/mine/05602.tif"
        $suggested = $raw | Invoke-EmRecipe $suggestion | Compare-EmSection $truth -MatchIntensity
        $published = $raw | Set-IntensityOffset -Value (($raw | Measure-EmSection).Mean - 28000) |
            Invoke-EmFilter Destripe | Invoke-EmFilter Denoise | Invoke-EmFilter Contrast | Compare-EmSection $truth -MatchIntensity
        $suggested.Psnr | Should -BeGreaterThan ($published.Psnr + 1)
        $suggested.Ssim | Should -BeGreaterThan ($published.Ssim + 0.05)
    }

    It 'chooses the parameters of a recipe with calibration, and leaves the rest of it' {
        $raw = Read-EmSection "$TestDrive/trial/raw" -Invert
        $chain = $raw[0] | Invoke-EmFilter Destripe -MaxAngle 3 |
            Set-IntensityOffset "$TestDrive/trial/info.h5" |
            Remove-Background "$TestDrive/trial/polymodel.h5" -VolumeShape 11260, 384, 512 |
            Invoke-EmFilter Denoise | Invoke-EmFilter Contrast
        $chain | Export-EmRecipe "$TestDrive/base.json"
        $chosen = $raw | Get-EmSuggestion -Recipe "$TestDrive/base.json"
        $chosen.Recipe.Steps.Name | Should -Be @('Destripe', 'IntensityOffset', 'Background', 'Denoise', 'Contrast')
        $mean = $chosen.Parameters.Where({ $_.Parameter -eq 'Mean' })
        $mean.Value | Should -BeGreaterThan 27000
        $mean.Value | Should -BeLessThan 29500
        $mean.Before | Should -Be 28000

        $sameOfASection = $raw | Get-EmSuggestion -Recipe $chain
        $sameOfASection.Recipe.Hash | Should -Be $chosen.Recipe.Hash
    }

    It 'says which section tells nothing' {
        $raw = Read-EmSection "$TestDrive/mine/05600.tif"
        $flat = $raw | Invoke-EmFilter Rescale -Minimum 300 -Maximum 400
        { $flat | Get-EmSuggestion } | Should -Throw '*Section 5600 (05600.tif) is flat nearly everywhere*Choose parameters from other sections.'
    }

    It 'goes on without a section that cannot be read' {
        Read-EmSection "$TestDrive/mine" | Write-EmSection "$TestDrive/copy"
        $copy = Read-EmSection "$TestDrive/copy"
        Remove-Item "$TestDrive/copy/05603.tif"
        $chosen = $copy | Get-EmSuggestion -Sample 3 -ErrorVariable trouble -ErrorAction SilentlyContinue
        $trouble | Should -HaveCount 1
        $trouble[0].TargetObject.Index | Should -Be 5603
        $chosen.Sections | Should -Be @('05601.tif', '05605.tif')

        { $copy[3] | Get-EmSuggestion -ErrorAction SilentlyContinue } | Should -Throw '*None of the sections could be looked at*'
    }

    It 'wants a recipe where there is a calibration folder' {
        { New-EmPhantom -Height 64 -Width 64 | Get-EmSuggestion -CalibrationFolder here } | Should -Throw '*-CalibrationFolder is for a recipe*'
    }

    It 'refuses a chain in which it has nothing to choose, or that moves pixels' {
        $raw = Read-EmSection "$TestDrive/mine/05600.tif"
        { $raw | Get-EmSuggestion -Recipe ($raw | Set-IntensityOffset -Value 5) } | Should -Throw '*(IntensityOffset) has none of the filters whose parameters can be chosen: Destripe, Denoise, Contrast, DestripeAdaptive, DenoiseTransform. Add one.'
        { $raw | Get-EmSuggestion -Recipe ($raw | Move-EmSection -Shift 1, 1 -Shape 100, 100 | Invoke-EmFilter Denoise) } | Should -Throw '*has the step Realign*Do it to the sections before*'
        { $raw | Get-EmSuggestion -Recipe ($raw | Find-EmBackground | Invoke-EmFilter Denoise) } | Should -Throw '*has the step BackgroundMask*'
    }

    It 'refuses filters over neighbours in its chain' {
        $raw = Read-EmSection "$TestDrive/mine"
        $chain = ($raw | Invoke-EmFilter MillingCorrection)[2]
        { $raw | Get-EmSuggestion -Recipe $chain } | Should -Throw '*has a filter over neighbouring sections, MillingCorrection, *'
    }

    It 'chooses in two dimensions for a chain that denoises in three, and keeps its radius' {
        $stack = Read-EmSection "$TestDrive/mine"
        $chain = ($stack | Invoke-EmFilter Denoise -Radius 1 | Invoke-EmFilter Contrast)[1]
        $chosen = $stack | Get-EmSuggestion -Recipe $chain
        $chosen | Export-EmRecipe "$TestDrive/deep.json"
        $text = Get-Content "$TestDrive/deep.json" -Raw
        $text | Should -Match '"Radius": 1\b'
        $gain = $chosen.Parameters.Where({ $_.Parameter -eq 'Gain' })[0]
        $gain.Value[0] | Should -Not -Be $gain.Before[0]
        [double] [regex]::Match($text, '"Gain": \[([^,\]]+)').Groups[1].Value | Should -Be $gain.Value[0]
        $gain.Reason | Should -BeLike '*Chosen in two dimensions, on each section alone; the recipe keeps -Radius 1.'

        $stack | Invoke-EmRecipe "$TestDrive/deep.json" | Write-EmSection "$TestDrive/deep"
        $written = Read-EmSection "$TestDrive/deep"
        $written | Should -HaveCount 6

        # Neighbours were looked at.
        $text.Replace('"Radius": 1', '"Radius": 0') | Set-Content "$TestDrive/flat.json"
        $alone = $stack[2] | Invoke-EmRecipe "$TestDrive/flat.json"
        ($written[2] | Compare-EmSection $alone -Range 255).RootMeanSquareError | Should -BeGreaterThan 1
    }
}
