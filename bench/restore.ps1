# The published restoration of a section, as a user would write it. bench/Section times it.
param(
    [Parameter(Mandatory)] [string] $Module,        # the module's manifest
    [Parameter(Mandatory)] [string] $Data,          # a folder with raw/*.tif, info.h5 and polymodel.h5
    [Parameter(Mandatory)] [string] $Destination,
    [Parameter(Mandatory)] [int] $Depth,            # the shape of the whole volume
    [Parameter(Mandatory)] [int] $Height,
    [Parameter(Mandatory)] [int] $Width
)

$ErrorActionPreference = 'Stop'
Import-Module $Module

# Verbose messages tell how long every stage took.
Read-EmSection ([IO.Path]::Combine($Data, 'raw', '*.tif')) -Invert |
    Invoke-EmFilter Destripe |
    Set-EmIntensityOffset -Path ([IO.Path]::Combine($Data, 'info.h5')) |
    Remove-EmBackground -Path ([IO.Path]::Combine($Data, 'polymodel.h5')) -VolumeShape $Depth, $Height, $Width |
    Invoke-EmFilter Denoise |
    Invoke-EmFilter Contrast |
    Write-EmSection $Destination -Force -Verbose
