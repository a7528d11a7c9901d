# Real sections lie beside the repository on machines that have them; nothing of them is part of it.
BeforeDiscovery {
    $data = Join-Path $PSScriptRoot .. .. shared data
    $sections = @(
        @{ Name = 'serial-section TEM'; Path = "$data/isbi2012/00003.tif" }
        @{ Name = 'FIB-SEM'; Path = "$data/epfl-fibsem/training0000.tif" }
    )
    $absent = -not (Test-Path $sections[0].Path)
}

BeforeAll {
    Import-Module "$PSScriptRoot/../out/EmTools/EmTools.psd1"

    # The mean square of the differences between neighbours: mostly noise, where structures are smooth.
    function Get-Roughness($pixels) {
        $sum = 0.0
        $height = $pixels.GetLength(0)
        $width = $pixels.GetLength(1)
        for ($y = 0; $y -lt $height; $y += 7) {
            for ($x = 1; $x -lt $width; $x += 3) {
                $difference = [double]$pixels[$y, $x] - [double]$pixels[$y, ($x - 1)]
                $sum += $difference * $difference
            }
        }
        $sum
    }
}

Describe 'A real 8-bit section: <Name>' -Skip:$absent -ForEach $sections {
    BeforeAll {
        # Published constants are those of other grey levels; these come from the neighbours of the section.
        $raw = Read-EmSection -LiteralPath $Path
        $measured = $raw | Measure-EmSection
        $suggestion = Read-EmSection (Split-Path $Path) | Get-EmSuggestion
        $restored = $raw | Invoke-EmRecipe $suggestion
        $result = $restored | Measure-EmSection -EveryStep
        $denoised = $raw
        foreach ($step in $suggestion.Recipe.Steps) {
            if ($step.Name -eq 'Contrast') { break }
            $denoised = $denoised.With($step)
        }
        $published = $raw | Invoke-EmFilter Destripe | Invoke-EmFilter Denoise | Invoke-EmFilter Contrast -Sigma 2000 -Offset -2000 -HighPassSigma 1250 -Mean 28000 | Measure-EmSection
    }

    It 'is read as it is' {
        $raw.PixelType | Should -Be 'UInt8'
        $raw.Inverted | Should -BeFalse
        $measured.Minimum | Should -BeGreaterOrEqual 0
        $measured.Maximum | Should -BeLessOrEqual 255
    }

    It 'becomes smoother, and keeps its structures' {
        $before = Get-Roughness $raw.GetPixels()
        $after = Get-Roughness $denoised.GetPixels()
        $after | Should -BeLessThan (0.9 * $before)
        ($denoised | Compare-EmSection $raw -Range 255).Psnr | Should -BeGreaterThan 24
    }

    It 'keeps its mean while stripes and noise go' {
        [Math]::Abs(($denoised | Measure-EmSection).Mean - $measured.Mean) | Should -BeLessThan 0.5
    }

    It 'tells what every step does' {
        $result.Step | Should -Be (@('Read') + $suggestion.Recipe.Steps.Name)
        $result.Where({ $_.Step -eq 'Denoise' }).NoiseLevel | Should -BeLessThan (0.8 * $result[0].NoiseLevel)
    }

    It 'uses the range of 8 bits and saturates little, where published constants give black' {
        $result[-1].StandardDeviation | Should -BeGreaterThan (1.5 * $measured.StandardDeviation)
        ($result[-1].SaturatedDark + $result[-1].SaturatedBright) | Should -BeLessThan 0.03
        $result[-1].StandardDeviation | Should -BeGreaterThan $published.StandardDeviation
        ($result[-1].SaturatedDark + $result[-1].SaturatedBright) | Should -BeLessThan ($published.SaturatedDark + $published.SaturatedBright)
    }
}
