<#
.SYNOPSIS
Makes the pictures of the pages of filters, from phantoms.

.DESCRIPTION
Writes docs/images/filters/<Filter>.png, or the pictures of the filters that -Name gives. The same commit gives the same pixels, up to rounding, on
any machine. Every picture shows parts of sections pixel by pixel, or enlarged by a whole number, without smoothing.

.EXAMPLE
./docs/pictures.ps1

.EXAMPLE
./docs/pictures.ps1 Denoise, Enhance
#>
param(
    # Which pictures to make. Without it, all.
    [Parameter(Position = 0)]
    [string[]] $Name,

    # The folder for the pictures; made if it is missing.
    [string] $Destination = "$PSScriptRoot/images/filters"
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module EmTools)) {
    $built = [System.IO.Path]::Combine($PSScriptRoot, '..', 'out', 'EmTools', 'EmTools.psd1')
    Import-Module ([System.IO.File]::Exists($built) ? $built : 'EmTools')
}

# The engine's types lie in a load context of their own, where their names alone do not find them.
$engine = (New-EmPhantom -Height 16 -Width 16).GetType().Assembly
$panelType = $engine.GetType('EmTools.Engine.Pictures.PreviewPanel', $true)
$pictureType = $engine.GetType('EmTools.Engine.Pictures.PreviewPicture', $true)
$planeType = $engine.GetType('EmTools.Engine.Imaging.Plane', $true)
$sectionType = $engine.GetType('EmTools.Engine.Pipeline.EmSection', $true)
$sourceType = $engine.GetType('EmTools.Engine.Pipeline.PixelSource', $true)

# Sections without curtains, background and jumps, unless said otherwise, with the mean that the published parameters expect.
function Get-Section {
    param([int] $Index = 10, [int] $Count = 1, [int] $Size = 1024, [double] $Noise = 800, [double] $Stripes = 0, [double] $Thickness = 1, [switch] $Truth)
    $options = @{
        Height = $Size; Width = $Size; Seed = 3; FirstIndex = $Index; Count = $Count; SectionThickness = $Thickness
        StripeAmplitude = $Stripes; NoiseSigma = $Noise; BackgroundRange = 0; OffsetJump = 0
    }
    if ($Truth) {
        return New-EmPhantom @options -Truth
    }
    New-EmPhantom @options | Set-EmIntensityOffset -Value 22700
}

# An array (y, x) as a section.
function ConvertTo-Section([single[, ]] $Pixels, [int] $Index = 0) {
    $sectionType::new($sourceType::new($planeType::FromArray($Pixels), 'pixels'), $Index, $false, $null, $null)
}

# A part of an array as a plane of bytes, each pixel a square of $Zoom x $Zoom.
function ConvertTo-Panel([array] $Pixels, [string] $Caption, [int[]] $Region, [int] $Zoom, [double] $Black, [double] $White, [double] $PixelSize) {
    $top, $left, $height, $width = $Region
    $shown = [byte[, ]]::new($height * $Zoom, $width * $Zoom)
    $gain = 255 / ($White - $Black)
    for ($y = 0; $y -lt $height; $y++) {
        for ($x = 0; $x -lt $width; $x++) {
            $level = $Pixels[($top + $y), ($left + $x)]
            $grey = [double]::IsNaN($level) ? 0 : [byte][Math]::Clamp(($level - $Black) * $gain, 0, 255)
            for ($row = $y * $Zoom; $row -lt ($y + 1) * $Zoom; $row++) {
                for ($column = $x * $Zoom; $column -lt ($x + 1) * $Zoom; $column++) {
                    $shown[$row, $column] = $grey
                }
            }
        }
    }
    $panelType::new($planeType::FromArray($shown), $Caption, $PixelSize / $Zoom)
}

