# Real sections lie beside the repository on machines that have them; nothing of them is part of it.
BeforeDiscovery {
    $data = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'shared', 'data')
    $sections = @(
        @{ Name = 'serial-section TEM'; Path = "$data/isbi2012/00003.tif" }
        @{ Name = 'FIB-SEM'; Path = "$data/epfl-fibsem/training0000.tif" }
    )
    $absent = -not [System.IO.File]::Exists($sections[0].Path)
}

BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', 'out', 'EmTools', 'EmTools.psd1'))

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
        # Grey levels of 8 bits: what the published parameters say of 16 bits goes with the section's spread.
        $raw = Read-EmSection -LiteralPath $Path
        $measured = $raw | Measure-EmSection
        $share = [Math]::Pow(2000 / $measured.StandardDeviation, 2)
        $denoised = $raw | Invoke-EmFilter Destripe | Invoke-EmFilter Denoise -Gain (3.418e-6 * $share), (4.114e-6 * $share)
        $spread = $measured.StandardDeviation
        $restored = $denoised | Invoke-EmFilter Contrast -Sigma $spread -Offset (-$spread) -Ratio 1 -HighPassSigma $spread -Mean $measured.Mean
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

    It 'uses the range of 8 bits without losing much at its ends' {
        $result = $restored | Measure-EmSection
        $result.StandardDeviation | Should -BeGreaterThan (1.2 * $measured.StandardDeviation)
        $pixels = $restored.GetPixels()
        $ends = 0
        $all = 0
        for ($y = 0; $y -lt $restored.Height; $y += 5) {
            for ($x = 0; $x -lt $restored.Width; $x += 5) {
                $value = $pixels[$y, $x]
                if ($value -eq 0 -or $value -eq 255) { $ends++ }
                $all++
            }
        }
        $ends / $all | Should -BeLessThan 0.1
    }
}
