<#
.SYNOPSIS
Makes an object of every type that the module's cmdlets give and writes, as JSON, how each looks: in tables of several widths, in
another culture, in strict mode, in constrained language, as CSV and as JSON.
#>
param([string] $Manifest, [string] $Folder, [string] $Result)

$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
$PSStyle.OutputRendering = 'PlainText'
[cultureinfo]::CurrentCulture = 'en-US'
Import-Module $Manifest
Set-Location $Folder

New-EmPhantom -Count 4 -FirstIndex 11256 -Height 96 -Width 128 -Destination ph -Depth 11260 -SectionThickness 30
$raw = Read-EmSection ph/raw -Invert
$null = $raw | Measure-EmStack calibration -Force

# A name as acquisition programs give them.
Copy-Item ph/raw/11259.tif FIB-SEM_Z0720-07m_BR_Sec05_x0_y0_11259.tif
$long = Read-EmSection FIB-SEM_Z0720-07m_BR_Sec05_x0_y0_11259.tif -Invert
$chain = $long | Invoke-EmFilter Destripe -ScaleCount 3 -BandLength 161, 201 | Set-EmIntensityOffset -Calibration calibration | Remove-EmBackground -Calibration calibration | Invoke-EmFilter Denoise -Gain 5.29E-06, 3.3E-05 | Invoke-EmFilter Contrast
$neighbours = ($raw | Invoke-EmFilter NonLocalMeans -Radius 1)[1]

