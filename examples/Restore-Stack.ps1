<#
.SYNOPSIS
Restores all sections of a folder with the published parameters.

.DESCRIPTION
Reads the TIFF files of a folder in the order of their indices and writes the restored sections, 8-bit, to another folder.
Sections that are there already are left as they are, so a run that was stopped can be taken up. A section that cannot be
restored is told at the end; the others go on. Runs in pwsh and in emsh.

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

    # The size of the whole volume, z, y, x.
    [Parameter(Mandatory)]
    [int[]] $VolumeShape
)

if (-not (Get-Module EmTools)) {
    $built = [System.IO.Path]::Combine($PSScriptRoot, '..', 'out', 'EmTools', 'EmTools.psd1')
    Import-Module ([System.IO.File]::Exists($built) ? $built : 'EmTools')
}

$folder = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Destination)
$isDone = { [System.IO.File]::Exists([System.IO.Path]::Combine($folder, $_.Index.ToString('00000') + '.tif')) }

$clock = [System.Diagnostics.Stopwatch]::StartNew()
$files = Read-EmSection $Path -Invert:$Invert |
    Where-Object { -not (& $isDone) } |
    Invoke-EmFilter Destripe -Direction Vertical |
    Set-IntensityOffset -Path $OffsetPath |
    Remove-Background -Path $ModelPath -VolumeShape $VolumeShape |
    Invoke-EmFilter Denoise |
    Invoke-EmFilter Contrast -Sigma 2000 -Offset -2000 -HighPassSigma 1250 -Mean 28000 |
    Write-EmSection $Destination -PassThru

'{0} sections restored in {1:0.0} s' -f @($files).Count, $clock.Elapsed.TotalSeconds
