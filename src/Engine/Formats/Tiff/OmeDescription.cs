using System.Xml;

namespace EmTools.Engine.Formats;

/// <summary>What OME-XML says of a file's first image.</summary>
/// <param name="Z">The distance of sections in nm; null where nothing is said.</param>
/// <param name="Y">A pixel's height in nm; null where nothing is said.</param>
/// <param name="X">A pixel's width in nm; null where nothing is said.</param>
/// <param name="IsHyperstack">Several channels or time points.</param>
internal sealed record OmeDescription(double? Z, double? Y, double? X, bool IsHyperstack)
{
    private const double Micrometre = 1e3;

    /// <summary>Reads a description; null where it is none, or damaged.</summary>
    public static OmeDescription? Of(string? description)
    {
        if (description is null || !description.TrimStart().StartsWith('<') || !description.Contains("<Pixels", StringComparison.Ordinal) && !description.Contains(":Pixels", StringComparison.Ordinal))
            return null;
        try
        {
            using var xml = XmlReader.Create(new StringReader(description.TrimEnd('\0', ' ', '\r', '\n')), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            while (xml.Read())
            {
                if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "Pixels")
                    return new OmeDescription(Size(xml, "PhysicalSizeZ"), Size(xml, "PhysicalSizeY"), Size(xml, "PhysicalSizeX"), Count(xml, "SizeC") > 1 || (Count(xml, "SizeT") > 1 && Count(xml, "SizeZ") > 1));
            }
        }
        catch (XmlException)
        {
            // No XML after all; the pixels do not need it.
        }

        return null;
    }

    private static double? Size(XmlReader xml, string name)
    {
        // Micrometres where no unit is given, as the schema has it.
        double? unit = xml.GetAttribute(name + "Unit") is { } given ? LengthUnit.Nanometres(given) : Micrometre;
        return LengthUnit.Number(xml.GetAttribute(name)) * unit;
    }

    private static double Count(XmlReader xml, string name) => LengthUnit.Number(xml.GetAttribute(name)) ?? 1;
}
