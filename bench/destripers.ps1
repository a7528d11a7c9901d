<#
.SYNOPSIS
How near the destriping filters bring a phantom to its truth, and what they take out of tissue without stripes: the table of docs/filters.md.

.DESCRIPTION
Filters the middle one of three phantom sections, with curtains and without, and writes the root of the mean squared difference to the same
section without its curtains, in grey levels, as means over seeds. The noise stays: it is not theirs to remove.

.EXAMPLE
dotnet pwsh bench/destripers.ps1
#>
param(
    [int] $Size = 1024,
    [int[]] $Seed = (11, 12, 13),
    [double[]] $CellSize = (150, 80)
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module EmTools)) {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', 'out', 'EmTools', 'EmTools.psd1'))
}

$filters = [ordered]@{
    'as it is' = { $args[0][1] }
    'Destripe' = { $args[0][1] | Invoke-EmFilter Destripe }
    'Destripe, chosen' = { $args[0][1] | Invoke-EmRecipe ($args[0][1] | Get-EmSuggestion -Recipe ($args[0][1] | Invoke-EmFilter Destripe)).Recipe }
    'DestripeAdaptive' = { $args[0][1] | Invoke-EmFilter DestripeAdaptive }
    'DestripeAdaptive -BlockRows 16' = { $args[0][1] | Invoke-EmFilter DestripeAdaptive -BlockRows 16 }
    'DestripeAdaptive -Radius 1' = { ($args[0] | Invoke-EmFilter DestripeAdaptive -Radius 1)[1] }
}
foreach ($name in $filters.Keys) {
    $row = [ordered]@{ Filter = $name }
    foreach ($stripes in 550, 1500, 0) {
        $errors = foreach ($cells in $CellSize) {
            foreach ($s in $Seed) {
                $phantom = @{ Height = $Size; Width = $Size; Seed = $s; FirstIndex = 20; Count = 3; CellSize = $cells; BackgroundRange = 0; OffsetJump = 0 }
                $truth = (New-EmPhantom @phantom -StripeAmplitude 0)[1]
                $stack = New-EmPhantom @phantom -StripeAmplitude $stripes
                ($(& $filters[$name] $stack) | Compare-EmSection -Reference $truth).RootMeanSquareError
            }
        }
        $row["Stripes $stripes"] = [Math]::Round(($errors | Measure-Object -Average).Average, 0)
    }
    [pscustomobject] $row
}
