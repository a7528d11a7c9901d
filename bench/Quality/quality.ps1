<#
.SYNOPSIS
Destriping and denoising on sections whose truth is known, beside what others do: the tables of docs/quality.md.

.DESCRIPTION
Makes sections of four kinds (phantoms of two sizes of cells, and real tissue where -Data has it) with planted curtains and planted noise, filters
them with this module and with the peers of peers.py, each of those at its best setting a kind, and writes two tables: the root of the mean squared difference
to the section without curtains and what is taken out of a section that has none, in grey levels; and PSNR in dB, grey levels matched by one gain and one offset.

.EXAMPLE
dotnet pwsh bench/Quality/quality.ps1 -Data folder/with/real/sections
#>
param(
    # A folder with epfl-fibsem and isbi2012; without it, phantoms alone.
    [string] $Data,
    [int[]] $Seed = (101, 102),
    [string] $Python = '/usr/bin/python3',
    [string] $Folder = ([System.IO.Path]::Combine([System.IO.Path]::GetTempPath(), 'emtools-quality')),
    [switch] $NoPeers
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module EmTools)) {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'out', 'EmTools', 'EmTools.psd1'))
}

if (Test-Path $Folder) { Remove-Item -Recurse -Force $Folder }
foreach ($s in $Seed) {
    foreach ($kind in @(@{ Name = 'A'; Cells = 150 }, @{ Name = 'B'; Cells = 80 })) {
        $phantom = @{ Count = 3; Height = 1024; Width = 1024; Seed = $s; CellSize = $kind.Cells; FirstIndex = 0; StripeAmplitude = 0; NoiseSigma = 0; BackgroundRange = 0; OffsetJump = 0 }
        New-EmPhantom @phantom -Truth | Write-EmSection "$Folder/tissue/$s/$($kind.Name)" -Compression None
    }
    foreach ($kind in @(@{ Name = 'C'; Path = 'epfl-fibsem' }, @{ Name = 'D'; Path = 'isbi2012' })) {
        $files = if ($Data) { @(Get-ChildItem "$Data/$($kind.Path)/*.tif" | Sort-Object Name) }
        if ($files) {
            $null = New-Item -ItemType Directory "$Folder/tissue/$s/$($kind.Name)"
            0..2 | ForEach-Object { Copy-Item $files[$_] "$Folder/tissue/$s/$($kind.Name)/$_.tif" }
        }
    }
    & $Python "$PSScriptRoot/sections.py" "$Folder/tissue/$s" "$Folder/sections/$s" $s
    if ($LASTEXITCODE) { throw "sections.py could not make the sections of seed $s; it needs numpy, scipy and Pillow ($Python)." }
}

$destripers = [ordered]@{
    'stripes alone' = { $args[0][1] }
    'Destripe' = { $args[0][1] | Invoke-EmFilter Destripe }
    'Destripe, chosen' = { $args[0][1] | Invoke-EmRecipe ($args[0][1] | Get-EmSuggestion -Recipe ($args[0][1] | Invoke-EmFilter Destripe)).Recipe }
    'DestripeAdaptive' = { $args[0][1] | Invoke-EmFilter DestripeAdaptive }
    'DestripeAdaptive -BlockRows 16' = { $args[0][1] | Invoke-EmFilter DestripeAdaptive -BlockRows 16 }
    'DestripeAdaptive -Radius 1' = { @($args[0] | Invoke-EmFilter DestripeAdaptive -Radius 1)[1] }
}
$denoisers = [ordered]@{
    'noisy' = { $args[0] }
    'Denoise' = { $args[0] | Invoke-EmFilter Denoise }
    'Denoise, chosen' = { $args[0] | Invoke-EmRecipe ($args[0] | Get-EmSuggestion -Recipe ($args[0] | Invoke-EmFilter Denoise)).Recipe }
    'DenoiseExponential' = { $args[0] | Invoke-EmFilter DenoiseExponential }
    'DenoiseTransform' = { $args[0] | Invoke-EmFilter DenoiseTransform }
    'DenoiseTransform -Step 4' = { $args[0] | Invoke-EmFilter DenoiseTransform -Step 4 }
}

$names = @(Get-ChildItem -Directory "$Folder/sections/$($Seed[0])").Name
foreach ($kind in $names) {
    foreach ($name in $destripers.Keys) {
        $figures = foreach ($s in $Seed) {
            $truth = Read-EmSection "$Folder/sections/$s/$kind/1/tissue.tif" -Index 1
            foreach ($what in 'striped', 'tissue') {
                $stack = foreach ($k in 0..2) { Read-EmSection "$Folder/sections/$s/$kind/$k/$what.tif" -Index $k }
                [pscustomobject]@{ What = $what; Error = ((& $destripers[$name] $stack) | Compare-EmSection $truth).RootMeanSquareError }
            }
        }
        $mean = $figures | Group-Object What | ForEach-Object { @{ $_.Name = ($_.Group.Error | Measure-Object -Average).Average } }
        '{0}{1}{2}{1}{3:0}{1}{4:0}' -f $kind, "`t", $name, $mean.striped, $mean.tissue
    }
    foreach ($noise in @('white', 'poisson', 'correlated').Where({ Test-Path "$Folder/sections/$($Seed[0])/$kind/noise-$_.tif" })) {
        foreach ($name in $denoisers.Keys) {
            $figures = foreach ($s in $Seed) {
                $noisy = Read-EmSection "$Folder/sections/$s/$kind/noise-$noise.tif" -Index 1
                (& $denoisers[$name] $noisy) | Compare-EmSection (Read-EmSection "$Folder/sections/$s/$kind/clean.tif" -Index 1) -MatchIntensity
            }
            '{0}{1}{2}{1}{3}{1}{4:0.0}{1}{5:0.00}' -f $kind, "`t", $noise, $name, ($figures.Psnr | Measure-Object -Average).Average, ($figures.Ssim | Measure-Object -Average).Average
        }
    }
}

if (-not $NoPeers) {
    & $Python "$PSScriptRoot/peers.py" "$Folder/sections"
    if ($LASTEXITCODE) { throw "peers.py stopped; it needs numpy, scipy, PyWavelets and scikit-image ($Python). -NoPeers goes without." }
}
