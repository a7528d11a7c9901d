<#
.SYNOPSIS
How soon pipelines stop when Ctrl+C is pressed.

.DESCRIPTION
Stops each pipeline at -Times moments, evenly spread over the time that it takes for one section, and tells the longest and the
median time until the prompt would be back, in milliseconds, and the moment of the longest.

.EXAMPLE
dotnet pwsh bench/stopping.ps1 -Height 9000 -Width 13750
#>
param(
    [int] $Height = 4000,
    [int] $Width = 6000,
    [int] $Times = 25
)

$ErrorActionPreference = 'Stop'
$module = [System.IO.Path]::Combine($PSScriptRoot, '..', 'out', 'EmTools', 'EmTools.psd1')
if (-not (Get-Module EmTools)) {
    Import-Module $module
}

$folder = [System.IO.Directory]::CreateTempSubdirectory('emtools-stopping-').FullName
$raw = [System.IO.Path]::Combine($folder, '00000.tif')
$out = [System.IO.Path]::Combine($folder, 'out')
New-EmPhantom -Height $Height -Width $Width | Write-EmSection $raw -Compression None

$runspace = [System.Management.Automation.Runspaces.RunspaceFactory]::CreateRunspace([System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2())
$runspace.Open()
function New-Pipeline([string] $script) {
    $pipeline = [System.Management.Automation.PowerShell]::Create()
    $pipeline.Runspace = $runspace
    $pipeline.AddScript($script)
}
(New-Pipeline "Import-Module '$module'").Invoke()

$restore = 'Invoke-EmFilter Destripe | Invoke-EmFilter Denoise | Invoke-EmFilter Contrast'
$pipelines = @(
    "$restore | Write-EmSection '$out' -Force"
    "Write-EmSection '$out' -Force"
    'Measure-EmSection'
    'Get-EmSuggestion'
    "$restore | Compare-EmSection (Read-EmSection '$raw')"
    "Export-EmPreview '$out' -Spectrum -Force"
    "Find-EmBackground | Write-EmSection '$out' -Force"
    "Invoke-EmFilter DenoiseExponential | Write-EmSection '$out' -Force"
    "Invoke-EmFilter DenoiseSameSign | Write-EmSection '$out' -Force"
    "Invoke-EmFilter Enhance | Write-EmSection '$out' -Force"
    "Invoke-EmFilter CompressOutliers | Write-EmSection '$out' -Force"
    "Invoke-EmFilter NonLocalMeans -Block 3 -Neighborhood 5 | Write-EmSection '$out' -Force"
    "Invoke-EmFilter MillingCorrection | Write-EmSection '$out' -Force"
)
try {
    '{0,9} {1,9} {2,9} {3,9}  {4}' -f 'whole', 'longest', 'at', 'median', 'milliseconds'
    foreach ($pipeline in $pipelines) {
        # The second run is warm, as a user's later ones are.
        foreach ($round in 1, 2) {
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $whole = New-Pipeline "Read-EmSection '$raw' | $pipeline"
            $null = $whole.Invoke()
            $length = $clock.Elapsed.TotalMilliseconds
            if ($whole.HadErrors) {
                throw $whole.Streams.Error[0]
            }
        }

        $waits = foreach ($i in 0..($Times - 1)) {
            $stopped = New-Pipeline "`$s = Read-EmSection '$raw'; `$s, `$s | $pipeline"
            $running = $stopped.BeginInvoke()
            [System.Threading.Thread]::Sleep([int] ($length * $i / $Times))
            $clock.Restart()
            $stopped.Stop()
            , @($clock.Elapsed.TotalMilliseconds, ($length * $i / $Times))
            $stopped.Dispose()
        }

        $sorted = @($waits | & { process { $_[0] } })
        [System.Array]::Sort($sorted)
        $worst = $waits.Where({ $_[0] -eq $sorted[-1] })[0]
        '{0,9:0} {1,9:0} {2,9:0} {3,9:0}  {4}' -f $length, $worst[0], $worst[1], $sorted[[int] ($Times / 2)], $pipeline.Replace($folder, '')
    }
}
finally {
    $runspace.Dispose()
    [System.IO.Directory]::Delete($folder, $true)
}
