# Runs the specs of a folder under one Pester, or lists them without running them, and writes what came of each as JSON.
# Not Pester's own XML: that says nothing of a teardown that throws, and of a file that cannot be read.
[CmdletBinding()]
param(
    [string] $Pester,
    [string] $Folder,
    [string] $Result,
    [switch] $List
)

$ErrorActionPreference = 'Stop'
Import-Module $Pester

# Errors with the places in the specs that they come from, without those in Pester.
function Get-Trouble($From) {
    $own = (Split-Path $Pester), $PSCommandPath
    foreach ($record in $From.ErrorRecord) {
        $places = "$($record.ScriptStackTrace)" -split '\r?\n' | Where-Object { $place = $_; $place -and -not $own.Where({ $place.Contains($_) }) }
        (@($record.Exception.Message) + $places) -join "`n"
    }
}

# The names of a run are those with values in place of <Name>; a list has to put them in itself.
function Get-Title($Of) {
    $title = $Of.Name
    for ($at = $Of; $at; $at = $at.PSObject.Properties['Block'] ? $at.Block : $at.Parent) {
        $data = $at.Data
        $title = [regex]::Replace($title, '<(\w+)>', {
            $key = $args[0].Groups[1].Value
            $key -eq '_' -and $null -ne $data ? "$data" : $data -is [Collections.IDictionary] -and $data.Contains($key) ? "$($data[$key])" : $args[0].Value
        })
    }
    $title
}

$configuration = New-PesterConfiguration
$configuration.Run.Path = (Get-ChildItem -LiteralPath $Folder -Filter *.Tests.ps1 -File).FullName
$configuration.Run.SkipRun = [bool] $List
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'None'
$run = Invoke-Pester -Configuration $configuration

$specs = foreach ($test in $run.Tests) {
    $titles = @(Get-Title $test)
    $trouble = @(Get-Trouble $test)
    for ($block = $test.Block; $block; $block = $block.Parent) {
        if (-not $block.IsRoot) {
            $titles = @(Get-Title $block) + $titles
        }
        $trouble += Get-Trouble $block
    }
    [ordered]@{
        File = Split-Path -Leaf $test.ScriptBlock.File
        Line = $test.StartLine
        Name = $titles -join '.'
        Outcome = "$($test.Result)"
        Trouble = $trouble
    }
}
$files = foreach ($container in $run.Containers) {
    [ordered]@{ File = Split-Path -Leaf "$($container.Item)"; Trouble = @(Get-Trouble $container) }
}
ConvertTo-Json -Depth 4 @{ Specs = @($specs); Files = @($files) } | Set-Content $Result
