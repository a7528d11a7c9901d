using System.Globalization;

namespace EmTools.Engine.Phantoms;

/// <summary>
/// What a phantom is to be: its size, its tissue, and what the microscope does to it. The defaults resemble a published
/// FIB-SEM volume of a fly's brain (16 bits, grey levels between about 45000 and 60000 once turned back).
/// </summary>
public sealed record PhantomOptions
{
    /// <summary>Rows of a section (axis y) in pixels, 1 to 1,000,000; default 1024.</summary>
    public int Height { get; init; } = 1024;

    /// <summary>Columns of a section (axis x) in pixels, 1 to 1,000,000; default 1024.</summary>
    public int Width { get; init; } = 1024;

    /// <summary>Sections of the whole volume (axis z), 1 to 1,000,000; default 11260. Sections are made one by one, so a large depth costs nothing.</summary>
    public int Depth { get; init; } = 11260;

    /// <summary>Which phantom; the same seed and options give the same pixels anywhere. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Typical distance between neighbouring cells in pixels, 80 to 2000; default 150.</summary>
    public double CellSize { get; init; } = 150;

    /// <summary>Distance between neighbouring sections in pixels, 0.01 to 1000; default 1. Small against <see cref="CellSize"/>, neighbours look alike.</summary>
    public double SectionThickness { get; init; } = 1;

    /// <summary>Standard deviation of all curtain stripes together in grey levels, 0 to 10,000; default 550.</summary>
    public double StripeAmplitude { get; init; } = 550;

    /// <summary>Standard deviation of the noise in grey levels where the tissue has its mean value, 0 to 10,000; default 800.</summary>
    public double NoiseSigma { get; init; } = 800;

    /// <summary>Share of the noise's variance that grows with the signal (shot noise), 0 to 1; default 0.4.</summary>
    public double ShotNoiseShare { get; init; } = 0.4;

    /// <summary>Difference between the largest and the smallest value of the background in the volume in grey levels, 0 to 10,000; default 3000.</summary>
    public double BackgroundRange { get; init; } = 3000;

    /// <summary>Mean of the intensity offsets in grey levels, 0 to 30,000; default 22700.</summary>
    public double OffsetMean { get; init; } = 22700;

    /// <summary>Size of the rare jumps of the intensity offset between sections in grey levels, 0 to 5000; default 1000. Slower drifts and small changes go with it; 0 makes all offsets equal.</summary>
    public double OffsetJump { get; init; } = 1000;

    /// <summary>Checks every value.</summary>
    /// <exception cref="EmException">A value out of its range; the message names it.</exception>
    public void Check()
    {
        Require(nameof(Height), Height, 1, 1_000_000, "pixels");
        Require(nameof(Width), Width, 1, 1_000_000, "pixels");
        Require(nameof(Depth), Depth, 1, 1_000_000, "sections");
        Require(nameof(CellSize), CellSize, 80, 2000, "pixels");
        Require(nameof(SectionThickness), SectionThickness, 0.01, 1000, "pixels");
        Require(nameof(StripeAmplitude), StripeAmplitude, 0, 10_000, "grey levels");
        Require(nameof(NoiseSigma), NoiseSigma, 0, 10_000, "grey levels");
        Require(nameof(ShotNoiseShare), ShotNoiseShare, 0, 1, "");
        Require(nameof(BackgroundRange), BackgroundRange, 0, 10_000, "grey levels");
        Require(nameof(OffsetMean), OffsetMean, 0, 30_000, "grey levels");
        Require(nameof(OffsetJump), OffsetJump, 0, 5000, "grey levels");
    }

    private static void Require(string name, double value, double minimum, double maximum, string unit)
    {
        // Written so that NaN fails too.
        if (value >= minimum && value <= maximum)
            return;
        string range = string.Create(CultureInfo.InvariantCulture, $"{minimum} to {maximum} {unit}").TrimEnd();
        throw new EmException(EmErrorKind.InvalidArgument, "PhantomOption", string.Create(CultureInfo.InvariantCulture, $"A phantom's {name} must be {range}, but is {value}."), name);
    }
}
