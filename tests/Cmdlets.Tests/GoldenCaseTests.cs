using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using PureHDF;
using PureHDF.VOL.Native;

namespace EmTools.Cmdlets.Tests;

/// <summary>
/// The reference cases through the cmdlets, as a user would run them: from a TIFF file to a TIFF file, within the bounds.
/// </summary>
public sealed class GoldenCaseTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public static TheoryData<string> Destripe => Cases("destripe-");

    public static TheoryData<string> Denoise => Cases("denoise-2d");

    public static TheoryData<string> Contrast => Cases("contrast-");

    public static TheoryData<string> Background => Cases("background-");

    public static TheoryData<string> Chains => Cases("chain-");

    public void Dispose() => _session.Dispose();

    [Theory]
    [MemberData(nameof(Destripe))]
    public void Destripe_matches(string name)
    {
        using NativeFile golden = Open(name, out JsonNode parameters);
        WriteInputs(golden);
        Array result = Restore("Invoke-EmFilter Destripe @p", DestripeParameters(parameters));
        Assert.InRange(Compare(result, golden, "out/destripe").Largest, 0, 0.5);
    }

    [Theory]
    [MemberData(nameof(Denoise))]
    public void Denoise_matches(string name)
    {
        using NativeFile golden = Open(name, out JsonNode parameters);
        WriteInputs(golden);
        Array result = Restore("Invoke-EmFilter Denoise @p", DenoiseParameters(parameters));
        Assert.InRange(Compare(result, golden, "out/denoise").Largest, 0, 0.5);
    }

    [Theory]
    [MemberData(nameof(Contrast))]
    public void Contrast_matches(string name)
    {
        using NativeFile golden = Open(name, out JsonNode parameters);
        WriteInputs(golden);
        Array result = Restore("Invoke-EmFilter Contrast @p", ContrastParameters(parameters));
        (double largest, _, double different) = Compare(result, golden, "out/contrast");
        Assert.InRange(largest, 0, 1);
        if (result is byte[,])
            Assert.InRange(different, 0, 0.001);
    }

    [Theory]
    [MemberData(nameof(Background))]
    public void Background_matches(string name)
    {
        using NativeFile golden = Open(name, out JsonNode parameters);
        WriteInputs(golden);
        int index = (int)parameters["section"]!;
        WriteTables(golden, (float)(double)parameters["offset"]!, index);
        string model = golden.LinkExists("in/polynomial_coefficients") ? "| Remove-Background -Path model.h5 -VolumeShape $p.shape" : "";
        Array result = Restore($"Set-IntensityOffset -Path info.h5 {model}", new Hashtable { ["shape"] = Shape(parameters) }, index);
        Assert.InRange(Compare(result, golden, "out/background").Largest, 0, 0.5);
    }

    /// <summary>The whole published pipeline in one go.</summary>
    [Theory]
    [MemberData(nameof(Chains))]
    public void The_whole_pipeline_matches_end_to_end(string name)
    {
        using NativeFile golden = Open(name, out JsonNode parameters);
        TestTiff.Write(_session.In("in.tif"), Image<ushort>(golden, "in/raw"));
        int index = (int)parameters["section"]!;
        WriteTables(golden, (float)(double)parameters["offset"]!, index);
        var all = new Hashtable
        {
            ["destripe"] = DestripeParameters(parameters),
            ["denoise"] = DenoiseParameters(parameters),
            ["contrast"] = ContrastParameters(parameters["contrast"]!),
            ["shape"] = Shape(parameters),
        };
        Array result = Restore(
            "Invoke-EmFilter Destripe @destripe | Set-IntensityOffset info.h5 | Remove-Background model.h5 -VolumeShape $p.shape | Invoke-EmFilter Denoise @denoise | Invoke-EmFilter Contrast @contrast",
            all,
            index,
            "-Invert");
        (double largest, _, double different) = Compare(result, golden, "out/contrast");
        Assert.InRange(largest, 0, 1);
        Assert.InRange(different, 0, 0.001);
    }

    private static TheoryData<string> Cases(string prefix)
    {
        var names = new TheoryData<string>();
        foreach (string path in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Golden"), prefix + "*.h5").Order(StringComparer.Ordinal))
            names.Add(Path.GetFileNameWithoutExtension(path));
        return names;
    }

    private static NativeFile Open(string name, out JsonNode parameters)
    {
        NativeFile file = H5File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".h5"));
        parameters = JsonNode.Parse(file.Attribute("params").Read<string>())!;
        return file;
    }

    /// <summary>Runs steps over in.tif and reads what was written.</summary>
    private Array Restore(string steps, Hashtable parameters, int index = 0, string reading = "")
    {
        string mask = File.Exists(_session.In("mask.tif")) ? steps.Replace("@p", "@p -Mask mask.tif", StringComparison.Ordinal) : steps;
        _session.Run(
            $$"""
            $p = $args[0]
            $destripe = $p.destripe; $denoise = $p.denoise; $contrast = $p.contrast
            Read-EmSection in.tif -Index {{index}} {{reading}} | {{mask}} | Write-EmSection out.tif
            """,
            parameters).RequireNoErrors();
        return ModuleSession.Pixels(_session.One("Read-EmSection out.tif -Index 0"));
    }

    private void WriteInputs(NativeFile golden)
    {
        if (golden.Dataset("in/image").Type.Size == sizeof(ushort))
            TestTiff.Write(_session.In("in.tif"), Image<ushort>(golden, "in/image"));
        else
            TestTiff.Write(_session.In("in.tif"), Image<float>(golden, "in/image"));
        if (golden.LinkExists("in/mask"))
            TestTiff.Write(_session.In("mask.tif"), Image<byte>(golden, "in/mask"));
    }

    /// <summary>The calibration files as the published ones are laid out: the rows of the exponents belong to x, y, z.</summary>
    private void WriteTables(NativeFile golden, float offset, int index)
    {
        var offsets = new float[index + 1];
        offsets[index] = offset;
        TestTables.WriteOffsets(_session.In("info.h5"), offsets);
        if (!golden.LinkExists("in/polynomial_coefficients"))
            return;
        float[] coefficients = golden.Dataset("in/polynomial_coefficients").Read<float[]>();
        double[,] zyx = Image<double>(golden, "in/polynomial_exponents_zyx");
        var xyz = new double[3, coefficients.Length];
        var column = new float[coefficients.Length, 1];
        for (int term = 0; term < coefficients.Length; term++)
        {
            (xyz[0, term], xyz[1, term], xyz[2, term]) = (zyx[2, term], zyx[1, term], zyx[0, term]);
            column[term, 0] = coefficients[term];
        }

        new H5File { ["ModelTerms"] = xyz, ["Coefficients"] = column }.Write(_session.In("model.h5"));
    }

    private static int[] Shape(JsonNode parameters) => [.. parameters["volume_shape"]!.AsArray().Select(n => (int)n!)];

    private static Hashtable DestripeParameters(JsonNode all)
    {
        JsonObject[] scales = [.. all["destripe"]!.AsArray().Select(s => s!.AsObject())];
        JsonNode? details = all["details"];
        return new Hashtable
        {
            ["Direction"] = (string)all["direction"]!,
            ["ScaleCount"] = (int)all["scales"]!,
            ["NoGainCorrection"] = !(bool)all["adjust_beta"]!,
            ["Method"] = scales.Select(s => (string)s["method"]!).ToArray(),
            ["BandLength"] = scales.Select(s => (int)s["bands_len"]!).ToArray(),
            ["Window"] = scales.Select(s => (int?)s["mask_len"] ?? 0).ToArray(),
            ["MaxAngle"] = scales.Select(s => (double?)s["max_angle"] ?? 4.8).ToArray(),
            ["MaxRatio"] = scales.Select(s => (double?)s["max_ratio"] ?? 0.3).ToArray(),
            ["ThresholdMultiplier"] = scales.Select(s => (double?)s["thresh_mul"] ?? 1).ToArray(),
            ["Weight"] = scales.Select(s => (double?)s["weight"] ?? 1).ToArray(),
            ["ThresholdStart"] = (double?)details?["start"],
            ["ThresholdEnd"] = (double?)details?["end"],
            ["ThresholdMiddle"] = (double?)details?["middle"],
            ["ThresholdSlope"] = (double?)details?["mul"] ?? 20,
            ["ThresholdWindow"] = (int?)details?["len"] ?? 0,
        };
    }

    private static Hashtable DenoiseParameters(JsonNode all)
    {
        JsonArray sigmoid = all["sigmoid"]!.AsArray();
        return new Hashtable
        {
            ["Gain"] = sigmoid.Select(s => (double)s!["gain"]!).ToArray(),
            ["Offset"] = sigmoid.Select(s => (double)s!["offset"]!).ToArray(),
            ["ScaleCount"] = (int)(all["denoise_scales"] ?? all["scales"])!,
            ["Window"] = (int)all["wsize"]!,
            ["NoSplit"] = !((bool?)all["split_hipass"] ?? true),
            ["NoNoisePropagation"] = !((bool?)all["propagate_noise"] ?? true),
        };
    }

    private static Hashtable ContrastParameters(JsonNode all)
    {
        var parameters = new Hashtable
        {
            ["Range"] = Numbers(all["drange"]!),
            ["PixelType"] = (string?)all["dtype"] ?? "UInt8",
            ["Smoothing"] = (int)all["smoothing"]!,
            ["Method"] = (string)all["method"]! switch { "maxval" => "Maximum", "minval" => "Minimum", string other => other },
            ["Sigma"] = (double)all["sigma"]!,
            ["Offset"] = (double)all["offset"]!,
            ["Ratio"] = (double)all["ratio"]!,
            ["MinMaxSize"] = (int)all["minmax_size"]!,
            ["Redistribute"] = (string)all["redistribute"]!,
            ["HighPassSigma"] = (double)all["hp_sigma"]!,
            ["Mean"] = (double)all["mean"]!,
            ["NoClip"] = all["clip"] is null,
        };
        if (all["clip"] is { } clip)
            parameters["Clip"] = Numbers(clip);
        if (all["compress_range"] is { } range)
            parameters["CompressRange"] = Numbers(range);
        if (all["compress_ratio"] is { } ratio)
            parameters["CompressRatio"] = (double)ratio;
        return parameters;
    }

    private static double[] Numbers(JsonNode node) => node is JsonArray list ? [.. list.Select(n => (double)n!)] : [(double)node];

    private static (double Largest, double Mean, double Different) Compare(Array result, NativeFile golden, string dataset)
    {
        Array expected = golden.Dataset(dataset).Type.Size switch
        {
            1 => Image<byte>(golden, dataset),
            2 => Image<ushort>(golden, dataset),
            _ => Image<float>(golden, dataset),
        };
        Assert.Equal(expected.GetType(), result.GetType());
        double largest = 0, sum = 0;
        int different = 0;
        for (int y = 0; y < expected.GetLength(0); y++)
        {
            for (int x = 0; x < expected.GetLength(1); x++)
            {
                double found = Convert.ToDouble(result.GetValue(y, x), CultureInfo.InvariantCulture);
                double wanted = Convert.ToDouble(expected.GetValue(y, x), CultureInfo.InvariantCulture);
                Assert.Equal(double.IsNaN(wanted), double.IsNaN(found));
                double distance = double.IsNaN(wanted) ? 0 : Math.Abs(found - wanted);
                largest = Math.Max(largest, distance);
                sum += distance;
                different += distance != 0 ? 1 : 0;
            }
        }

        return (largest, sum / expected.Length, (double)different / expected.Length);
    }

    private static T[,] Image<T>(NativeFile file, string dataset)
        where T : unmanaged
    {
        IH5Dataset data = file.Dataset(dataset);
        var image = new T[data.Space.Dimensions[0], data.Space.Dimensions[1]];
        Buffer.BlockCopy(data.Read<T[]>(), 0, image, 0, Buffer.ByteLength(image));
        return image;
    }
}