# Sections side by side through one window: -Range, or the percentiles 0.3 and 99.7 of the first one.
function Export-Panels {
    param([string] $File, [System.Collections.Specialized.OrderedDictionary] $Sections, [int[]] $Region, [int] $Zoom = 1, [double[]] $Range, [double] $PixelSize = 8)
    $panels = foreach ($caption in $Sections.Keys) {
        $pixels = $Sections[$caption] -is [array] ? $Sections[$caption] : $Sections[$caption].GetPixels()
        if (-not $Region) {
            $Region = 0, 0, $pixels.GetLength(0), $pixels.GetLength(1)
        }
        if (-not $Range) {
            $values = [single[]]::new($Region[2] * $Region[3])
            for ($i = 0; $i -lt $values.Length; $i++) {
                $values[$i] = $pixels[($Region[0] + [Math]::Floor($i / $Region[3])), ($Region[1] + $i % $Region[3])]
            }
            [array]::Sort($values)
            $Range = $values[[int](0.003 * ($values.Length - 1))], $values[[int](0.997 * ($values.Length - 1))]
        }
        ConvertTo-Panel $pixels $caption $Region $Zoom $Range[0] $Range[1] $PixelSize
    }
    $list = [array]::CreateInstance($panelType, @($panels).Count)
    [array]::Copy(@($panels), $list, $list.Length)
    $pictureType::Write("$Destination/$File.png", $list, [int]::MaxValue, $true)
}

# A cut through a stack along x and z: one row of every section, drawn as many rows high as a section is thick.
function Get-Cut([object[]] $Stack, [int] $Row, [int] $Height) {
    $cut = $null
    $z = 0
    foreach ($section in $Stack) {
        $pixels = $section.GetPixels()
        $cut ??= [single[, ]]::new($Stack.Count * $Height, $pixels.GetLength(1))
        for ($x = 0; $x -lt $pixels.GetLength(1); $x++) {
            for ($h = 0; $h -lt $Height; $h++) {
                $cut[($z * $Height + $h), $x] = $pixels[$Row, $x]
            }
        }
        $z++
    }
    , $cut
}

# A part with vesicles, membranes across and along, and a mitochondrion; and smaller ones for pictures at twice the size.
$part = 300, 300, 360, 360
$detail = 492, 508, 136, 136
$small = 516, 540, 104, 104

