using System.Text.Json.Nodes;
using EmTools.Engine.Filters;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Bits;

/// <summary>A filter with parameters on an input: what must give the same bits everywhere.</summary>
internal sealed record FilterBitCase(string Filter, string Parameters = "{}", string Input = "plain", bool Masked = false, bool Referred = false)
{
    /// <summary>Every filter, along every path that its computation can take.</summary>
    public static IReadOnlyList<FilterBitCase> All { get; } =
    [
        new("Destripe"),
        new("Destripe", Masked: true),
        new("Destripe", """{"Direction": "Horizontal"}"""),
        new("Destripe", Input: "holes"),
        new("Destripe", Input: "small"),
        new("Destripe", Input: "tall"),
        new("Destripe", Input: "fractions"),
        new("Destripe", """{"Method": ["Ratio"], "Weight": [0.3], "ScaleCount": 3}""", Masked: true),
        new("Destripe", """{"Method": ["Limit"], "NoGainCorrection": true, "ScaleCount": 3}"""),
        new("Destripe", """{"Method": ["Nearest"], "ScaleCount": 3}""", Masked: true),
        new("Destripe", """{"Method": ["Nearest"], "Window": [1], "ScaleCount": 3, "Direction": "Horizontal"}""", "holes"),
        new("Destripe", """{"Method": ["Predict"], "Window": [1], "ScaleCount": 3}"""),
        new("DestripeAdaptive"),
        new("DestripeAdaptive", Masked: true),
        new("DestripeAdaptive", """{"Direction": "Horizontal", "Angle": -7.5}""", "holes"),
        new("DestripeAdaptive", """{"BlockRows": 16, "IterationCount": 3, "LocalWindow": 0, "WeightPower": 0}"""),
        new("DestripeAdaptive", Input: "wide"),
        new("DestripeAdaptive", """{"BlockRows": 1}""", "small"),
        new("DestripeAdaptive", Input: "tall"),
        new("DestripeAdaptive", """{"Radius": 1}""", "holes"),
        new("DestripeAdaptive", """{"Radius": 2}""", "part", Masked: true),
        new("Denoise"),
        new("Denoise", """{"ScaleCount": 3, "Gain": [3e-6], "Offset": [0.5]}""", "holes"),
        new("Denoise", """{"ScaleCount": 0}""", "tall"),
        new("Denoise", """{"NoSplit": true, "Window": 9}"""),
        new("Denoise", """{"NoNoisePropagation": true, "ScaleCount": 2}""", "small"),
        new("Denoise", """{"Radius": 1}""", "holes"),
        new("Denoise", """{"Radius": 2, "ScaleCount": 3}""", "part"),
        new("Contrast"),
        new("Contrast", Masked: true),
        new("Contrast", """{"PixelType": "Single"}""", "holes"),
        new("Contrast", """{"PixelType": "UInt16", "Range": [0, 65535], "Redistribute": "Full", "Smoothing": 51}"""),
        new("Contrast", """{"Method": "Middle", "NoClip": true, "PixelType": "Single"}"""),
        new("Contrast", """{"CompressRange": [23000, 31000], "Redistribute": "Left", "PixelType": "Single"}"""),
        new("Contrast", """{"Smoothing": 11, "MinMaxSize": 3, "Method": "Minimum", "PixelType": "Single"}""", "small"),
        new("Contrast", """{"Method": "Maximum", "Ratio": 0, "PixelType": "Single"}""", "tall"),
        new("Crop", """{"Region": [3, 5, 17, 21]}"""),
        new("Bin"),
        new("Bin", """{"Factor": 3}""", "holes"),
        new("DenoiseExponential"),
        new("DenoiseExponential", """{"LocalSize": 31, "Enhance": 1}""", "holes"),
        new("DenoiseExponential", """{"ScaleCount": 1, "NoSplit": true, "LocalSize": 15}"""),
        new("DenoiseExponential", """{"NoNoisePropagation": true, "NoCrop": true}""", "small"),
        new("DenoiseExponential", Input: "tall"),
        new("DenoiseExponential", """{"Radius": 1}"""),
        new("DenoiseExponential", """{"Radius": 1, "LocalSize": 21, "ScaleCount": 2}""", "holes"),
        new("DenoiseSameSign"),
        new("DenoiseSameSign", """{"Element": "Full", "ExpandWindow": true}""", "holes"),
        new("DenoiseSameSign", """{"Element": "None", "UseLowPass": true, "ScaleReduction": 0.5}"""),
        new("DenoiseSameSign", """{"NoSplit": true, "MixLowPass": 0.3}""", "small"),
        new("DenoiseSameSign", Input: "tall"),
        new("DenoiseSameSign", """{"Radius": 1}""", "holes"),
        new("DenoiseTransform"),
        new("DenoiseTransform", """{"Step": 3, "Noise": 500, "HardThreshold": 3}""", "holes"),
        new("DenoiseTransform", """{"Block": 4, "Step": 1}""", "small"),
        new("DenoiseTransform", """{"Block": 16, "Step": 4}""", "tall"),
        new("DenoiseTransform", """{"Step": 4}""", "wide"),
        new("DenoiseTransform", """{"Radius": 1}""", "holes"),
        new("DenoiseTransform", """{"Radius": 2, "Step": 4}""", "part"),
        new("Enhance"),
        new("Enhance", """{"Method": "LowPass", "Sigma": [2000], "Range": [25000, 30000], "RangeRule": ["Interval"]}"""),
        new("Enhance", """{"Sigma": [2000], "MeanSize": [31], "Curve": "Sigmoid", "RangeRule": ["Centre"], "Range": [28000]}""", "holes"),
        new("Enhance", """{"Distance": "Edge", "SigmaRange": [3]}"""),
        new("Enhance", """{"Distance": "Convolve", "ExpandWindow": true}""", "small"),
        new("Enhance", """{"Distance": "Distance", "Method": "Simple"}""", "holes"),
        new("Enhance", Input: "tall"),
        new("NonLocalMeans", Input: "part"),
        new("NonLocalMeans", """{"Block": 5, "Neighborhood": 7, "WeightCount": 6}""", "part holes"),
        new("NonLocalMeans", """{"Block": 9, "Neighborhood": 5, "Clip": 0.6, "SourceWeight": 0.9}""", "part"),
        new("NonLocalMeans", """{"Radius": 1, "SectionWeight": [0.7, 1, 0.7], "AdjustScore": true}""", "part"),
        new("NonLocalMeans", """{"Radius": 1, "SectionWeight": [0.7, 1, 0.7]}""", "small"),
        new("NonLocalMeans", """{"Radius": 1, "PatchSize": [48, 48]}""", "part"),
        new("NonLocalMeans", """{"Radius": 1, "WeightCount": 25}""", "part", Referred: true),
        new("NonLocalMeans", """{"Radius": 1}""", "tall"),
        new("NeighborhoodCorrelation"),
        new("NeighborhoodCorrelation", Input: "holes"),
        new("NeighborhoodCorrelation", """{"Block": 5, "Neighborhood": 5, "WeightCount": 12, "MinimumScore": 0.2}"""),
        new("NeighborhoodCorrelation", Input: "small"),
        new("NeighborhoodCorrelation", Input: "tall"),
        new("MillingCorrection"),
        new("MillingCorrection", """{"Neighborhood": 33}""", "holes"),
        new("MillingCorrection", """{"Method": "Variance", "Neighborhood": 21}"""),
        new("MillingCorrection", """{"Method": "Covariance", "Radius": 1}"""),
        new("MillingCorrection", """{"Neighborhood": 3, "Radius": 1}""", "small"),
        new("MillingCorrection", """{"Neighborhood": 7, "Radius": 1}""", "tall"),
        new("Rescale"),
        new("Rescale", """{"PixelType": "Single", "Minimum": 22000, "Maximum": 36000}""", "holes"),
        new("Rescale", """{"PixelType": "UInt16", "Range": [0, 65535]}""", "small"),
        new("CompressOutliers"),
        new("CompressOutliers", """{"PixelType": "Single", "Margin": 0.1}""", "holes"),
        new("CompressOutliers", """{"PixelType": "UInt16", "Limit": [24000, 34000], "Range": [0, 65535]}""", "tall"),
    ];

