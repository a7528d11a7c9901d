using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Stacks;

/// <summary>How much memory a section takes at most while it is computed.</summary>
public static class SectionMemory
{
    private const double BytesPerPixel = 3 * sizeof(float) + 1.3;
    private const long Fixed = 150L << 20;

    /// <summary>Three float planes, 1.3 bytes a pixel for labels and rows, and what the program needs itself; in bytes.</summary>
    public static long PeakOf(int height, int width) => Fixed + (long)((long)height * width * BytesPerPixel);

    /// <summary>The same, or more where a step of the recipe takes more, and for each filter over neighbours a float plane for each section (and reference) in its window.</summary>
    public static long PeakOf(int height, int width, Recipe recipe, int threads)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        long plane = (long)height * width * sizeof(float);
        long working = recipe.Steps.Select(step => step.WorkingBytes(height, width, threads)).DefaultIfEmpty().Max();
        return Math.Max(PeakOf(height, width), Fixed + 2 * plane + working)
            + recipe.Steps.OfType<NeighbourStep>().Sum(step => plane * (2 * step.Radius + 1) * step.PlanesPerSection);
    }
}
