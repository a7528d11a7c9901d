# A stand-in for the module: what a host and a help builder have to cope with, and nothing of microscopy.
@{
    RootModule        = 'EmTools.SampleModule.dll'
    ModuleVersion     = '0.1.0'
    GUID              = 'f0d6d2fb-5ad1-4a1e-b5f2-0f5d3d1f7c55'
    CmdletsToExport   = 'Get-Sample', 'Wait-Sample', 'Write-Sample', 'Invoke-EmFilter'
    FunctionsToExport = @()
    AliasesToExport   = @()
    VariablesToExport = @()
}
