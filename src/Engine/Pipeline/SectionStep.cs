using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>
/// One step of a section's recipe: what to do, with checked parameters. Immutable; the pixels it works on belong to the
/// evaluation, never to the step.
/// </summary>
public abstract class SectionStep
{
    /// <summary>The name under which users know it: <c>Destripe</c>, <c>IntensityOffset</c>, <c>Background</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The revision of its computation, from 1: raised whenever any pixel that it gives changes by a bit.</summary>
    public virtual int Revision => 1;

    /// <summary>The type of the pixels it gives.</summary>
    public virtual PixelType OutputType => PixelType.Single;

    /// <summary>True when it gives a mask and no picture.</summary>
    internal virtual bool GivesMask => false;

    /// <summary>The files that it reads: tables, models, masks.</summary>
    internal virtual IEnumerable<string> Files => [];

    /// <summary>The size (y, x) of what it gives for an input of that size.</summary>
    public virtual (int Height, int Width) OutputSize(int height, int width) => (height, width);

    /// <summary>The step's parameters as they go into the output's description and into recipes.</summary>
    public abstract JsonObject Describe();

    /// <summary>What <see cref="Describe"/> says, with the revision: as it goes into the output's description.</summary>
    internal JsonObject DescribeRevision()
    {
        JsonObject step = Describe();
        step[RevisionName] = Revision;
        return step;
    }

    /// <summary>The revision's name where a step is described.</summary>
    internal const string RevisionName = "revision";

    /// <summary>The step as it stands in a recipe, bound to no section.</summary>
    public abstract RecipeStep ToRecipe();

    /// <summary>Where the tissue lies after the step, given where it lay before; null for unknown. Steps that change no level leave it.</summary>
    internal virtual GreyLevels? LevelsAfter(GreyLevels? before) => before;

    /// <summary>Computes the step.</summary>
    /// <param name="input">The pixels; the step takes the plane over and may return it, changed.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <returns>The result, owned by the caller, of <see cref="OutputType"/>.</returns>
    /// <remarks>When it throws, the step has disposed of <paramref name="input"/>.</remarks>
    public abstract Plane Apply(Plane<float> input, EvaluationContext context);

    /// <summary>The parameters that matter, in words; empty where there is nothing to tell.</summary>
    public virtual string Parameters => "";

    /// <summary>A line for views: the name and the parameters that matter.</summary>
    public override string ToString() => Parameters.Length == 0 ? Name : $"{Name} ({Parameters})";
}
