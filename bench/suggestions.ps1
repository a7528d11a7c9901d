<#
.SYNOPSIS
How near suggested parameters bring sections to the truth, beside the published ones.

.DESCRIPTION
Stores phantoms as instruments of other depths, contrasts and noise would, restores them by the published constants (with the
mean that they expect, as a table of offsets would bring it about) and by what Get-EmSuggestion chooses from other sections of the same
phantom, and compares both with the truth: destriped and denoised, and after the whole chain. Grey levels are matched by one
gain and one offset. With -Data, does the same for folders of real sections, whose truth is not known: spread of the result
(the more, the more of the 8 bits is used), and pixels at the ends.

.EXAMPLE
dotnet pwsh bench/suggestions.ps1 -Data data/fibsem, data/sstem
#>
param(
    [string[]] $Data = @(),
    [int] $Height = 1024,
    [int] $Width = 1536,
    [int[]] $Seeds = @(0, 1, 2)
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module EmTools)) {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', 'out', 'EmTools', 'EmTools.psd1'))
}

# Which grey levels an instrument stores as the lowest and the highest of its type.
$instruments = @(
    @{ Name = '16 bits as published'; Minimum = 0; Maximum = 65535; PixelType = 'UInt16'; Range = 0, 65535; Noise = 800 }
    @{ Name = 'the same, little noise'; Minimum = 0; Maximum = 65535; PixelType = 'UInt16'; Range = 0, 65535; Noise = 300 }
    @{ Name = 'the same, much noise'; Minimum = 0; Maximum = 65535; PixelType = 'UInt16'; Range = 0, 65535; Noise = 2000 }
    @{ Name = '16 bits, whole range used'; Minimum = 38000; Maximum = 62000; PixelType = 'UInt16'; Range = 0, 65535; Noise = 800 }
    @{ Name = '16 bits, a 40th used'; Minimum = -500000; Maximum = 550000; PixelType = 'UInt16'; Range = 0, 65535; Noise = 800 }
    @{ Name = '8 bits, whole range used'; Minimum = 38000; Maximum = 62000; PixelType = 'UInt8'; Range = 0, 255; Noise = 800 }
    @{ Name = '8 bits, a third used'; Minimum = 0; Maximum = 65535; PixelType = 'UInt8'; Range = 0, 255; Noise = 800 }
)

'{0,-27}{1,32}{2,32}' -f '', 'denoised, dB and SSIM', 'whole chain, dB and SSIM'
'{0,-27}{1,16}{2,16}{1,16}{2,16}' -f 'instrument', 'published', 'suggested'
foreach ($instrument in $instruments) {
    $sums = [double[]]::new(8)
    foreach ($seed in $Seeds) {
        $phantom = @{ Height = $Height; Width = $Width; Seed = $seed; NoiseSigma = $instrument.Noise; BackgroundRange = 0 }
        $store = @{ Minimum = $instrument.Minimum; Maximum = $instrument.Maximum; PixelType = $instrument.PixelType; Range = $instrument.Range }
        $truth = New-EmPhantom @phantom -FirstIndex 60 -Truth
        $raw = New-EmPhantom @phantom -FirstIndex 60 | Invoke-EmFilter Rescale @store
        $suggestion = (0, 40, 80, 120).ForEach({ New-EmPhantom @phantom -FirstIndex $_ | Invoke-EmFilter Rescale @store }) | Get-EmSuggestion
        $level = ($raw | Measure-EmSection).Mean - 28000

        $denoised = $raw | Invoke-EmFilter Destripe | Set-EmIntensityOffset -Value $level | Invoke-EmFilter Denoise
        $figures = @($denoised, ($denoised | Invoke-EmFilter Contrast))
        $suggested = $raw | Invoke-EmRecipe $suggestion
        $contrast = $suggestion.Recipe.Steps[-1]
        $before = $raw
        foreach ($step in $suggestion.Recipe.Steps) {
            if ($step -ne $contrast) { $before = $before.With($step) }
        }

        $i = 0
        foreach ($section in $figures[0], $before, $figures[1], $suggested) {
            $compared = $section | Compare-EmSection $truth -MatchIntensity
            $sums[$i++] += $compared.Psnr / $Seeds.Count
            $sums[$i++] += $compared.Ssim / $Seeds.Count
        }
    }

    '{0,-27}{1,8:0.00}{2,8:0.000}{3,8:0.00}{4,8:0.000}{5,8:0.00}{6,8:0.000}{7,8:0.00}{8,8:0.000}' -f (@($instrument.Name) + $sums)
}

# From a command line, a list arrives as one text.
foreach ($folder in $Data.ForEach({ $_.Split(',') })) {
    $sections = @(Read-EmSection $folder)
    $suggestion = $sections | Get-EmSuggestion
    ''
    "$folder, $($sections.Count) sections: $(($suggestion.Parameters.ForEach({ "$($_.Step) $($_.Parameter) $($_.Value -join '/')" })) -join ', ')"
    '{0,-27}{1,10}{2,12}{3,12}{4,12}' -f 'first section', 'spread', 'noise', 'black, %', 'white, %'
    $rows = [ordered]@{
        'as it is'  = $sections[0]
        'published' = $sections[0] | Invoke-EmFilter Destripe | Invoke-EmFilter Denoise | Invoke-EmFilter Contrast
        'published, level matched' = $sections[0] | Set-EmIntensityOffset -Value (($sections[0] | Measure-EmSection).Mean - 28000) | Invoke-EmFilter Destripe | Invoke-EmFilter Denoise | Invoke-EmFilter Contrast
        'suggested' = $sections[0] | Invoke-EmRecipe $suggestion
    }
    foreach ($name in $rows.Keys) {
        $measured = $rows[$name] | Measure-EmSection
        '{0,-27}{1,10:0.0}{2,12:0.00}{3,12:0.00}{4,12:0.00}' -f $name, $measured.StandardDeviation, $measured.NoiseLevel, (100 * $measured.SaturatedDark), (100 * $measured.SaturatedBright)
    }
}
