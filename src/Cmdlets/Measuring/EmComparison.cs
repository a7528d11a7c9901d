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
        Psnr = measures.Psnr;
        Ssim = measures.Ssim;
        RootMeanSquareError = measures.RootMeanSquareError;
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

    /// <summary>Peak signal-to-noise ratio in dB; infinite for equal sections.</summary>
    public double Psnr { get; }

    /// <summary>Mean structural similarity; 1 for equal sections.</summary>
    public double Ssim { get; }

    /// <summary>Root of the mean squared difference, in the reference's grey levels.</summary>
    public double RootMeanSquareError { get; }

    /// <summary>The range of grey levels that PSNR and SSIM refer to.</summary>
    public double Range { get; }

    /// <summary>What the section's grey levels were multiplied by first; 1 without -MatchIntensity.</summary>
    public double Gain { get; }

    /// <summary>What was then added; 0 without -MatchIntensity.</summary>
    public double Offset { get; }
}
