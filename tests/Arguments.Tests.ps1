# What parameters take: paths where sections are meant, indices of the pipeline's objects, amounts of memory.
BeforeAll {
    Import-Module "$PSScriptRoot/../out/EmTools/EmTools.psd1"
    New-EmPhantom -Count 4 -FirstIndex 8 -Height 48 -Width 64 -Destination "$TestDrive/trial"
    $raw = Read-EmSection "$TestDrive/trial/raw"
}

Describe 'A path where a section is meant' {
    It 'is a reference of Compare-EmSection: <Kind>' -ForEach @(
        @{ Kind = 'a file'; Given = { "$TestDrive/trial/truth/00009.tif" } }
        @{ Kind = 'a file as an object'; Given = { Get-Item "$TestDrive/trial/truth/00009.tif" } }
        @{ Kind = 'files, of which the one of the same index is taken'; Given = { Get-ChildItem "$TestDrive/trial/truth" } }
        @{ Kind = 'a pattern'; Given = { "$TestDrive/trial/truth/*.tif" } }
        @{ Kind = 'a folder'; Given = { "$TestDrive/trial/truth" } }
    ) {
        $right = $raw[1] | Compare-EmSection (Read-EmSection "$TestDrive/trial/truth/00009.tif") -Range 65535
        $told = $raw[1] | Compare-EmSection -Reference (& $Given) -Range 65535
        $told.Reference | Should -Be '00009.tif'
        $told.RootMeanSquareError | Should -Be $right.RootMeanSquareError
        $told.RootMeanSquareError | Should -BeGreaterThan 0
    }

    It 'is what was before of Export-EmPreview' {
        $after = $raw[1] | Invoke-EmFilter Denoise
        $after | Export-EmPreview "$TestDrive/path.png" -Before "$TestDrive/trial/raw/00009.tif"
        $after | Export-EmPreview "$TestDrive/section.png" -Before $raw[1]
        (Get-FileHash "$TestDrive/path.png").Hash | Should -Be (Get-FileHash "$TestDrive/section.png").Hash
    }

    It 'is a reference of a filter over neighbours' {
        $raw | Invoke-EmFilter Denoise | Write-EmSection "$TestDrive/quiet"
        $byPath = $raw | Invoke-EmFilter NonLocalMeans -Radius 1 -Reference "$TestDrive/quiet"
        $bySection = $raw | Invoke-EmFilter NonLocalMeans -Radius 1 -Reference (Read-EmSection "$TestDrive/quiet")
        ($byPath[1] | Compare-EmSection $bySection[1]).RootMeanSquareError | Should -Be 0
    }

    It 'that leads nowhere is told of with its parameter' {
        { $raw | Compare-EmSection "$TestDrive/none.tif" } | Should -Throw "-Reference: No file matches '*none.tif'*"
        { $raw | Export-EmPreview "$TestDrive/none" -Before "$TestDrive/none.tif" } | Should -Throw "There is no file '*none.tif'. Check the path given as -Before."
    }

    It 'of several wants numbers in their names' {
        Copy-Item "$TestDrive/trial/truth/00009.tif" "$TestDrive/first.tif"
        ($raw[0] | Compare-EmSection "$TestDrive/first.tif").Reference | Should -Be 'first.tif'
        { $raw | Compare-EmSection "$TestDrive/first.tif", "$TestDrive/trial/truth/00009.tif" } | Should -Throw -ErrorId 'NoIndex,EmTools.Cmdlets.CompareEmSectionCommand'
        { $raw | Export-EmPreview "$TestDrive/none" -Before $raw } | Should -Throw -ErrorId 'BeforeNotOne,EmTools.Cmdlets.ExportEmPreviewCommand'
    }
}

Describe 'Read-EmSection -Index' {
    BeforeAll {
        $file = "$TestDrive/trial/raw/00009.tif"
        $other = "$TestDrive/trial/raw/00011.tif"
    }

    It 'comes with each object of the pipeline' {
        $objects = [pscustomobject] @{ Path = $file; Index = 5600 }, [pscustomobject] @{ Path = $other; Index = 12 }
        ($objects | Read-EmSection).Index | Should -Be @(5600, 12)
    }

    It 'counts on from an object''s index over its own files only' {
        $objects = [pscustomobject] @{ Path = $file, $other; Index = 5600 }, [pscustomobject] @{ Path = $other; Index = 12 }
        ($objects | Read-EmSection).Index | Should -Be @(5600, 5601, 12)
    }

    It 'comes from the rows of a table, and where it is empty, from the file''s name' {
        Set-Content "$TestDrive/stack.csv" 'Path,Index', "$file,70", "$other,", "$file,0"
        (Import-Csv "$TestDrive/stack.csv" | Read-EmSection).Index | Should -Be @(70, 11, 0)
    }

    It 'on the command line counts on over the whole pipeline' {
        (Get-Item $file, $other, $file | Read-EmSection -Index 120).Index | Should -Be @(120, 121, 122)
        (Read-EmSection $file, $other -Index 3).Index | Should -Be @(3, 4)
    }

    It 'of an object is refused where it is <Index>, and the others go on' -ForEach @(
        @{ Index = '-1' }
        @{ Index = 'x' }
        @{ Index = '1.5' }
    ) {
        $objects = [pscustomobject] @{ Path = $file; Index = $Index }, [pscustomobject] @{ Path = $other; Index = 12 }
        $read = $objects | Read-EmSection -ErrorAction SilentlyContinue -ErrorVariable trouble
        $read.Index | Should -Be 12
        "$($trouble[0])" | Should -BeLike "*'$Index' is no place in a stack*"
    }

    It 'stays with sections that are read again' {
        (Read-EmSection $file -Index 77 | Read-EmSection).Index | Should -Be 77
    }
}

