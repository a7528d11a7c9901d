#!/usr/bin/env pwsh
#Requires -Version 7.6
<#
.SYNOPSIS
    Builds, tests, packages or installs the EmTools module.
.DESCRIPTION
    Build leaves an importable module in out/EmTools. Test builds and runs all tests, and the Pester specs where Pester 5 or
    newer is installed. Package makes out/EmTools.<version>.nupkg for a gallery. Install copies the module to the user's
    module path.
.EXAMPLE
    ./build.ps1
    Builds out/EmTools.
.EXAMPLE
    ./build.ps1 -Task Test, Package
    Tests, and packages when no test failed.
.EXAMPLE
    ./build.ps1 -Task Install -WhatIf
    Says where the module would be copied to.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    # What to do, in this order.
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Package', 'Install')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release'
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

$output = Join-Path $PSScriptRoot 'out'
$module = Join-Path $output 'EmTools'
$manifest = Join-Path $module 'EmTools.psd1'

function Invoke-Dotnet {
    & dotnet @args
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet $($args -join ' ') failed with exit code $LASTEXITCODE."
    }
}

function Build {
    Invoke-Dotnet build (Join-Path $PSScriptRoot 'EmTools.sln') --configuration $Configuration
    $null = Test-ModuleManifest -Path $manifest
}

function Test {
    Invoke-Dotnet test (Join-Path $PSScriptRoot 'EmTools.sln') --configuration $Configuration
    $pester = Get-Module -Name Pester -ListAvailable | Where-Object Version -GE '5.0'
    if (-not $pester) {
        Write-Warning 'Pester 5 or newer is not installed; its specs ran under dotnet test only.'
        return
    }
    # In a process of its own: a module's assembly stays loaded, and the next build could not replace it.
    $specs = Join-Path $PSScriptRoot 'tests'
    & ([Environment]::ProcessPath) -NoProfile -Command {
        param($manifest, $specs)
        Import-Module $manifest
        Import-Module Pester -MinimumVersion 5.0
        $result = Invoke-Pester -Path $specs -PassThru
        exit [int]($result.Result -ne 'Passed')
    } -args $manifest, $specs
    if ($LASTEXITCODE -ne 0) {
        throw 'Pester specs failed.'
    }
}

function Package {
    Build
    foreach ($old in Get-ChildItem -Path $output -Filter 'EmTools.*.nupkg') {
        Remove-Item -LiteralPath $old.FullName
    }
    Compress-PSResource -Path $module -DestinationPath $output
    Get-ChildItem -Path $output -Filter 'EmTools.*.nupkg'
}

function Install {
    Build
    $version = (Import-PowerShellDataFile -Path $manifest).ModuleVersion
    $root = $IsWindows ?
        (Join-Path ([Environment]::GetFolderPath('MyDocuments')) 'PowerShell/Modules') :
        (Join-Path ([Environment]::GetFolderPath('LocalApplicationData')) 'powershell/Modules')
    $target = Join-Path $root 'EmTools' $version
    if ($PSCmdlet.ShouldProcess($target, 'Install EmTools')) {
        if (Test-Path -LiteralPath $target) {
            Remove-Item -LiteralPath $target -Recurse -Force
        }
        $null = New-Item -Path $target -ItemType Directory -Force
        Copy-Item -Path (Join-Path $module '*') -Destination $target -Recurse
        Get-Module -Name $target -ListAvailable
    }
}

foreach ($step in 'Build', 'Test', 'Package', 'Install') {
    if ($step -in $Task) {
        & $step
    }
}
