using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Stacks;

/// <summary>How much memory a section takes at most while it is computed.</summary>
public static class SectionMemory
{
    private const double BytesPerPixel = 3 * sizeof(float) + 1.3;
    private const long Fixed = 150L << 20;

    /// <summary>Three float planes, 1.3 bytes a pixel for labels and rows, and what the program needs itself; in bytes.</summary>
    public static long PeakOf(int height, int width) => Fixed + (long)((long)height * width * BytesPerPixel);

    /// <summary>The same, and for each of the recipe's filters over neighbours a float plane for each section (and reference) in its window, and its working memory.</summary>
    public static long PeakOf(int height, int width, Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return PeakOf(height, width) + recipe.Steps.OfType<NeighbourRecipeStep>().Sum(step => (long)height * width * (2 * step.Radius + 1) * step.PlanesPerSection * sizeof(float) + step.WorkingBytes(height, width));
    }
}
