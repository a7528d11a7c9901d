using System.Text.Json.Nodes;
using EmTools.Engine.Filters.Contrasting;
using EmTools.Engine.Filters.Denoising;
using EmTools.Engine.Filters.Destriping;
using EmTools.Engine.Filters.Enhancing;
using EmTools.Engine.Filters.ExponentialDenoising;
using EmTools.Engine.Filters.NonLocal;
using EmTools.Engine.Filters.SameSignDenoising;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Filters;

/// <summary>Turns the published package's parameters into options.</summary>
internal static class PublishedParameters
{
    public static DestripeOptions Destripe(JsonNode all)
    {
        JsonArray scales = all["destripe"]!.AsArray();
        JsonNode? details = all["details"];
        return new DestripeOptions
        {
            Direction = Enum.Parse<StripeDirection>((string)all["direction"]!, ignoreCase: true),
            ScaleCount = (int)all["scales"]!,
            NoGainCorrection = !(bool)all["adjust_beta"]!,
            Method = [.. scales.Select(s => Enum.Parse<StripeMethod>((string)s!["method"]!, ignoreCase: true))],
            BandLength = [.. scales.Select(s => (int)s!["bands_len"]!)],
            Window = [.. scales.Select(s => (int?)s!["mask_len"] ?? 0)],
            MaxAngle = [.. scales.Select(s => (double?)s!["max_angle"] ?? 4.8)],
            MaxRatio = [.. scales.Select(s => (double?)s!["max_ratio"] ?? 0.3)],
            ThresholdMultiplier = [.. scales.Select(s => (double?)s!["thresh_mul"] ?? 1)],
            Weight = [.. scales.Select(s => (double?)s!["weight"] ?? 1)],
            ThresholdStart = (double?)details?["start"] ?? double.NaN,
            ThresholdEnd = (double?)details?["end"] ?? double.NaN,
            ThresholdMiddle = (double?)details?["middle"] ?? double.NaN,
            ThresholdSlope = (double?)details?["mul"] ?? 20,
            ThresholdWindow = (int?)details?["len"] ?? 0,
        };
    }

    public static DenoiseOptions Denoise(JsonNode all)
    {
        JsonArray sigmoid = all["sigmoid"]!.AsArray();
        return new DenoiseOptions
        {
            Gain = [.. sigmoid.Select(s => (double)s!["gain"]!)],
            Offset = [.. sigmoid.Select(s => (double)s!["offset"]!)],
            ScaleCount = (int)(all["denoise_scales"] ?? all["scales"])!,
            Window = (int)all["wsize"]!,
            NoSplit = !((bool?)all["split_hipass"] ?? true),
            NoNoisePropagation = !((bool?)all["propagate_noise"] ?? true),
        };
    }

    public static ContrastOptions Contrast(JsonNode all) => new()
    {
        Range = Numbers(all["drange"])!,
        Smoothing = (int)all["smoothing"]!,
        Method = (string)all["method"]! switch
        {
            "image" => ContrastMethod.Image,
            "middle" => ContrastMethod.Middle,
            "maxval" => ContrastMethod.Maximum,
            "minval" => ContrastMethod.Minimum,
            string other => throw new NotSupportedException(other),
        },
        Sigma = (double)all["sigma"]!,
        Offset = (double)all["offset"]!,
        Ratio = (double)all["ratio"]!,
        MinMaxSize = (int)all["minmax_size"]!,
        Clip = Numbers(all["clip"]) ?? [0],
        Redistribute = Enum.Parse<Redistribution>((string)all["redistribute"]!, ignoreCase: true),
        HighPassSigma = (double)all["hp_sigma"]!,
        Mean = (double)all["mean"]!,
        CompressRange = Numbers(all["compress_range"]),
        CompressRatio = (double?)all["compress_ratio"] ?? 0.1,
        PixelType = Enum.Parse<PixelType>((string?)all["dtype"] ?? "uint8", ignoreCase: true),
    };

    public static DenoiseExponentialOptions DenoiseExponential(JsonNode all) => new()
    {
        ScaleCount = (int)all["scales"]!,
        Window = (int?)all["wsize"] ?? 7,
        Sigma = (double?)all["sigma"] ?? 0.25,
        Enhance = (double?)all["enhance"] ?? 0,
        LocalSize = (int?)all["lsize"] ?? 0,
        NoSplit = !((bool?)all["split_hipass"] ?? true),
        NoNoisePropagation = !((bool?)all["propagate_noise"] ?? true),
        NoCrop = !((bool?)all["crop_nratio"] ?? true),
    };

    public static DenoiseSameSignOptions DenoiseSameSign(JsonNode all) => new()
    {
        ScaleCount = (int)all["scales"]!,
        Element = all.AsObject().ContainsKey("strel") && all["strel"] is null ? StructuringElement.None : StructuringElement.Minimal,
        ExpandWindow = (bool?)all["expand_window"] ?? false,
        MixLowPass = (double?)all["mix_lopass"] ?? 0,
        UseLowPass = (bool?)all["use_lopass"] ?? false,
        ScaleReduction = (double?)all["scale_reduction"] ?? 1,
    };

    public static EnhanceOptions Enhance(JsonNode all)
    {
        double[]? interval = all["rangeV"] is JsonArray scales ? [.. scales.SelectMany(scale => scale!.AsArray()).Select(n => (double)n!)] : null;
        return new EnhanceOptions
        {
            ScaleCount = (int)all["scales"]!,
            Method = Enum.Parse<EnhanceMethod>(((string?)all["method"] ?? "samesign").Replace("lopass", "LowPass", StringComparison.Ordinal), ignoreCase: true),
            Amount = [(double?)all["enhance"] ?? 1],
            HighPass = [(double?)all["hipass"] ?? 1],
            Sigma = [(double)all["sigmaV"]!],
            RangeRule = [interval is null ? Enum.Parse<EnhanceRangeRule>((string)all["rangeV"]!, ignoreCase: true) : EnhanceRangeRule.Interval],
            Range = interval,
            MeanSize = [(int?)all["sizeA"] ?? 101],
            Curve = (string?)all["scurve"] == "sigmoid" ? EnhanceCurve.Sigmoid : EnhanceCurve.Gaussian,
            Distance = (string?)all["distance"] switch
            {
                null => EnhanceDistance.Ignore,
                "conv" => EnhanceDistance.Convolve,
                "dist" => EnhanceDistance.Distance,
                string other => throw new NotSupportedException(other),
            },
            SigmaRange = [(double?)all["sigmaR"] ?? 2],
            ExpandWindow = (bool?)all["expand_window"] ?? false,
        };
    }

    public static NonLocalMeansOptions NonLocalMeans(JsonNode all) => new()
    {
        Block = (int)all["BLOCK"]!,
        Neighborhood = (int)all["NBHOOD"]!,
        WeightCount = (int)all["WEIGHT_COUNT"]!,
        Clip = (double?)all["clip"] ?? double.NaN,
        SourceWeight = (double?)all["source_weight"] ?? double.NaN,
        SectionWeight = Numbers(all["section_weight"]),
        AdjustScore = (bool?)all["adjust_xcorr"] ?? false,
        PatchSize = Numbers(all["patch_shape"])?.Select(n => (int)n).ToArray(),
        PatchOverlap = Numbers(all["overlap"])?.Select(n => (int)n).ToArray() ?? [16, 16],
    };

    private static double[]? Numbers(JsonNode? node) => node switch
    {
        null => null,
        JsonArray list => [.. list.Select(n => (double)n!)],
        _ => [(double)node],
    };
}
