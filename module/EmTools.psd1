@{
    # The loader first: it lets PowerShell find the engine in lib, apart from other modules' assemblies.
    NestedModules        = @('EmTools.Loader.0.2.0.dll', 'EmTools.Cmdlets.dll')
    ModuleVersion        = '0.2.0'
    GUID                 = 'a3d2b0f4-6c1e-4e57-9d0b-2f7c8e5b1a96'
    Author               = 'EmTools contributors'
    CompanyName          = 'EmTools contributors'
    Copyright            = 'EmTools contributors, MIT licence'
    Description          = 'Restores sections of volume electron microscopy: removes curtains, background and noise, and evens out contrast, for single sections and for stacks of thousands.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('EmTools.Format.ps1xml')
    CmdletsToExport      = @(
        'Compare-EmSection'
        'Export-EmChunk'
        'Export-EmPreview'
        'Export-EmRecipe'
        'Export-EmVolume'
        'Find-EmBackground'
        'Get-EmCalibration'
        'Get-EmFilter'
        'Get-EmStack'
        'Get-EmSuggestion'
        'Import-EmRecipe'
        'Invoke-EmFilter'
        'Invoke-EmRecipe'
        'Invoke-EmStack'
        'Measure-EmSection'
        'Measure-EmStack'
        'Move-EmSection'
        'New-EmPhantom'
        'New-EmStackLink'
        'Read-EmSection'
        'Remove-EmBackground'
        'Restart-EmStack'
        'Set-EmIntensityOffset'
        'Show-EmVolume'
        'Stop-EmStack'
        'Test-EmStack'
        'Write-EmSection'
    )
    FunctionsToExport    = @()
    VariablesToExport    = @()
    # The names of the first version, which stay.
    AliasesToExport      = @(
        'Remove-Background'
        'Set-IntensityOffset'
    )
    PrivateData          = @{
        PSData = @{
            Tags         = @('ElectronMicroscopy', 'FIB-SEM', 'VolumeEM', 'Connectomics', 'Microscopy', 'ImageProcessing', 'Denoising', 'Destriping', 'TIFF', 'HDF5', 'Slurm', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            LicenseUri   = 'https://spdx.org/licenses/MIT.html'
            ReleaseNotes = 'CHANGELOG.md in the module tells what is new, what breaks scripts first.'
        }
    }
}
