<#
.SYNOPSIS
Restores one section with the published parameters and shows what came of it.

.DESCRIPTION
Without -Path, makes a phantom (a section whose true pixels are known), restores it, and tells how near it comes to the truth.
With -Path, restores your section. The published parameters are meant for 16-bit FIB-SEM of one kind; for another type of pixels,
and with -Suggest, parameters are chosen from the section itself, and the reasons are told.

Writes into -Destination: the restored section (TIFF, 8-bit) and a picture of it before and after (PNG). Tells the time of
each stage and the peak of the memory used.

.EXAMPLE
./Restore-Section.ps1

.EXAMPLE
./Restore-Section.ps1 raw/05600.tif -Invert -OffsetPath info.h5 -ModelPath polymodel.h5 -VolumeShape 11260, 9000, 13750
#>
param(
    # The section to restore. Without it, a phantom is made.
    [Parameter(Position = 0)]
    [string] $Path,

    # The folder for what is written; made if it is missing.
    [string] $Destination = 'restored',

    # Your section's intensities are inverted, as most FIB-SEM store them.
    [switch] $Invert,

    # The table of intensity offsets (info.h5). Without it, the section is brought to the mean that Contrast expects.
    [string] $OffsetPath,

    # The background's model (polymodel.h5). Without it, the background stays.
    [string] $ModelPath,

    # The size of the whole volume, z, y, x; the model needs it. Other shells than PowerShell give the three as one word: 11260,9000,13750.
    [string[]] $VolumeShape,

    # Where in the volume your section's first pixel lies, y, x.
    [string[]] $Origin = @(0, 0),

    # The phantom's size and which one.
    [int] $Height = 2048,
    [int] $Width = 3072,
    [int] $Seed = 0,

    # Choose the parameters from the section instead of taking the published ones.
    [switch] $Suggest,

    # Write over what an earlier run left.
    [switch] $Force
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module EmTools)) {
    $built = Join-Path $PSScriptRoot .. out EmTools EmTools.psd1
    Import-Module ((Test-Path $built) ? $built : 'EmTools')
}

# The mean that the published Contrast parameters are meant for.
$mean = 28000

$truth = $null
if (-not $Path) {
    $index = 5600
    $phantom = "$Destination/phantom"
    New-EmPhantom -Height $Height -Width $Width -Seed $Seed -FirstIndex $index -Destination $phantom -Force:$Force
    $Path = "$phantom/raw/05600.tif"
    $truth = Read-EmSection "$phantom/truth/05600.tif"
    $OffsetPath = "$phantom/info.h5"
    $ModelPath = "$phantom/polymodel.h5"
    $VolumeShape = 11260, $Height, $Width
    $Invert = $true
}

# Sections are descriptions: nothing below is computed before Write-EmSection asks for the pixels.
$raw = Read-EmSection -LiteralPath $Path -Invert:$Invert

$even = {
    param($section)
    if ($OffsetPath) {
        $section = $section | Set-EmIntensityOffset -Path $OffsetPath
    }
    else {
        $section = $section | Set-EmIntensityOffset -Value (($raw | Measure-EmSection).Mean - $mean)
    }
    if ($ModelPath) {
        $section = $section | Remove-EmBackground -Path $ModelPath -VolumeShape ([int[]] ($VolumeShape -split ',')) -Origin ([int[]] ($Origin -split ','))
    }
    $section
}

$destriped = $raw | Invoke-EmFilter Destripe -Direction Vertical
$contrast = @{ Sigma = 2000; Offset = -2000; HighPassSigma = 1250; Mean = $mean }
$restored = & $even $destriped | Invoke-EmFilter Denoise | Invoke-EmFilter Contrast @contrast
if ($Suggest -or $raw.PixelType -ne 'UInt16') {
    $suggestion = $raw | Get-EmSuggestion -Recipe $restored
    $suggestion
    $restored = $raw | Invoke-EmRecipe $suggestion
    $suggestion.Parameters | Where-Object Step -EQ Contrast | ForEach-Object { $contrast[$_.Parameter] = $_.Value }
}

$start = Get-Date
$stages = $restored | Write-EmSection $Destination -Force:$Force -Verbose 4>&1
$took = ((Get-Date) - $start).TotalSeconds

$written = Join-Path $Destination "$($raw.Index.ToString('00000')).tif"
$after = Read-EmSection -LiteralPath $written
$before = & $even $raw | Invoke-EmFilter Contrast @contrast
$picture = $written -replace '\.tif$', '.png'
$after | Export-EmPreview -Before $before -Destination $picture -Force:$Force

"Restored $($raw.Name), $($raw.Height) x $($raw.Width) pixels, to $written"
"Before and after: $picture"
''
$stages.Message -match ' took '
'All stages and the pipeline: {0:0.000} s' -f $took
'Peak memory: {0:0} MB' -f ((Get-Process -Id $PID).PeakWorkingSet64 / 1MB)

if ($truth) {
    # Contrast is no linear change of grey levels, so the truth goes through it too; 255 is the range of its output.
    $wanted = $truth | Invoke-EmFilter Contrast @contrast
    $unrestored = $before | Compare-EmSection $wanted -Range 255
    $result = $after | Compare-EmSection $wanted -Range 255
    ''
    'Against the truth      before     after'
    'PSNR (dB)          {0,10:0.00}{1,10:0.00}' -f $unrestored.Psnr, $result.Psnr
    'SSIM               {0,10:0.0000}{1,10:0.0000}' -f $unrestored.Ssim, $result.Ssim
}
