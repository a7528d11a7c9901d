BeforeAll {
    Import-Module "$PSScriptRoot/../out/EmTools/EmTools.psd1"
}

Describe 'The published pipeline' {
    BeforeAll {
        New-EmPhantom -Count 2 -FirstIndex 5600 -Height 192 -Width 256 -Seed 2 -Destination "$TestDrive/trial"
        $recipe = {
            Read-EmSection "$TestDrive/trial/raw/*.tif" -Invert |
                Invoke-EmFilter Destripe -Direction Vertical |
                Set-IntensityOffset -Path "$TestDrive/trial/info.h5" |
                Remove-Background -Path "$TestDrive/trial/polymodel.h5" -VolumeShape 11260, 192, 256 |
                Invoke-EmFilter Denoise |
                Invoke-EmFilter Contrast -Sigma 2000 -Offset -2000 -HighPassSigma 1250 -Mean 28000
        }
        $restored = & $recipe
        $restored | Write-EmSection "$TestDrive/restored"
    }

    It 'describes what is to be done before anything is computed' {
        $restored | Should -HaveCount 2
        $restored[0].Steps.Name | Should -Be @('Destripe', 'IntensityOffset', 'Background', 'Denoise', 'Contrast')
        $restored[0].PixelType | Should -Be 'UInt8'
    }

    It 'writes 8-bit sections under their index' {
        $written = Read-EmSection "$TestDrive/restored"
        $written.Index | Should -Be @(5600, 5601)
        $written.PixelType | Should -Be @('UInt8', 'UInt8')
        $written.Width | Should -Be @(256, 256)
    }

    It 'writes what GetPixels gives' {
        $written = Read-EmSection "$TestDrive/restored/05601.tif"
        $pixels = $restored[1].GetPixels()
        $stored = $written.GetPixels()
        $stored[0, 0] | Should -Be $pixels[0, 0]
        $stored[100, 200] | Should -Be $pixels[100, 200]
        $stored[191, 255] | Should -Be $pixels[191, 255]
    }

    It 'brings sections nearer to the truth' {
        $truth = Read-EmSection "$TestDrive/trial/truth"
        $even = Read-EmSection "$TestDrive/trial/raw" -Invert |
            Set-IntensityOffset "$TestDrive/trial/info.h5" |
            Remove-Background "$TestDrive/trial/polymodel.h5" -VolumeShape 11260, 192, 256
        $before = $even | Compare-EmSection $truth
        $after = $even | Invoke-EmFilter Destripe | Invoke-EmFilter Denoise | Compare-EmSection $truth
        $after[0].Psnr | Should -BeGreaterThan ($before[0].Psnr + 1)
        $after[1].Psnr | Should -BeGreaterThan ($before[1].Psnr + 1)
        $after[0].Ssim | Should -BeGreaterThan $before[0].Ssim
    }
}

Describe 'Branches' {
    It 'leave each other alone' {
        $section = New-EmPhantom -Height 48 -Width 64
        $one = $section | Set-IntensityOffset -Value 100
        $two = $section | Set-IntensityOffset -Value 300
        $one.GetPixels()[5, 6] - $two.GetPixels()[5, 6] | Should -Be 200
        $section.Steps | Should -HaveCount 0
        $section.GetPixels()[5, 6] - $one.GetPixels()[5, 6] | Should -Be 100
    }

    It 'give the same pixels when computed twice' {
        $section = New-EmPhantom -Height 48 -Width 64 | Invoke-EmFilter Denoise
        $comparison = $section | Compare-EmSection $section
        $comparison.RootMeanSquareError | Should -Be 0
    }
}

Describe 'Masks' {
    It 'keep Destripe away from what is no tissue' {
        $section = New-EmPhantom -Height 96 -Width 128
        $nothing = $section | Set-IntensityOffset -Value 0 | Invoke-EmFilter Contrast -Range 0, 0
        $masked = $section | Invoke-EmFilter Destripe -Mask $nothing
        ($masked | Compare-EmSection $section).RootMeanSquareError | Should -Be 0
        $unmasked = $section | Invoke-EmFilter Destripe
        ($unmasked | Compare-EmSection $section).RootMeanSquareError | Should -BeGreaterThan 10
    }

    It 'narrow down what is compared' {
        $section = New-EmPhantom -Height 96 -Width 128
        $quiet = $section | Invoke-EmFilter Denoise
        $all = $quiet | Compare-EmSection $section -Percentile 50, 99.9
        $part = $quiet | Compare-EmSection $section -Region 10, 20, 30, 40
        $none = $quiet | Compare-EmSection $section -Mask ($section | Set-IntensityOffset -Value 0 | Invoke-EmFilter Contrast -Range 0, 0) -ErrorAction SilentlyContinue -ErrorVariable trouble
        $all.Count | Should -Be (96 * 128)
        $all.Percentiles.Percent | Should -Be @(50, 99.9)
        $all.Percentiles[1].Value | Should -BeLessOrEqual $all.MaximumAbsoluteDifference
        $part.Count | Should -Be 1200
        $part.MaximumY | Should -BeIn @(10..39)
        $none | Should -BeNullOrEmpty
        "$($trouble[0])" | Should -BeLike 'Section 0*no pixel to compare*Give a region or a mask*'
    }
}