$pictures = [ordered]@{
    Destripe = {
        $before = Get-Section -Stripes 1500 -Noise 500
        $after = $before | Invoke-EmFilter Destripe
        $after | Export-EmPreview "$Destination/Destripe.png" -Before $before -Region $part -SameWindow -PixelSize 8 -Force
        $after | Export-EmPreview "$Destination/Destripe-spectrum.png" -Before $before -Spectrum -MaximumWidth 724 -Force
    }
    DestripeAdaptive = {
        $before = Get-Section -Stripes 1500 -Noise 500
        Export-Panels DestripeAdaptive ([ordered]@{
                'Before' = $before; 'Destripe' = ($before | Invoke-EmFilter Destripe); 'DestripeAdaptive' = ($before | Invoke-EmFilter DestripeAdaptive)
            }) (300, 300, 300, 300)
    }
    Denoise = {
        $before = Get-Section
        Export-Panels Denoise ([ordered]@{ 'Before' = $before; 'Denoise' = ($before | Invoke-EmFilter Denoise); 'Truth' = (Get-Section -Truth) }) $detail 2
    }
    Contrast = {
        $before = Get-Section -Noise 300 | Invoke-EmFilter Denoise
        Export-Panels Contrast ([ordered]@{
                'Rescale' = ($before | Invoke-EmFilter Rescale)
                'Contrast' = ($before | Invoke-EmFilter Contrast)
                '-HighPassSigma 2500 -Ratio 1' = ($before | Invoke-EmFilter Contrast -HighPassSigma 2500 -Ratio 1)
            }) (420, 390, 272, 272) -Range 0, 255
    }
    DenoiseExponential = {
        $before = Get-Section -Noise 1500
        Export-Panels DenoiseExponential ([ordered]@{ 'Before' = $before; 'DenoiseExponential' = ($before | Invoke-EmFilter DenoiseExponential); 'Truth' = (Get-Section -Truth) }) $detail 2
    }
    DenoiseSameSign = {
        $before = Get-Section -Noise 1500
        Export-Panels DenoiseSameSign ([ordered]@{ 'Before' = $before; 'DenoiseSameSign' = ($before | Invoke-EmFilter DenoiseSameSign); 'Truth' = (Get-Section -Truth) }) $detail 2
    }
    DenoiseTransform = {
        $before = Get-Section -Noise 1500
        Export-Panels DenoiseTransform ([ordered]@{ 'Before' = $before; 'DenoiseTransform' = ($before | Invoke-EmFilter DenoiseTransform); 'Truth' = (Get-Section -Truth) }) $detail 2
    }
    Enhance = {
        $raw = Get-Section
        $denoised = $raw | Invoke-EmFilter Denoise
        Export-Panels Enhance ([ordered]@{
                'Denoise' = $denoised; 'Denoise, Enhance' = ($denoised | Invoke-EmFilter Enhance); 'Enhance alone' = ($raw | Invoke-EmFilter Enhance)
            }) $detail 2 -Range 20500, 33000
    }
    NonLocalMeans = {
        $stack = Get-Section -Count 5 -Noise 1500
        $many = $stack | Invoke-EmFilter NonLocalMeans -WeightCount 80 -Reference ($stack | Invoke-EmFilter Denoise)
        Export-Panels NonLocalMeans ([ordered]@{
                'Before' = $stack[2]; 'NonLocalMeans' = ($stack | Invoke-EmFilter NonLocalMeans)[2]; '80 and reference' = $many[2]; 'Truth' = (Get-Section 12 -Truth)
            }) $small 2
    }
    NeighborhoodCorrelation = {
        $stack = Get-Section -Count 9 -Noise 1500
        $many = $stack | Invoke-EmFilter NeighborhoodCorrelation -Block 5 -Neighborhood 5 -WeightCount 12
        Export-Panels NeighborhoodCorrelation ([ordered]@{
                'Before' = $stack[4]; 'Defaults' = ($stack | Invoke-EmFilter NeighborhoodCorrelation)[4]; 'Cubes of 5, 12 places' = $many[4]; 'Truth' = (Get-Section 14 -Truth)
            }) $small 2
    }
    MillingCorrection = {
        # Sections should lie 2 pixels apart, which is 8 sections of the phantom; runs of six are half and one and a half times as thick.
        $uneven, $even = [System.Collections.Generic.List[object]]::new(), [System.Collections.Generic.List[object]]::new()
        for ($z = 0; $z -lt 64; $z++) {
            $slice = 100 + 8 * $z
            $even.Add((Get-Section $slice -Size 400 -Noise 0 -Thickness 0.25))
            $cut = Get-Section ($slice + [int](8 * [Math]::Sin([Math]::PI * $z / 6))) -Size 400 -Noise 0 -Thickness 0.25
            $uneven.Add((ConvertTo-Section $cut.GetPixels() $z))
        }
        $corrected = $uneven | Invoke-EmFilter MillingCorrection -Radius 3 -Neighborhood 201
        Export-Panels MillingCorrection ([ordered]@{
                'Before' = (Get-Cut $uneven 200 2); 'MillingCorrection' = (Get-Cut $corrected 200 2); 'Even sections' = (Get-Cut $even 200 2)
            }) (0, 60, 128, 136) 2
    }
    Crop = {
        $before = Get-Section -Size 512
        $cropped = $before | Invoke-EmFilter Crop -Region 240, 180, 200, 272
        $whole = $before.GetPixels()
        $frame = [single[, ]]::new(512, 512)
        [array]::Copy($whole, $frame, $whole.Length)
        foreach ($y in 239, 440) { for ($x = 179; $x -le 452; $x++) { $frame[$y, $x] = 60000 } }
        foreach ($x in 179, 452) { for ($y = 239; $y -le 440; $y++) { $frame[$y, $x] = 60000 } }
        $part = [single[, ]]::new(512, 512)
        $kept = $cropped.GetPixels()
        for ($y = 0; $y -lt 200; $y++) { for ($x = 0; $x -lt 272; $x++) { $part[$y, $x] = $kept[$y, $x] } }
        Export-Panels Crop ([ordered]@{ 'Before' = $frame; 'Crop -Region 240, 180, 200, 272' = $part }) (0, 0, 460, 480) -Range 18000, 36000
    }
    Bin = {
        $before = Get-Section -Noise 1500
        $binned = ($before | Invoke-EmFilter Bin).GetPixels()
        $twice = [single[, ]]::new(1024, 1024)
        for ($y = 0; $y -lt 1024; $y++) { for ($x = 0; $x -lt 1024; $x++) { $twice[$y, $x] = $binned[($y -shr 1), ($x -shr 1)] } }
        Export-Panels Bin ([ordered]@{ 'Before' = $before; 'Bin, shown twice as large' = $twice }) $detail 2
    }
    Rescale = {
        $before = Get-Section -Noise 300
        Export-Panels Rescale ([ordered]@{
                '16 bits, 0 to 65535' = ($before | Invoke-EmFilter Rescale -Minimum 0 -Maximum 65535); 'Rescale' = ($before | Invoke-EmFilter Rescale)
            }) $part -Range 0, 255
    }
    CompressOutliers = {
        $pixels = (Get-Section -Noise 300).GetPixels()
        for ($y = -60; $y -le 60; $y++) {
            for ($x = -60; $x -le 60; $x++) {
                $pixels[(390 + $y), (560 + $x)] += 30000 * [Math]::Exp(-($y * $y + $x * $x) / 300.0)
            }
        }
        $charged = ConvertTo-Section $pixels
        Export-Panels CompressOutliers ([ordered]@{
                'Rescale' = ($charged | Invoke-EmFilter Rescale); 'CompressOutliers' = ($charged | Invoke-EmFilter CompressOutliers)
            }) $part -Range 0, 255
    }
    Masks = {
        $section = Get-Section -Size 272 -Noise 300
        $moved = $section | Move-EmSection -Shift -40, 60
        $mask = ($moved | Find-EmBackground).GetPixels()
        $shown = [single[, ]]::new(272, 272)
        for ($i = 0; $i -lt $mask.Length; $i++) {
            $y, $x = [Math]::Floor($i / 272), ($i % 272)
            $shown[$y, $x] = $mask[$y, $x] -eq 0 ? 0 : 65535
        }
        Export-Panels Masks ([ordered]@{ 'Before' = $section; 'Move-EmSection' = $moved; 'Find-EmBackground' = $shown })
    }
    Levels = {
        $folder = [System.IO.Directory]::CreateTempSubdirectory('emtools-pictures-').FullName
        try {
            $size = 204
            New-EmPhantom -Height $size -Width $size -Seed 7 -CellSize 80 -Count 4 -Depth 40 -SectionThickness 8 -StripeAmplitude 0 -NoiseSigma 0 -BackgroundRange 8000 -OffsetJump 4000 -Destination $folder
            $raw = @(Read-EmSection "$folder/raw" -Invert)
            $level = @($raw | Set-EmIntensityOffset "$folder/info.h5" | Remove-EmBackground "$folder/polymodel.h5" -VolumeShape 40, $size, $size)

            # The upper row is brought to the lower one's mean, so that one window serves both.
            $up = 0
            0..3 | ForEach-Object { $up += (($raw[$_] | Measure-EmSection).Mean - ($level[$_] | Measure-EmSection).Mean) / 4 }
            $rows = [single[, ]]::new(2 * $size - 4, 4 * $size - 4)
            for ($i = 0; $i -lt 4; $i++) {
                $above, $below = $raw[$i].GetPixels(), $level[$i].GetPixels()
                for ($y = 0; $y -lt $size - 4; $y++) {
                    for ($x = 0; $x -lt $size - 4; $x++) {
                        $rows[$y, ($i * $size + $x)] = $above[$y, $x] - $up
                        $rows[($size + $y), ($i * $size + $x)] = $below[$y, $x]
                    }
                }
            }
            Export-Panels Levels ([ordered]@{ 'Above: as recorded. Below: offset and background subtracted' = $rows }) -Range 21000, 33000 -PixelSize 0
        }
        finally {
            [System.IO.Directory]::Delete($folder, $true)
        }
    }
}

$wanted = $Name -split ','
foreach ($picture in $pictures.Keys) {
    if (-not $Name -or $picture -in $wanted) {
        & $pictures[$picture]
    }
}

foreach ($file in [System.IO.DirectoryInfo]::new($Destination).GetFiles('*.png')) {
    '{0,-34}{1,5:0} KB' -f $file.Name, ($file.Length / 1KB)
}
