using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>What a file holds that is read otherwise than it stands, or left out, and that its user should know of.</summary>
/// <param name="Id">A stable name of the kind, such as <c>MinIsWhite</c>: files of one stack mostly share it.</param>
/// <param name="Text">What was found and what was done, to go behind the file's name.</param>
public sealed record FileRemark(string Id, string Text)
{
    internal static FileRemark Turned { get; } = new("MinIsWhite", "marks 0 as white (photometric interpretation MINISWHITE); its intensities are turned on reading, so that 0 is black");

    internal static FileRemark NotTurned { get; } = new("MinIsWhiteFloat", "marks 0 as white (photometric interpretation MINISWHITE), but floats and integers beyond 16 bits have no largest value to turn them by; they are read as they are stored");

    internal static FileRemark BitsNotTurned { get; } = new("MinIsWhiteBits", "marks 0 as white, but was written by tifffile, which stores True as 1 all the same; 1 is taken as tissue");

    internal static FileRemark Blank(int blank, int blocks, string kind, double value)
        => new("NeverWritten", FormattableString.Invariant($"has {blank} of {blocks} {kind}s that were never written; their pixels are read as {value}"));

    internal static FileRemark SignedShifted(int bits)
        => new("SignedShifted", FormattableString.Invariant($"holds signed {bits}-bit integers; they are read as unsigned ones, {1 << (bits - 1)} higher, so that {-(1 << (bits - 1))} is 0"));

    internal static FileRemark Narrowed(string type, PixelType to)
        => new("Narrowed", $"holds {type}, which are read as {(to == PixelType.Single ? "32-bit floats" : to == PixelType.UInt16 ? "16-bit integers" : "8-bit integers")}; a value that does not fit exactly is an error");

    internal static FileRemark HasDataBar(int rows, int height, int width)
        => new("DataBar", FormattableString.Invariant($"has a data bar of {rows} rows at its foot (rows {height - rows} to {height - 1}), which is no picture. Cut it off before filters: {DataBar.Cut(rows, height, width)}"));

    internal static FileRemark LeftOut(int tag, string why) => new("TagLeftOut", $"has a tag ({tag}) {why}; it is left out");
}
