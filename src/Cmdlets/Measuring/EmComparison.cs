using EmTools.Engine;
using EmTools.Engine.Metrics;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>How well a section agrees with a reference, as Compare-EmSection tells it.</summary>
public sealed class EmComparison
{
    internal EmComparison(EmSection section, EmSection reference, ImageComparison measures)
    {
        Index = section.Index;
        Section = section.Name;
        Reference = reference.Name;
        Count = measures.Difference.Count;
        Psnr = measures.Psnr;
        Ssim = measures.Ssim;
        RootMeanSquareError = measures.RootMeanSquareError;
        MeanAbsoluteDifference = measures.Difference.Mean;
        MaximumAbsoluteDifference = measures.Difference.Maximum;
        MaximumY = measures.Difference.MaximumY;
        MaximumX = measures.Difference.MaximumX;
        Percentiles = [.. measures.Difference.Percentiles];
        Range = measures.Range;
        Gain = measures.Match.Gain;
        Offset = measures.Match.Offset;
    }

    /// <summary>The section's place in the stack.</summary>
    public int Index { get; }

    /// <summary>The section's name.</summary>
    public string Section { get; }

    /// <summary>The reference's name.</summary>
    public string Reference { get; }

    /// <summary>Pixels that were compared: those of the region and the mask that are NaN in neither.</summary>
    public long Count { get; }

    /// <summary>Peak signal-to-noise ratio in dB; infinite for equal sections.</summary>
    public double Psnr { get; }

    /// <summary>Mean structural similarity; 1 for equal sections, NaN where no window of 11 x 11 pixels lies wholly in what is compared.</summary>
    public double Ssim { get; }

    /// <summary>Root of the mean squared difference, in the reference's grey levels.</summary>
    public double RootMeanSquareError { get; }

    /// <summary>Mean of the absolute difference, in the reference's grey levels.</summary>
    public double MeanAbsoluteDifference { get; }

    /// <summary>The largest absolute difference, in the reference's grey levels.</summary>
    public double MaximumAbsoluteDifference { get; }

    /// <summary>The row of the section in which the largest difference lies, the first of several.</summary>
    public int MaximumY { get; }

    /// <summary>The column of the section in which it lies.</summary>
    public int MaximumX { get; }

    /// <summary>Percentiles of the absolute difference, in the order asked for: each has Percent and Value. As text, and so in tables, 50: 1.2, 99: 7.</summary>
    public ReadableList<Percentile> Percentiles { get; }

    /// <summary>The range of grey levels that PSNR and SSIM refer to.</summary>
    public double Range { get; }

    /// <summary>What the section's grey levels were multiplied by first; 1 without -MatchIntensity.</summary>
    public double Gain { get; }

    /// <summary>What was then added; 0 without -MatchIntensity.</summary>
    public double Offset { get; }
}
