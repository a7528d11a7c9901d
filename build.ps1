#!/usr/bin/env pwsh
#Requires -Version 7.6
<#
.SYNOPSIS
    Builds, tests, packages or installs the EmTools module.
.DESCRIPTION
    Build leaves an importable module in out/EmTools. Test runs all tests, among them the Pester specs in the PowerShell that
    .config/dotnet-tools.json names. Package makes out/EmTools.<version>.nupkg for a gallery. Install copies the module to
    the user's module path. Runs in an installed PowerShell as in the tool's (dotnet pwsh build.ps1).
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
    [string] $Configuration = 'Release',

    # Take out/EmTools, and for Test the tests, as they were built before.
    [switch] $NoBuild
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

$output = Join-Path $PSScriptRoot 'out'
$module = Join-Path $output 'EmTools'
$manifest = Join-Path $module 'EmTools.psd1'
$built = [bool] $NoBuild

function Invoke-Dotnet {
    & dotnet @args
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet $($args -join ' ') failed with exit code $LASTEXITCODE."
    }
}

function Build {
    if (-not $script:built) {
        Invoke-Dotnet build (Join-Path $PSScriptRoot 'EmTools.sln') --configuration $Configuration
        $script:built = $true
    }
    if (-not (Test-Path -LiteralPath $manifest)) {
        throw "There is no module in '$module'; build it first: ./build.ps1"
    }
    $null = Test-ModuleManifest -Path $manifest
}

function Test {
    # Tests start the tool, and skip what needs it where it is missing; here that would go by unseen.
    Push-Location -LiteralPath $PSScriptRoot
    try {
        Invoke-Dotnet tool restore
    }
    finally {
        Pop-Location
    }
    $asBuilt = $NoBuild ? @('--no-build') : @()
    Invoke-Dotnet test (Join-Path $PSScriptRoot 'EmTools.sln') --configuration $Configuration @asBuilt
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
        (Join-Path ($env:XDG_DATA_HOME ? $env:XDG_DATA_HOME : (Join-Path $HOME '.local/share')) 'powershell/Modules')
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
