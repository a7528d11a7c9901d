<#
.SYNOPSIS
Restores all sections of a folder with the published parameters.

.DESCRIPTION
Reads the TIFF files of a folder in the order of their indices and writes the restored sections, 8-bit, to another folder.
What is done and up to date is left as it is, so a run that was stopped can be taken up. A section that cannot be read or
restored is an error; the others go on, and the exit code is 1.

.EXAMPLE
./Restore-Stack.ps1 raw restored -Invert -OffsetPath info.h5 -ModelPath polymodel.h5 -VolumeShape 11260, 9000, 13750
#>
param(
    # The folder of the sections, or a pattern such as raw/056*.tif.
    [Parameter(Mandatory, Position = 0)]
    [string] $Path,

    # The folder for the restored sections; made if it is missing.
    [Parameter(Mandatory, Position = 1)]
    [string] $Destination,

    # The sections' intensities are inverted, as most FIB-SEM store them.
    [switch] $Invert,

    # The table of intensity offsets (info.h5).
    [Parameter(Mandatory)]
    [string] $OffsetPath,

    # The background's model (polymodel.h5).
    [Parameter(Mandatory)]
    [string] $ModelPath,

    # The size of the whole volume, z, y, x. Other shells than PowerShell give the three as one word: 11260,9000,13750.
    [Parameter(Mandatory)]
    [string[]] $VolumeShape
)

$shape = [int[]] ($VolumeShape -split ',')

if (-not (Get-Module EmTools)) {
    $built = Join-Path $PSScriptRoot .. out EmTools EmTools.psd1
    Import-Module ((Test-Path $built) ? $built : 'EmTools')
}

$start = Get-Date
$run = Read-EmSection $Path -Invert:$Invert -ErrorVariable unread |
    Invoke-EmFilter Destripe -Direction Vertical |
    Set-EmIntensityOffset -Path $OffsetPath -ErrorVariable +unread |
    Remove-EmBackground -Path $ModelPath -VolumeShape $shape -ErrorVariable +unread |
    Invoke-EmFilter Denoise |
    Invoke-EmFilter Contrast -Sigma 2000 -Offset -2000 -HighPassSigma 1250 -Mean 28000 |
    Invoke-EmStack $Destination

'{0} of {1} sections are done after {2:0.0} s' -f $run.Done, $run.Sections, ((Get-Date) - $start).TotalSeconds
if ($unread -or $run.ExitCode) {
    '{0} sections could not be read or restored' -f ($unread.Count + $run.Failed)
    exit 1
}
