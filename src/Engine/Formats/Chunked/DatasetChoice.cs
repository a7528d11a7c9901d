using System.Globalization;

namespace EmTools.Engine.Formats;

/// <summary>What a user means by a dataset: a name, and indices along axes that are no section's, as in <c>0[c=1,t=0]</c>.</summary>
/// <param name="Name">The name without slashes around it; empty for the only or finest.</param>
/// <param name="Indices">The indices, by the axes' names.</param>
internal sealed record DatasetChoice(string Name, IReadOnlyDictionary<string, long> Indices)
{
    /// <summary>Reads what was given.</summary>
    /// <exception cref="EmException">The part in brackets makes no sense.</exception>
    public static DatasetChoice Of(string? dataset)
    {
        var indices = new Dictionary<string, long>(StringComparer.Ordinal);
        string name = dataset ?? "";
        if (name.EndsWith(']') && name.LastIndexOf('[') is >= 0 and var open)
        {
            foreach (string part in name[(open + 1)..^1].Split(','))
            {
                string[] sides = part.Split('=', StringSplitOptions.TrimEntries);
                if (sides.Length != 2 || !long.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out long index) || !indices.TryAdd(sides[0], index))
                    throw new EmException(EmErrorKind.InvalidArgument, "DatasetNotUnderstood", $"'{dataset}' is no dataset: expected a name and, in brackets, an index along an axis, as in '0[c=1,t=0]'.", "Dataset");
            }

            name = name[..open];
        }

        return new DatasetChoice(name.Trim('/'), indices);
    }
}
