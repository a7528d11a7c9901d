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
        $names = (Get-Command -Module EmTools -CommandType Cmdlet).Name
        $base = (Get-Module EmTools).ModuleBase
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

    It 'has examples that name what there is' {
        foreach ($code in $help.examples.example.code) {
            $errors = $null
            $tree = [System.Management.Automation.Language.Parser]::ParseInput($code, [ref] $null, [ref] $errors)
            $errors | Should -BeNullOrEmpty -Because "'$code' is an example"
            foreach ($call in $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
                $called = Get-Command $call.GetCommandName() -ErrorAction Ignore
                $called | Should -Not -BeNullOrEmpty -Because "$($call.GetCommandName()) is called in '$code'"
                if ($called.ModuleName -ne 'EmTools') { continue }
                $known = (Get-Help $called.Name -Full).parameters.parameter.name + $common
                foreach ($given in $call.CommandElements.Where({ $_ -is [System.Management.Automation.Language.CommandParameterAst] }).ParameterName) {
                    $given | Should -BeIn $known -Because "it is given to $($called.Name) in '$code'"
                }
            }
        }
    }

    It 'leads on to what there is' {
        $links = @($help.relatedLinks.navigationLink)
        @($links.linkText | Where-Object { $_ -in $names }).Count | Should -BeGreaterOrEqual 1
        foreach ($link in $links) {
            if ($link.linkText -like 'about_*') {
                Get-Help $link.linkText | Should -Match $link.linkText -Because "$Name leads to it"
            }
            elseif ($link.linkText -match '^.+: (docs/\S+) in the module''s folder$') {
                Join-Path $base $Matches[1] | Should -Exist -Because "$Name leads to it"
            }
            elseif ($link.uri) {
                ([uri] $link.uri).Scheme | Should -Be https -Because 'PowerShell opens no other place'
            }
            else {
                $link.linkText | Should -BeIn $names -Because "$Name leads to it"
                $link.linkText | Should -Not -Be $Name
            }
        }
    }

    It 'is a page, too, and says how to see it' {
        $help.alertSet | Out-String -Width 500 | Should -BeLike "*Show-Markdown `"`$((Get-Module EmTools).ModuleBase)/docs/cmdlets/$Name.md`" -UseBrowser*"
        Join-Path $base "docs/cmdlets/$Name.md" | Should -Exist
        (Show-Markdown (Join-Path $base "docs/cmdlets/$Name.md") | Out-String) -replace '\e\[[\d;]*m' | Should -Match "(?s)^\s*$Name\s.*Syntax.*Examples.*Parameters"
    }

    # PowerShell opens http and https only, so there is an address for all when the pages have a public place, and else for none.
    It 'has the address of its page, where there is one' {
        $address = (Get-Command $Name).HelpUri
        $place = (Get-Command Read-EmSection).HelpUri -replace 'Read-EmSection\.md$'
        $address | Should -Be ($place ? "$place$Name.md" : '')
        if ($place) {
            $place | Should -Match '^https://.+/$'
            @($help.relatedLinks.navigationLink)[0].uri | Should -Be $address
        }
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

    It 'tells no number of the machine on which it was made' {
        foreach ($cmdlet in Get-Command -Module EmTools -CommandType Cmdlet | Where-Object { $_.Parameters.Keys -contains 'Threads' }) {
            Get-Help $cmdlet.Name -Parameter Threads | Out-String | Should -Match 'Default value\s+all that the machine has' -Because "$($cmdlet.Name) has -Threads"
        }
        Get-Help Export-EmPreview -Parameter BlinkInterval | Out-String | Should -Match 'Default value\s+700 ms'
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

    It 'has topics about <_>' -ForEach 'Recipes', 'Stacks', 'Calibration', 'Formats' {
        $text = Get-Help "about_EmTools_$_"
        $text | Should -HaveCount 1
        $text | Should -Match "(?s)^TOPIC\s+about_EmTools_$_\s.*SHORT DESCRIPTION\s.*LONG DESCRIPTION\s.*SEE ALSO\s"
        $named = ($text -split 'SEE ALSO')[1].Trim() -split '\s+'
        $named | Should -BeIn ((Get-Command -Module EmTools).Name + (Get-ChildItem (Join-Path (Get-Module EmTools).ModuleBase en-US) -Filter about_*).Name.Replace('.help.txt', ''))
        ($text -split '\n').Length | Measure-Object -Maximum | ForEach-Object Maximum | Should -BeLessThan 120
    }
}
