BeforeDiscovery {
    Import-Module "$PSScriptRoot/../out/EmTools/EmTools.psd1"
    $cmdlets = (Get-Command -Module EmTools -CommandType Cmdlet).ForEach({ @{ Name = $_.Name } })
}

BeforeAll {
    Import-Module "$PSScriptRoot/../out/EmTools/EmTools.psd1"
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
            ($described.description.Text -join ' ') | Should -Not -BeNullOrEmpty -Because "-$parameter needs a description"
        }
    }

    It 'says of parameters what holds' {
        foreach ($parameter in (Get-Command $Name).Parameters.Values.Where({ $_.Name -notin $common -and -not $_.IsDynamic })) {
            $told = @($help.parameters.parameter).Where({ $_.name -eq $parameter.Name })[0]
            $sets = $parameter.ParameterSets.Values
            $because = "-$($parameter.Name) of $Name is so"
            $told.required | Should -Be "$($sets.IsMandatory -contains $true)".ToLowerInvariant() -Because $because
            $told.position | Should -BeIn $sets.ForEach({ $_.Position -lt 0 ? 'named' : "$($_.Position)" }) -Because $because
            $told.aliases | Should -Be ($parameter.Aliases ? $parameter.Aliases -join ', ' : 'none') -Because $because
            $told.pipelineInput | Should -BeLike ($sets.ValueFromPipeline -contains $true ? 'True (ByValue*' : $sets.ValueFromPipelineByPropertyName -contains $true ? 'True (ByPropertyName)' : 'False') -Because $because
            $told.globbing | Should -Be "$($parameter.Attributes.TypeId -contains [SupportsWildcards])".ToLowerInvariant() -Because $because
            if ($parameter.ParameterType.IsEnum) {
                $values = $parameter.Attributes.Where({ $_ -is [ValidateSet] }).ForEach({ $_.ValidValues })
                $values = $values ? $values : $parameter.ParameterType.GetEnumNames()
                $told.description.Text -join ' ' | Should -BeLike "*One of: $($values -join ', ').*" -Because $because
            }
        }
    }

    It 'shows every set of parameters' {
        $lines = @((Get-Help $Name | Out-String -Stream -Width 5000).Trim()) -match "^$Name "
        foreach ($set in (Get-Command $Name).ParameterSets) {
            foreach ($parameter in $set.Parameters.Where({ $_.IsMandatory -and -not $_.IsDynamic })) {
                @($lines -match "-$($parameter.Name)\b").Count | Should -BeGreaterThan 0 -Because "$($set.Name) wants -$($parameter.Name)"
            }
        }
        $lines.Count | Should -BeGreaterOrEqual (Get-Command $Name).ParameterSets.Count
    }
}

Describe 'Help' {
    It 'tells a default and the values that there are' {
        $text = Get-Help Write-EmSection -Parameter Compression | Out-String
        $text | Should -Match 'Default value\s+Deflate'
        $text | Should -Match 'One of: None, Lzw, Deflate\.'
        Get-Help Write-EmSection | Out-String -Width 400 | Should -Match '\[-Compression \{None \| Lzw \| Deflate\}\]'
    }

    It 'tells a default that is no value in words' {
        Get-Help Test-EmStack -Parameter Threads | Out-String | Should -Match 'Default value\s+all that the machine has'
    }

    It 'names cmdlets, not their classes' {
        foreach ($cmdlet in Get-Command -Module EmTools -CommandType Cmdlet) {
            Get-Help $cmdlet.Name -Full | Out-String | Should -Not -Match 'Command\b(?<!-Command)\s*\.|see cref' -Because "the help of $($cmdlet.Name) is for users"
        }
    }

    It 'keeps the lines of an example' {
        $examples = (Get-Command -Module EmTools -CommandType Cmdlet).ForEach({ (Get-Help $_.Name -Full).examples.example.code })
        @($examples -match '(?m)\|\r?\n    \S').Count | Should -BeGreaterOrEqual 3
    }

    It 'lists the parameters of every filter' {
        $text = (Get-Help Invoke-EmFilter -Full | Out-String -Width 5000) -replace '\s+', ' '
        foreach ($filter in Get-EmFilter) {
            $text | Should -BeLike "*Invoke-EmFilter ``[-Name``] {$($filter.Name)}*"
            foreach ($parameter in $filter.Parameters) {
                $text.Contains("$($filter.Name): $($parameter.Description -replace '\s+', ' ')") | Should -BeTrue -Because "-$($parameter.Name) is a parameter of $($filter.Name)"
            }
        }
        $text | Should -BeLike '*Values: odd, 1 to 1000001; unit: pixels; default: 161, 161, 161, 201, 251, 301; published as bands_len.*'
    }
}

Describe 'The module' {
    It 'uses approved verbs' {
        (Get-Command -Module EmTools -CommandType Cmdlet).Verb | Should -BeIn (Get-Verb).Verb
    }

    It 'exports what its manifest lists' {
        $manifest = Import-PowerShellDataFile "$PSScriptRoot/../module/EmTools.psd1"
        (Get-Module EmTools).ExportedCmdlets.Keys | Sort-Object | Should -Be ($manifest.CmdletsToExport | Sort-Object)
        $manifest.CmdletsToExport.Count | Should -BeGreaterOrEqual 10
    }

    It 'has a topic about itself' {
        Get-Help about_EmTools | Should -Match 'Sections are descriptions'
    }
}
