using System.Management.Automation;
using PureHDF;
using PureHDF.VOL.Native;

namespace EmTools.Cmdlets.Tests;

/// <summary>Invoke-EmFilter with filters over neighbouring sections.</summary>
public sealed class NeighbourFilterTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("NonLocalMeans -Radius 1 -Neighborhood 3")]
    [InlineData("MillingCorrection -Radius 1 -Neighborhood 9")]
    [InlineData("DenoiseSameSign -Radius 1")]
    [InlineData("DestripeAdaptive -Radius 1")]
    public void A_stack_goes_through_and_is_written(string filter)
    {
        ModuleSession.Result result = _session.Run($"New-EmPhantom -Count 4 -Height 40 -Width 60 -FirstIndex 7 | Invoke-EmFilter Denoise | Invoke-EmFilter {filter} | Invoke-EmFilter Contrast | Write-EmSection out -PassThru");

        Assert.Equal(["00007.tif", "00008.tif", "00009.tif", "00010.tif"], result.RequireNoErrors().Values("Name"));
        string description = (string)_session.One("(Read-EmSection out/00008.tif).GetSource().Image.Tags.ImageDescription").BaseObject;
        Assert.Matches("\"step\":\"Denoise\".*\"step\":\"" + filter.Split(' ')[0] + "\".*\"neighbours\".*\"step\":\"Contrast\"", description);
    }

    [Fact]
    public void The_first_section_comes_before_the_last_is_asked_for()
    {
        ModuleSession.Result result = _session.Run("$script:asked = 0; New-EmPhantom -Count 50 -Height 16 -Width 16 | ForEach-Object { $script:asked++; $_ } | Invoke-EmFilter NonLocalMeans | ForEach-Object { if ($_.Index -eq 0) { $script:asked } }");
        Assert.Equal(3, result.RequireNoErrors().Output[0].BaseObject);
    }

    /// <summary>The reference cases in three dimensions, from a folder of TIFF files to another.</summary>
    [Theory]
    [InlineData("denoise-3d", "Denoise -ScaleCount 2 -Window 5 -Gain 2e-6, 3e-6, 1e-6, 5e-7 -Offset -0.8, 0.9, 0.2, 0.1")]
    [InlineData("denoise-exponential-3d", "DenoiseExponential -ScaleCount 2 -Window 5 -NoNoisePropagation")]
    public void A_window_of_a_whole_volume_matches_the_reference_in_three_dimensions(string name, string filter)
    {
        using NativeFile golden = H5File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".h5"));
        (float[] image, int depth, int height, int width) = Volume(golden, "in/image");
        (float[] expected, _, _, _) = Volume(golden, "out/denoise");
        Directory.CreateDirectory(_session.In("in"));
        for (int z = 0; z < depth; z++)
        {
            var plane = new float[height, width];
            Buffer.BlockCopy(image, z * height * width * sizeof(float), plane, 0, Buffer.ByteLength(plane));
            TestTiff.Write(_session.In("in", $"{z:00000}.tif"), plane);
        }

        _session.Run($"Read-EmSection in | Invoke-EmFilter {filter} -Radius {depth - 1} | Write-EmSection out").RequireNoErrors();
        for (int z = 0; z < depth; z++)
        {
            float[] found = [.. ModuleSession.Pixels(_session.One("Read-EmSection out/$($args[0]).tif", $"{z:00000}")).Cast<float>()];
            Assert.InRange(found.Zip(expected.AsSpan(z * height * width, height * width).ToArray(), (a, b) => Math.Abs(a - b)).Max(), 0, 0.5);
        }
    }

    /// <summary>The reference case of destriping with neighbours, from a folder of files.</summary>
    [Fact]
    public void Adaptive_destriping_with_neighbours_matches_the_reference()
    {
        using NativeFile golden = H5File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden", "adaptive-neighbours.h5"));
        Directory.CreateDirectory(_session.In("in"));
        string[] datasets = ["neighbour0", "input", "neighbour1"];
        for (int z = 0; z < 3; z++)
        {
            IH5Dataset data = golden.Dataset(datasets[z]);
            var plane = new float[(int)data.Space.Dimensions[0], (int)data.Space.Dimensions[1]];
            Buffer.BlockCopy(Array.ConvertAll(data.Read<ushort[]>(), value => (float)value), 0, plane, 0, Buffer.ByteLength(plane));
            TestTiff.Write(_session.In("in", $"{z}.tif"), plane);
        }

        float[] found = [.. ModuleSession.Pixels(_session.Run("Read-EmSection in | Invoke-EmFilter DestripeAdaptive -Radius 1").RequireNoErrors().Output[1]).Cast<float>()];
        Assert.InRange(found.Zip(golden.Dataset("output").Read<float[]>(), (a, b) => Math.Abs(a - b)).Max(), 0, 0.1);
    }

    /// <summary>A recipe with filters in three dimensions, and a stack of it, give the files of the plain pipeline.</summary>
    [Theory]
    [InlineData("Invoke-EmFilter Denoise -Radius 2 | Invoke-EmFilter DenoiseSameSign -Radius 1 | Invoke-EmFilter Contrast")]
    [InlineData("Invoke-EmFilter DestripeAdaptive -Radius 1 -Mask mask.tif | Invoke-EmFilter Denoise | Invoke-EmFilter Contrast")]
    [InlineData("Invoke-EmFilter DestripeAdaptive -Radius 2 -Direction Horizontal -Angle 5")]
    public void A_recipe_and_a_stack_take_the_same_windows(string steps)
    {
        _session.Run("New-EmPhantom -Count 7 -Height 60 -Width 70 | Write-EmSection in; New-EmPhantom -Height 60 -Width 70 | Find-EmBackground | Write-EmSection mask.tif").RequireNoErrors();
        _session.Run($"Read-EmSection in | {steps} | Write-EmSection plain").RequireNoErrors();
        _session.Run($"(Read-EmSection in | {steps})[3] | Export-EmRecipe deep.json; Read-EmSection in | Invoke-EmRecipe deep.json | Write-EmSection recipe").RequireNoErrors();
        _session.Run($"Read-EmSection in | {steps} | Invoke-EmStack stack -ThrottleLimit 2").RequireNoErrors();
        string[] names = [.. Enumerable.Range(0, 7).Select(z => $"{z:00000}.tif")];
        Assert.All(names, name => Assert.Equal(Bytes("plain", name), Bytes("recipe", name)));
        Assert.All(names, name => Assert.Equal(Bytes("plain", name), Bytes("stack", name)));
    }

    [Fact]
    public void A_mask_tells_what_counts_in_every_section_of_a_window()
    {
        TestTiff.Write(_session.In("mask.tif"), Filled(80, 90, (y, _) => y < 20 ? 0 : 1));
        Array given = ModuleSession.Pixels(_session.One("(New-EmPhantom -Count 3 -Height 80 -Width 90)[1]"));
        Array found = ModuleSession.Pixels(_session.Run("New-EmPhantom -Count 3 -Height 80 -Width 90 | Invoke-EmFilter DestripeAdaptive -Radius 1 -Mask mask.tif").RequireNoErrors().Output[1]);
        Assert.Equal(Convert.ToSingle(given.GetValue(5, 7)), Convert.ToSingle(found.GetValue(5, 7)));
        Assert.NotEqual(Convert.ToSingle(given.GetValue(50, 7)), Convert.ToSingle(found.GetValue(50, 7)));

        ErrorRecord error = _session.Run("New-EmPhantom -Count 3 -Height 80 -Width 91 | Invoke-EmFilter DestripeAdaptive -Radius 1 -Mask mask.tif").Errors[0];
        Assert.StartsWith("MaskSize", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void References_are_taken_by_index()
    {
        PSObject section = _session.One("$s = New-EmPhantom -Count 3 -Height 40 -Width 60; @($s | Invoke-EmFilter NonLocalMeans -Radius 1 -Reference ($s | Invoke-EmFilter Denoise))[1]");
        Assert.Equal(40, ModuleSession.Pixels(section).GetLength(0));

        ErrorRecord error = _session.Run("$s = New-EmPhantom -Count 3 -Height 40 -Width 60; $s | Invoke-EmFilter NonLocalMeans -Reference $s[0..1]").OnlyError();
        Assert.StartsWith("NoReference", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        error = _session.Run("$s = New-EmPhantom -Count 3 -Height 40 -Width 60; $s | Invoke-EmFilter Denoise -Reference $s").RequireTerminating();
        Assert.StartsWith("ReferenceNotTaken", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_section_that_comes_twice_is_an_error_and_the_others_go_on()
    {
        ModuleSession.Result result = _session.Run("$s = New-EmPhantom -Count 3 -Height 16 -Width 16; $s[0], $s[1], $s[1], $s[2] | Invoke-EmFilter MillingCorrection");
        Assert.Equal([0, 1, 2], result.Values("Index"));
        Assert.StartsWith("NeighbourTwice", result.OnlyError().FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Invoke-EmFilter MillingCorrection")]
    [InlineData("Invoke-EmRecipe r.json")]
    public void Sections_out_of_order_end_the_pipeline_before_a_wrong_one_is_written(string filter)
    {
        _session.Run("$s = New-EmPhantom -Count 4 -Height 16 -Width 16; $s | Invoke-EmFilter MillingCorrection | Export-EmRecipe r.json; $s | Write-EmSection raw").RequireNoErrors();
        ErrorRecord error = _session.Run($"'raw/00002.tif', 'raw/00003.tif', 'raw/00000.tif', 'raw/00001.tif' | Read-EmSection | {filter} | Write-EmSection out").RequireTerminating();
        Assert.StartsWith("NeighbourOrder", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("Sort-Object Index", error.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_session.In("out")));
    }

    [Theory]
    [InlineData("-SectionWeight 1, 2", "expected 5 weights")]
    [InlineData("-Block 4", "odd")]
    [InlineData("-Mask mask.tif", "mask.tif")]
    public void Wrong_parameters_end_the_pipeline(string parameters, string message)
        => Assert.Contains(message, _session.Run("New-EmPhantom -Height 16 -Width 16 | Invoke-EmFilter NonLocalMeans " + parameters).RequireTerminating().ToString(), StringComparison.Ordinal);

    private static float[,] Filled(int height, int width, Func<int, int, float> value)
    {
        var pixels = new float[height, width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                pixels[y, x] = value(y, x);
        }

        return pixels;
    }

    private byte[] Bytes(string folder, string name) => File.ReadAllBytes(_session.In(folder, name));

    private static (float[] Pixels, int Depth, int Height, int Width) Volume(NativeFile file, string dataset)
    {
        IH5Dataset data = file.Dataset(dataset);
        ulong[] shape = data.Space.Dimensions;
        return (data.Read<float[]>(), (int)shape[0], (int)shape[1], (int)shape[2]);
    }
}
