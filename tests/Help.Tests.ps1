# Runs under Pester 5 and 6, and in the hosted engine: the language, .NET and the module's cmdlets only.
BeforeDiscovery {
    $manifest = [System.IO.Path]::Combine($PSScriptRoot, '..', 'out', 'EmTools', 'EmTools.psd1')
    Import-Module $manifest
    $cmdlets = (Get-Command -Module EmTools).ForEach({ @{ Name = $_.Name } })
}

BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', 'out', 'EmTools', 'EmTools.psd1'))
}

Describe 'The help of <Name>' -ForEach $cmdlets {
    BeforeAll {
        $help = Get-Help $Name -Full
        $common = [System.Management.Automation.PSCmdlet]::CommonParameters + [System.Management.Automation.PSCmdlet]::OptionalCommonParameters
    }

    It 'says what it does' {
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -Match 'CommonParameters' -Because 'a synopsis is no syntax'
        $help.description | Should -Not -BeNullOrEmpty
    }

    It 'has two examples or more' {
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
    }

    It 'describes every parameter' {
        foreach ($parameter in (Get-Command $Name).Parameters.Keys.Where({ $_ -notin $common })) {
            $described = @($help.parameters.parameter).Where({ $_.name -eq $parameter })
            $described | Should -HaveCount 1 -Because "-$parameter is a parameter of $Name"
            ($described.description.ForEach('Text') -join ' ') | Should -Not -BeNullOrEmpty -Because "-$parameter needs a description"
        }
    }
}

Describe 'The module' {
    It 'uses approved verbs' {
        $approved = foreach ($group in 'Common', 'Communications', 'Data', 'Diagnostic', 'Lifecycle', 'Security', 'Other') {
            ("System.Management.Automation.Verbs$group" -as [type]).GetFields().ForEach({ $_.GetValue($null) })
        }
        foreach ($verb in (Get-Module EmTools).ExportedCmdlets.Values.ForEach('Verb')) {
            $verb | Should -BeIn $approved
        }
    }

    It 'exports what its manifest lists' {
        $manifest = [System.IO.File]::ReadAllText([System.IO.Path]::Combine($PSScriptRoot, '..', 'module', 'EmTools.psd1'))
        foreach ($name in (Get-Module EmTools).ExportedCmdlets.Keys) {
            $manifest | Should -Match "'$name'"
        }
        (Get-Module EmTools).ExportedCmdlets.Count | Should -BeGreaterOrEqual 10
    }

    It 'has a topic about itself' {
        $topic = [System.IO.Path]::Combine($PSScriptRoot, '..', 'out', 'EmTools', 'en-US', 'about_EmTools.help.txt')
        [System.IO.File]::ReadAllText($topic) | Should -Match 'Sections are descriptions'
    }
}