    /// <summary>The case with its name and its filter's revision.</summary>
    public BitCase ToCase() => new(
        Filter,
        Definition.Revision,
        "src/Engine/Filters/FilterCatalog.cs",
        string.Join(' ', ((string[])[Parameters, Input, Masked ? "mask" : "", Referred ? "reference" : ""]).Where(part => part.Length > 0 && part != "{}")),
        Add);

    private FilterDefinition Definition => FilterCatalog.Get(Filter);

    /// <summary>Hashes what the filter gives: the middle section, and for filters over neighbours the first one too, whose window is cut.</summary>
    private void Add(BitHash hash, EvaluationContext context)
    {
        BitInput input = BitInput.All[Input];
        FilterDefinition filter = Definition;
        IFilterOptions options = Options();
        Plane<float>[] sections = input.Sections();
        using Plane<byte>? mask = Masked ? input.Mask() : null;
        try
        {
            if (!filter.NeedsNeighbours(options))
            {
                using Plane result = filter.Compute(sections[input.Depth / 2].Clone(), options, mask, context);
                hash.Add(result);
                return;
            }

            int radius = ((INeighbourOptions)options).Radius;
            foreach (int z in (int[])[input.Depth / 2, 0])
            {
                int first = Math.Max(0, z - radius), end = Math.Min(input.Depth, z + radius + 1);
                if (((INeighbourOptions)options).Symmetric)
                    (first, end) = (z - Math.Min(z - first, end - 1 - z), z + Math.Min(z - first, end - 1 - z) + 1);
                Plane<float>[] window = sections[first..end];
                if (((INeighbourFilter)filter).TakesDigests)
                {
                    AddByDigests(hash, window, z - first, mask, context);
                    continue;
                }

                using Plane<float> result = ((INeighbourFilter)filter).ComputeWindow(new NeighbourWindow(window, z - first, first - (z - radius), Referred ? [.. window.Reverse()] : null), (INeighbourOptions)options, context);
                hash.Add(result);
            }
        }
        finally
        {
            foreach (Plane<float> section in sections)
                section.Dispose();
        }
    }

    private void AddByDigests(BitHash hash, Plane<float>[] window, int centre, Plane<byte>? mask, EvaluationContext context)
    {
        (var filter, var options) = ((INeighbourFilter)Definition, (INeighbourOptions)Options());
        Plane<float>[] digests = [.. window.Where((_, i) => i != centre).Select(section => filter.Digest(section, mask, options, context))];
        using Plane<float> result = filter.ComputeWindow(new NeighbourWindow([window[centre]], 0, Digests: digests, Mask: mask), options, context);
        hash.Add(result);
        foreach (Plane<float> digest in digests)
            digest.Dispose();
    }

    private IFilterOptions Options()
    {
        FilterDefinition filter = Definition;
        var values = new Dictionary<string, object?>();
        foreach ((string name, JsonNode? value) in JsonNode.Parse(Parameters)!.AsObject())
            values[name] = filter.Parameters.Single(p => p.Name == name).FromJson(value, filter.Name);
        return filter.CreateOptions(values);
    }
}