# A stack in which a section fails and others are warned of, and whose outputs have a problem.
$null = New-Item -ItemType Directory copy
Copy-Item ph/raw/*.tif copy
$null = Read-EmSection copy -Invert | Invoke-EmFilter Rescale -Minimum 0 -Maximum 100 | Invoke-EmStack stack -Scheduler Script
Set-Content copy/11258.tif 'This is no image.'
$null = Restart-EmStack stack -Scheduler Local -ErrorAction SilentlyContinue
$stack = Get-EmStack stack
Remove-Item stack/11257.tif
$report = Test-EmStack stack
$run = Read-EmSection ph/raw | Invoke-EmStack run -Scheduler Slurm -Memory 3G
$job = $stack.GetType().GetProperty('Jobs').PropertyType.GetGenericArguments()[0]
$jobs = @([Activator]::CreateInstance($job, @('21345678_[13-199]', 'restored-4f1c9a', 'PENDING', '1-11:22:33', '(Resources)')))

$statistics = $chain | Measure-EmSection -EveryStep
$comparison = $chain | Compare-EmSection ph/truth/11256.tif
$suggestion = $raw | Get-EmSuggestion
$recipe = Import-EmRecipe Published -CalibrationFolder ph
$filter = Get-EmFilter Destripe
$null = $raw | Export-EmVolume v.zarr -VoxelSize 8, 8, 8
$view = Show-EmVolume v.zarr | Select-Object -First 1

$objects = [ordered]@{
    'a section'               = $chain
    'a large section'         = New-EmPhantom -FirstIndex 11259 -Height 9000 -Width 13750
    'a section of neighbours' = $neighbours
    'steps'                   = $chain.Steps
    'figures'                 = $statistics
    'stripes'                 = $statistics[0].Stripes
    'a comparison'            = $comparison
    'percentiles'             = $comparison.Percentiles
    'filters'                 = Get-EmFilter
    'a volume that is served' = $view
    'a filter'                = $filter
    'parameters'              = $filter.Parameters
    'a calibration'           = Get-EmCalibration calibration
    'offsets'                 = (Get-EmCalibration calibration).Sections
    'a stack'                 = $stack
    'failures'                = $stack.Failures
    'warnings'                = $stack.Warnings
    'jobs'                    = $jobs
    'a report'                = $report
    'problems'                = $report.Problems
    'a run'                   = $run
    'a suggestion'            = $suggestion
    'choices'                 = $suggestion.Parameters
    'a recipe'                = $recipe
    'a recipe''s steps'       = $recipe.Steps
}

# Sessions that may do little: one that was confined after the import, one that was confined before. Both are strict.
function New-Runspace([string] $mode) {
    $state = [initialsessionstate]::CreateDefault2()
    $state.LanguageMode = $mode
    $runspace = [runspacefactory]::CreateRunspace($state)
    $runspace.Open()
    $null = $runspace.SessionStateProxy.Path.SetLocation($Folder)
    $runspace
}

function Invoke-There($runspace, [string] $script, $argument) {
    $shell = [powershell]::Create($runspace)
    try {
        $output = $shell.AddScript($script).AddArgument($argument).Invoke()
        if ($shell.HadErrors) { throw $shell.Streams.Error[0] }
        $output
    }
    finally {
        $shell.Dispose()
    }
}

$prepare = 'param($manifest) Set-StrictMode -Version Latest; [cultureinfo]::CurrentCulture = "en-US"; $PSStyle.OutputRendering = "PlainText"; Import-Module $manifest'
$after = New-Runspace FullLanguage
Invoke-There $after $prepare $Manifest
Invoke-There $after '$ExecutionContext.SessionState.LanguageMode = "ConstrainedLanguage"'
$before = New-Runspace FullLanguage
Invoke-There $before 'Set-StrictMode -Version Latest; [cultureinfo]::CurrentCulture = "en-US"; $PSStyle.OutputRendering = "PlainText"; $ExecutionContext.SessionState.LanguageMode = "ConstrainedLanguage"'
Invoke-There $before 'param($manifest) Import-Module $manifest' $Manifest
$show = 'param($shown) $shown | Out-String -Width 80'

function Format-In([string] $culture, $object) {
    [cultureinfo]::CurrentCulture = $culture
    try {
        $object | Out-String -Width 80
        foreach ($each in $object) { "$each" }
    }
    finally {
        [cultureinfo]::CurrentCulture = 'en-US'
    }
}

$looks = foreach ($name in $objects.Keys) {
    $object = $objects[$name]
    $first = @($object)[0]
    $view = Get-FormatData -TypeName $first.PSObject.TypeNames -PowerShellVersion 7.6 | Select-Object -First 1
    $control = $view.FormatViewDefinition[0].Control
    @{
        Name        = $name
        Types       = @($first.PSObject.TypeNames)
        Headers     = @($control.Headers.Label)
        Narrow      = $object | Out-String -Width 80
        Wide        = $object | Out-String -Width 120
        English     = (Format-In en-US $object) -join "`n"
        German      = (Format-In de-DE $object) -join "`n"
        Confined    = "$(Invoke-There $after $show $object)"
        ConfinedAll = "$(Invoke-There $before $show $object)"
        Csv         = ($object | ConvertTo-Csv) -join "`n"
        Json        = $object | ConvertTo-Json
        DeepJson    = $object | ConvertTo-Json -Depth 6
    }
}

$mixed = $chain, $comparison, $statistics[0], $stack, $filter, $suggestion, $recipe, $raw[0]
@{
    Looks       = @($looks)
    Mixed       = $mixed | Out-String -Width 80
    OutputTypes = @((Get-Command -Module EmTools -CommandType Cmdlet).OutputType.Type.FullName | Sort-Object -Unique)
    MixedThere  = "$(Invoke-There $before $show $mixed)"
    Language    = "$(Invoke-There $before '$ExecutionContext.SessionState.LanguageMode')"
    Completions = foreach ($line in 'Invoke-EmFilter Destr', 'Invoke-EmFilter Destripe -Band', 'Invoke-EmFilter Destripe -Direction H', 'Invoke-EmStack out -Scheduler Sl', 'Import-EmRecipe Publ') {
        Invoke-There $before 'param($line) (TabExpansion2 $line $line.Length).CompletionMatches[0].CompletionText' $line
    }
} | ConvertTo-Json -Depth 4 -WarningAction SilentlyContinue | Set-Content $Result
