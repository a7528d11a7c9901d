<#
.SYNOPSIS
How fast sections become a volume, and what it takes: megabytes of voxels a second, memory, files, bytes.

.DESCRIPTION
Makes -Files sections of their own content (phantoms, restored to 8 bits and written as Deflate TIFFs), and links -Count sections to
them in turn, so that the depth costs no disk. Then runs Export-EmVolume in a process of its own. With -Python, the same sections are
written by python3-zarr too (Zarr 2 with zstd, no pyramid; python3-zarr and python3-tifffile), in turn, in a process of its own.

With fewer files than sections, sections repeat within a chunk, and compress better than real ones do.

.EXAMPLE
dotnet pwsh bench/export.ps1 -Count 512 -Files 4
.EXAMPLE
dotnet pwsh bench/export.ps1 -Count 64 -Files 64 -Python
#>
param(
    [string] $Data = [IO.Path]::Combine([IO.Path]::GetTempPath(), 'emtools-export'),
    [int] $Count = 512,
    [int] $Files = 4,
    [int] $Height = 9000,
    [int] $Width = 13750,
    [switch] $Python
)

$ErrorActionPreference = 'Stop'
$module = [IO.Path]::GetFullPath([IO.Path]::Combine($PSScriptRoot, '..', 'out', 'EmTools', 'EmTools.psd1'))
Import-Module $module
$null = New-Item -ItemType Directory -Force $Data
Set-Location $Data

if (-not (Test-Path ('restored/{0:00000}.tif' -f ($Files - 1)))) {
    $null = New-EmPhantom -Count $Files -Height $Height -Width $Width -Destination phantom
    Read-EmSection phantom/raw -Invert | Set-EmIntensityOffset phantom/info.h5 -WarningAction SilentlyContinue | Invoke-EmFilter Denoise |
        Invoke-EmFilter Contrast | Write-EmSection restored/ -Force
    Remove-Item -Recurse phantom
}

$stack = "stack-$Count-$Files"
if (-not (Test-Path $stack)) {
    $null = New-Item -ItemType Directory $stack
    for ($i = 0; $i -lt $Count; $i++) {
        $null = New-Item -ItemType SymbolicLink -Path ('{0}/{1:00000}.tif' -f $stack, $i) -Target ([IO.Path]::Combine($Data, 'restored', '{0:00000}.tif' -f ($i % $Files)))
    }
}

function Measure-Program([string] $Name, [string] $Output, [string[]] $Command) {
    if (Test-Path $Output) { Remove-Item -Recurse -Force $Output }
    $time = Measure-Command { /usr/bin/time -f '%M' -o "$Name.peak" @Command | Out-Null }
    if ($LASTEXITCODE) { throw "$Name ended with $LASTEXITCODE." }
    $written = Get-ChildItem -Recurse -File $Output | Measure-Object Length -Sum
    [pscustomobject]@{
        Program = $Name
        Seconds = [math]::Round($time.TotalSeconds, 1)
        'MB/s'  = [math]::Round($Count * [double]$Height * $Width / 1e6 / $time.TotalSeconds)
        'Peak MB' = [int]([int](Get-Content "$Name.peak" -Tail 1) / 1024)
        Files   = $written.Count
        GB      = [math]::Round($written.Sum / 1e9, 3)
    }
}

$pwsh = [Environment]::ProcessPath
$export = "Import-Module '$module'; `$r = Export-EmVolume volume.zarr -Path $stack -VoxelSize 8, 8, 8; exit `$r.ExitCode"
Measure-Program Export-EmVolume volume.zarr @($pwsh, [Environment]::GetCommandLineArgs()[0].Where({ $_ -like '*.dll' }), '-NoProfile', '-Command', $export).Where({ $_ })
if ($Python) {
    Set-Content write.py @'
import glob, sys, numcodecs, numpy, tifffile, zarr
paths = sorted(glob.glob(sys.argv[1] + '/*.tif'))
first = tifffile.imread(paths[0])
array = zarr.open_array('python.zarr', mode='w', shape=(len(paths), *first.shape), chunks=(64, 64, 64), dtype=first.dtype, compressor=numcodecs.Zstd(1), dimension_separator='/')
for z in range(0, len(paths), 64):
    array[z:z + 64] = numpy.stack([tifffile.imread(path) for path in paths[z:z + 64]])
'@
    Measure-Program python3-zarr python.zarr @('/usr/bin/python3', 'write.py', $stack)
}
