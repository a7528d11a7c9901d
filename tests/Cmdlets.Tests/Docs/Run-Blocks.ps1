# Runs blocks of PowerShell as a reader of a page would type them: the blocks of one page in one folder, one after the other.
# What a block leaves as tables and recipes stays for the next; its sections and pictures are looked at and go.
[CmdletBinding()]
param(
    [string] $Module,
    [string] $Seed,
    [string] $Block,
    [string] $Folder,
    [string] $Result
)

$ErrorActionPreference = 'Stop'
Import-Module $Module
$seedFolder = New-Item -ItemType Directory (Join-Path $Folder 'seed')
Set-Location $seedFolder
. ([scriptblock]::Create($Seed))

function Get-Files([string] $Root) {
    @(Get-ChildItem -LiteralPath $Root -Recurse -File | ForEach-Object { [IO.Path]::GetRelativePath($Root, $_.FullName).Replace('\', '/') })
}

# In a scope of its own and under strict mode, as people have it in their profiles.
function Invoke-Block([string] $Code) {
    Set-StrictMode -Version Latest
    $ErrorActionPreference = 'Continue'
    try {
        & ([scriptblock]::Create($Code)) 2>&1 3>&1 6>$null
    }
    catch {
        $_
    }
}

$results = foreach ($job in Get-Content -Raw $Block | ConvertFrom-Json) {
    $page = Join-Path $Folder ($job.Page -replace '[^\w]', '-')
    if (-not (Test-Path $page)) {
        Copy-Item -Recurse $seedFolder $page
    }
    Set-Location $page
    $before = Get-Files $page
    $said = @(Invoke-Block $job.Code)
    Set-Location $page
    $files = @(Get-Files $page | Where-Object { $_ -notin $before })
    $sections = foreach ($file in $files -match '\.tif$' -notmatch '^trial/') {
        $section = Read-EmSection -LiteralPath $file -Index 0
        $figures = $section | Measure-EmSection
        [ordered]@{
            File = $file; PixelType = "$($section.PixelType)"; Median = $figures.Median; Spread = $figures.StandardDeviation
            Dark = $figures.SaturatedDark; Bright = $figures.SaturatedBright
        }
    }
    [ordered]@{
        Key = $job.Key
        Errors = @($said | Where-Object { $_ -is [Management.Automation.ErrorRecord] } | ForEach-Object { "$_" })
        Warnings = @($said | Where-Object { $_ -is [Management.Automation.WarningRecord] } | ForEach-Object { "$_" })
        Files = $files
        Sections = @($sections)
    }
    foreach ($file in $files -match '\.(tif|png)$|/\.emstack/') {
        Remove-Item -LiteralPath $file
    }
}
ConvertTo-Json -Depth 5 @($results) | Set-Content $Result