Describe 'Memory' {
    It 'of a job may be <Given>' -ForEach @(
        @{ Given = '3G'; Asked = '3G' }
        @{ Given = '3GB'; Asked = '3G' }
        @{ Given = 3GB; Asked = '3G' }
        @{ Given = '3221225472'; Asked = '3G' }
        @{ Given = '1.5g'; Asked = '1536M' }
        @{ Given = '512m'; Asked = '512M' }
    ) {
        $run = $raw | Invoke-EmStack "$TestDrive/job$Asked" -Scheduler Slurm -Memory $Given -Force
        (Get-Content $run.Files) -join "`n" | Should -Match "(?m)^#SBATCH --mem=$Asked\b"
    }

    It 'of this machine may be <Given>' -ForEach @(
        @{ Given = '64M' }
        @{ Given = '64MB' }
        @{ Given = 64MB }
        @{ Given = '0.5G' }
    ) {
        ($raw | Invoke-EmStack "$TestDrive/here$Given" -MemoryLimit $Given).Done | Should -Be 4
    }

    It 'that is none is refused: <Given>' -ForEach @(
        @{ Given = 'much' }
        @{ Given = '3X' }
        @{ Given = '-3G' }
        @{ Given = '4000' }
    ) {
        { $raw | Invoke-EmStack "$TestDrive/refused" -Scheduler Slurm -Memory $Given } | Should -Throw
        { $raw | Invoke-EmStack "$TestDrive/refused" -MemoryLimit $Given } | Should -Throw
        "$TestDrive/refused" | Should -Not -Exist
    }
}

Describe 'Progress' {
    BeforeAll {
        # As a host gets it.
        function Get-Progress([string] $script) {
            $shell = [powershell]::Create()
            try {
                $null = $shell.AddScript("Import-Module '$PSScriptRoot/../out/EmTools/EmTools.psd1'; Set-Location '$TestDrive'; $script").Invoke()
                $shell.HadErrors | Should -BeFalse
                $shell.Streams.Progress | Where-Object Activity -EQ Write-EmSection
            }
            finally {
                $shell.Dispose()
            }
        }
    }

    It 'tells how many of how many, the rate and the time left, where sections are an argument' {
        $bars = Get-Progress 'Write-EmSection p1 -Section (New-EmPhantom -Count 3 -Height 300 -Width 400)'
        $bars[0].StatusDescription | Should -BeLike 'Computing: 0 of 3 sections. Section 0 (phantom 0, *): Read'
        $bars[-1].RecordType | Should -Be 'Completed'
        $bars.StatusDescription | Where-Object { $_ -match '^Computing: [12] of 3 sections, \d+ an hour\. Section [12] ' } | Should -Not -BeNullOrEmpty
        ($bars | Where-Object StatusDescription -Match ' [12] of 3 ')[0].SecondsRemaining | Should -BeGreaterOrEqual 0
        ($bars | Where-Object StatusDescription -Match ' [12] of 3 ')[0].PercentComplete | Should -BeGreaterOrEqual 33
    }

    It 'knows from the folder how many sections there are at most' {
        (Get-Progress 'Read-EmSection trial/raw | Write-EmSection p2')[0].StatusDescription | Should -BeLike 'Computing: 0 of up to 4 sections. Section 8 *'
        (Get-Progress 'Read-EmSection trial/raw | Where-Object Index -GE 10 | Write-EmSection p3')[0].StatusDescription | Should -BeLike 'Computing: 0 of up to 2 sections. Section 10 *'
    }

    It 'counts what is done where nobody knows how many will come' {
        $bars = Get-Progress 'Get-Item trial/raw/00008.tif, trial/raw/00009.tif | Read-EmSection | Write-EmSection p4'
        $bars[0].StatusDescription | Should -Be 'Computing: 0 sections done. Section 8 (00008.tif): Read'
        $bars[0].SecondsRemaining | Should -Be -1
    }

    It 'knows how many are left when files are written over at the end' {
        $null = Get-Progress 'Read-EmSection trial/raw | Write-EmSection p5'
        (Get-Progress 'Read-EmSection trial/raw | Write-EmSection p5 -Force')[0].StatusDescription | Should -BeLike 'Computing: 0 of 4 sections. Section 8 *'
    }
}
