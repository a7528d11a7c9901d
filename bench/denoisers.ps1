<#
.SYNOPSIS
How near the denoising filters bring a phantom to its truth: the table of docs/filters.md.

.DESCRIPTION
Filters the middle one of nine phantom sections of 512 x 512 pixels without curtains, and writes PSNR and SSIM against the truth, grey levels
matched by one gain and one offset.
#>
$ErrorActionPreference = 'Stop'
if (-not (Get-Module EmTools)) {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', 'out', 'EmTools', 'EmTools.psd1'))
}

$middle = 4
$phantom = @{ Height = 512; Width = 512; Seed = 5; FirstIndex = 10; Count = 9; StripeAmplitude = 0; BackgroundRange = 0; OffsetJump = 0 }
$truth = (New-EmPhantom @phantom -Truth)[$middle]
foreach ($noise in 800, 1500) {
    $stack = New-EmPhantom @phantom -NoiseSigma $noise | Set-EmIntensityOffset -Value 22700
    $chosen = @{}
    $recipe = $stack[$middle] | Invoke-EmFilter Denoise
    ($stack[$middle] | Get-EmSuggestion -Recipe $recipe).Parameters.Where({ $_.Step -eq 'Denoise' }).ForEach({ $chosen[$_.Parameter] = $_.Value })
    $results = [ordered]@{
        'as it is' = $stack[$middle]
        'Denoise' = $stack[$middle] | Invoke-EmFilter Denoise
        'Denoise -Radius 1' = ($stack | Invoke-EmFilter Denoise -Radius 1)[$middle]
        'Denoise, chosen' = $stack[$middle] | Invoke-EmFilter Denoise @chosen
        'Denoise, chosen, -Radius 1' = ($stack | Invoke-EmFilter Denoise @chosen -Radius 1)[$middle]
        'DenoiseExponential' = $stack[$middle] | Invoke-EmFilter DenoiseExponential
        'DenoiseSameSign' = $stack[$middle] | Invoke-EmFilter DenoiseSameSign
        'DenoiseTransform' = $stack[$middle] | Invoke-EmFilter DenoiseTransform
        'DenoiseTransform -Step 4' = $stack[$middle] | Invoke-EmFilter DenoiseTransform -Step 4
        'DenoiseTransform -Radius 1' = ($stack | Invoke-EmFilter DenoiseTransform -Radius 1)[$middle]
        'DenoiseTransform -Radius 2' = ($stack | Invoke-EmFilter DenoiseTransform -Radius 2)[$middle]
        'DenoiseExponential -Radius 1' = ($stack | Invoke-EmFilter DenoiseExponential -Radius 1)[$middle]
        'DenoiseSameSign -Radius 1' = ($stack | Invoke-EmFilter DenoiseSameSign -Radius 1)[$middle]
        'NonLocalMeans' = ($stack | Invoke-EmFilter NonLocalMeans)[$middle]
        'NonLocalMeans, 80' = ($stack | Invoke-EmFilter NonLocalMeans -WeightCount 80)[$middle]
        'NonLocalMeans, 80, reference' = ($stack | Invoke-EmFilter NonLocalMeans -WeightCount 80 -Reference ($stack | Invoke-EmFilter Denoise))[$middle]
        'NeighborhoodCorrelation' = ($stack | Invoke-EmFilter NeighborhoodCorrelation)[$middle]
        'NeighborhoodCorrelation, 5, 5, 12' = ($stack | Invoke-EmFilter NeighborhoodCorrelation -Block 5 -Neighborhood 5 -WeightCount 12)[$middle]
        'Denoise, NeighborhoodCorrelation' = ($stack | Invoke-EmFilter Denoise | Invoke-EmFilter NeighborhoodCorrelation)[$middle]
    }
    foreach ($name in $results.Keys) {
        $result = $results[$name] | Compare-EmSection $truth -MatchIntensity
        '{0,5}  {1,-34}{2,6:0.0} dB{3,8:0.000}' -f $noise, $name, $result.Psnr, $result.Ssim
    }
}
