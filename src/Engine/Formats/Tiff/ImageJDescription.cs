using System.Globalization;

namespace EmTools.Engine.Formats;

/// <summary>What ImageJ writes into a file's description: a name and a value a line.</summary>
internal sealed class ImageJDescription
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private ImageJDescription(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            if (line.IndexOf('=', StringComparison.Ordinal) is > 0 and int at)
                _values.TryAdd(line[..at].Trim(), line[(at + 1)..].Trim());
        }
    }

    /// <summary>Images of the stack; 1 where nothing is said.</summary>
    public long Images => Number("images") is >= 1 and <= int.MaxValue and { } images ? (long)images : 1;

    /// <summary>Several channels or time points.</summary>
    public bool IsHyperstack => Number("channels") > 1 || (Number("frames") > 1 && Number("slices") > 1);

    /// <summary>Unsigned numbers stand for signed ones, 32768 higher.</summary>
    public bool IsSigned => Number("c0") == -32768 && Number("c1") == 1;

    /// <summary>The nanometres of <c>unit</c>, in which resolution and <see cref="Spacing"/> are given; null where it is none of length.</summary>
    public double? Unit => LengthUnit.Nanometres(_values.GetValueOrDefault("unit"));

    /// <summary>The distance of sections in <see cref="Unit"/>; null where nothing is said.</summary>
    public double? Spacing => Number("spacing") is { } spacing ? Math.Abs(spacing) : null;

    /// <summary>Reads a description; null where it is not ImageJ's.</summary>
    public static ImageJDescription? Of(string? description)
        => description is not null && description.StartsWith("ImageJ=", StringComparison.Ordinal) ? new ImageJDescription(description) : null;

    private double? Number(string name)
        => double.TryParse(_values.GetValueOrDefault(name), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null;
}
