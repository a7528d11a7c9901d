<#
.SYNOPSIS
What every filter costs: the table of docs/filters.md.

.DESCRIPTION
Times each filter on phantom sections of 2048 x 2048 pixels, with its default parameters and with those that change its cost most: the
filter's own stage, without reading and writing, the best of -Runs runs, in seconds.

.EXAMPLE
dotnet pwsh bench/filters.ps1
#>
param(
    [int] $Size = 2048,
    [int] $Runs = 7,
    [string] $Filter = '*'
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module EmTools)) {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', 'out', 'EmTools', 'EmTools.psd1'))
}

$folder = [System.IO.Directory]::CreateTempSubdirectory('emtools-filters-').FullName
$steps = (Get-EmFilter).Name + @(
    'Denoise -ScaleCount 3', 'Denoise -Radius 1', 'Denoise -Radius 2', 'Denoise -Radius 3',
    'DenoiseExponential -ScaleCount 1', 'DenoiseExponential -LocalSize 101', 'DenoiseExponential -Radius 1', 'DenoiseExponential -Radius 1 -LocalSize 101',
    'Enhance -Sigma 2000', 'Destripe -Method Nearest', 'NeighborhoodCorrelation -Neighborhood 5',
    'DenoiseSameSign -Element None', 'DenoiseSameSign -Radius 1', 'DenoiseSameSign -Radius 2'
)
try {
    New-EmPhantom -Count 7 -Height $Size -Width $Size | Write-EmSection "$folder/raw" -Compression None
    $stack = Read-EmSection "$folder/raw" -Invert
    foreach ($step in $steps.Where({ $_ -like $Filter })) {
        $name = $step.Split(' ')[0]
        $section = [scriptblock]::Create("`$stack | Invoke-EmFilter $step").Invoke()[3]
        $best = [double]::MaxValue
        foreach ($run in 1..$Runs) {
            foreach ($line in ($section | Write-EmSection "$folder/out" -Force -Compression None -Verbose 4>&1)) {
                if ("$line" -match ": $name took ([0-9.]+) s") {
                    $best = [System.Math]::Min($best, [double] $Matches[1])
                }
            }
        }
        '{0,-44} {1,7:0.000} s' -f $step, $best
    }
}
finally {
    [System.IO.Directory]::Delete($folder, $true)
}
