namespace EmTools.Engine.Estimation.Sections;

/// <summary>How sections are measured. The defaults suit sections of any size and bit depth.</summary>
public sealed record MeasuringOptions
{
    /// <summary>Largest spread of 3 x 3 pixels that counts as flat, in grey levels, at least 0; default 0 (all nine are equal).</summary>
    public double FlatThreshold { get; init; }

    /// <summary>Smallest flat area that counts as artificial background, in pixels; default: a ten-thousandth of the section.</summary>
    public long? FlatArea { get; init; }

    /// <summary>Remove curtains that run along y before boxes and changes are taken; default yes.</summary>
    public bool Destripe { get; init; } = true;

    /// <summary>Boxes along a section's longer side, of which the background sees the means, 4 to 256; default 48.</summary>
    public int Boxes { get; init; } = 48;

    /// <summary>Checks every value.</summary>
    /// <exception cref="EmException">A value out of its range; the message names it.</exception>
    public void Check()
    {
        if (!(FlatThreshold >= 0 && double.IsFinite(FlatThreshold)))
            throw Wrong(nameof(FlatThreshold), FlatThreshold, "0 or more grey levels");
        if (FlatArea < 1)
            throw Wrong(nameof(FlatArea), FlatArea.Value, "1 or more pixels");
        if (Boxes is < 4 or > 256)
            throw Wrong(nameof(Boxes), Boxes, "4 to 256");

        static EmException Wrong(string name, double value, string range)
            => new(EmErrorKind.InvalidArgument, "MeasuringOption", FormattableString.Invariant($"{name} must be {range}, but is {value}."), name);
    }
}
