Describe 'Files' {
    BeforeAll {
        Import-Module "$PSScriptRoot/../out/EmTools/EmTools.psd1"
        New-EmPhantom -Count 3 -FirstIndex 9 -Height 40 -Width 50 | Write-EmSection "$TestDrive/raw" -Compression None
    }

    Context 'Reading' {
        It 'takes <Kind> in the order of the index' -ForEach @(
            @{ Kind = 'a pattern'; Path = 'raw/*.tif' }
            @{ Kind = 'a folder'; Path = 'raw' }
        ) {
            (Read-EmSection "$TestDrive/$Path").Index | Should -Be @(9, 10, 11)
        }

        It 'takes files from the pipeline' {
            (Get-ChildItem "$TestDrive/raw" -Filter 0001*.tif | Read-EmSection).Index | Sort-Object | Should -Be @(10, 11)
        }

        It 'takes brackets as they are with -LiteralPath' {
            $null = New-Item -ItemType Directory "$TestDrive/cell [1]"
            Copy-Item "$TestDrive/raw/00009.tif" "$TestDrive/cell [1]"
            (Read-EmSection -LiteralPath "$TestDrive/cell [1]/00009.tif").Index | Should -Be 9
        }

        It 'turns intensities back with -Invert' {
            $stored = (Read-EmSection "$TestDrive/raw/00009.tif").GetPixels()[3, 4]
            (Read-EmSection "$TestDrive/raw/00009.tif" -Invert).GetPixels()[3, 4] | Should -Be (65535 - $stored)
        }
    }

    Context 'Writing' {
        It 'reads back what <Compression> compressed' -ForEach @(
            @{ Compression = 'None' }
            @{ Compression = 'Lzw' }
            @{ Compression = 'Deflate' }
        ) {
            $section = Read-EmSection "$TestDrive/raw/00010.tif"
            $section | Write-EmSection "$TestDrive/$Compression" -Compression $Compression
            (Read-EmSection "$TestDrive/$Compression" | Compare-EmSection $section).RootMeanSquareError | Should -Be 0
        }

        It 'writes nothing with -WhatIf' {
            Read-EmSection "$TestDrive/raw" | Write-EmSection "$TestDrive/whatif" -WhatIf
            "$TestDrive/whatif" | Should -Not -Exist
        }

        It 'hands on files with -PassThru' {
            $files = Read-EmSection "$TestDrive/raw" | Write-EmSection "$TestDrive/passthru" -PassThru
            $files.Name | Should -Be @('00009.tif', '00010.tif', '00011.tif')
            $files[0] | Should -BeOfType [System.IO.FileInfo]
        }

        It 'leaves no temporary files' {
            Read-EmSection "$TestDrive/raw" | Write-EmSection "$TestDrive/clean"
            Get-ChildItem "$TestDrive/clean" -Force | Should -HaveCount 3
        }

        It 'writes over files with -Force only' {
            $section = Read-EmSection "$TestDrive/raw/00009.tif"
            $section | Write-EmSection "$TestDrive/force"
            { $section | Write-EmSection "$TestDrive/force" -ErrorAction Stop } | Should -Throw -ErrorId 'OutputExists,EmTools.Cmdlets.WriteEmSectionCommand'
            { $section | Write-EmSection "$TestDrive/force" -Force -ErrorAction Stop } | Should -Not -Throw
        }
    }

    Context 'Pictures' {
        It 'are written beside how it was before' {
            $before = Read-EmSection "$TestDrive/raw/00009.tif" -Invert
            $file = $before | Invoke-EmFilter Denoise | Export-EmPreview -Before $before -Destination "$TestDrive/pair.png" -PassThru
            $file.Length | Should -BeGreaterThan 500
            (Get-Content $file -AsByteStream -TotalCount 4)[1..3] | Should -Be @(0x50, 0x4E, 0x47)
        }

        It 'blink with how it was before' {
            $before = Read-EmSection "$TestDrive/raw/00009.tif" -Invert
            $before | Invoke-EmFilter Denoise | Export-EmPreview -Before $before -Destination "$TestDrive/blink.png" -Blink -BlinkInterval 300 -SameWindow -PixelSize 8
            Get-Content "$TestDrive/blink.png" -Raw -Encoding latin1 | Should -BeLike '*acTL*fcTL*IDAT*fcTL*fdAT*IEND*'
        }

        It 'show spectra' {
            $section = Read-EmSection "$TestDrive/raw/00009.tif" -Invert
            $section | Export-EmPreview "$TestDrive/spectrum.png" -Spectrum
            "$TestDrive/spectrum.png" | Should -Exist
        }

        It 'do not blink without how it was before' {
            $section = Read-EmSection "$TestDrive/raw/00009.tif" -Invert
            { $section | Export-EmPreview "$TestDrive/no.png" -Blink } | Should -Throw -ErrorId 'BlinkWithoutBefore,EmTools.Cmdlets.ExportEmPreviewCommand' -ExpectedMessage '*-Before is missing; give*'
        }
    }
}
