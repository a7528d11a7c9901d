using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>A box of a stack, in pixels, axes (z, y, x) counted from 0; rows and columns as before crops, in pixels as bins leave them.</summary>
/// <param name="Z">The first section's index.</param>
/// <param name="Y">The first row.</param>
/// <param name="X">The first column.</param>
/// <param name="Depth">Sections.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct ChunkBox(int Z, int Y, int X, int Depth, int Height, int Width)
{
    /// <summary>The stack's sections that the box needs, in order.</summary>
    /// <exception cref="EmException">One is missing or there twice (<c>ChunkSections</c>), is too small (<c>ChunkOutside</c>), or has pixels of another type (<c>ChunkPixelType</c>).</exception>
    public EmSection[] Select(IEnumerable<EmSection> stack)
    {
        (int first, int depth) = (Z, Depth);
        EmSection[] chosen = [.. stack.Where(s => s.Place >= first && s.Place < (long)first + depth).OrderBy(s => s.Place)];
        for (int i = 0; i < depth; i++)
        {
            bool there = i < chosen.Length && chosen[i].Place == first + i;
            if (!there)
            {
                bool twice = i < chosen.Length && i > 0 && chosen[i].Place == chosen[i - 1].Place;
                throw new EmException(EmErrorKind.InvalidArgument, "ChunkSections", twice ? $"Section {chosen[i].Place} is there twice ('{chosen[i - 1].Name}' and '{chosen[i].Name}'); give it once." : $"The box needs sections {first} to {first + depth - 1}, but section {first + i} is missing. Give that section too, or choose a start and a size in z that leave it out.", "Section");
            }
        }

        if (chosen.Length > depth)
            throw new EmException(EmErrorKind.InvalidArgument, "ChunkSections", $"Section {chosen[depth].Place} is there twice ('{chosen[depth - 1].Name}' and '{chosen[depth].Name}'); give it once.", "Section");
        foreach (EmSection section in chosen)
        {
            if (!In(section).LiesIn(section.Height, section.Width))
            {
                (int y, int x) = section.Frame.First;
                throw new EmException(EmErrorKind.InvalidArgument, "ChunkOutside", $"The box of {Height} x {Width} pixels (y, x) at ({Y}, {X}) does not lie in {section.Label}, which is {section.Height} x {section.Width}{((y, x) == (0, 0) ? "" : $" and was cropped to begin at ({y}, {x})")}; choose a start and a size with which it ends at row {y + section.Height} and column {x + section.Width} at the latest.", "Start");
            }

            if (section.PixelType != chosen[0].PixelType)
                throw new EmException(EmErrorKind.InvalidArgument, "ChunkPixelType", $"{section.Title} has {section.PixelType} pixels, but section {chosen[0].Place} has {chosen[0].PixelType}; a chunk has pixels of one type.", "Section");
        }

        return chosen;
    }

    /// <summary>The box's rows and columns, as a section has them.</summary>
    internal Region In(EmSection section) => section.Frame.Within(new Region(Y, X, Height, Width));
}

/// <summary>Axes of a stack along which a chunk is mirrored.</summary>
[Flags]
public enum ChunkFlip
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The order of sections.</summary>
    Z = 1,

    /// <summary>The order of rows.</summary>
    Y = 2,

    /// <summary>The order of columns.</summary>
    X = 4,
}
