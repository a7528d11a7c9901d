using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;

namespace EmTools.Engine.Pipeline;

/// <summary>
/// A step of a recipe: like a section's step, but bound to no section. The step of a table, for one, holds the table and
/// not the value that one section gets from it. Two are equal when they do the same.
/// </summary>
public abstract record RecipeStep
{
    /// <summary>The name under which users know it, as <see cref="SectionStep.Name"/>.</summary>
    public abstract string Name { get; }

    /// <summary>The revision of its computation, as <see cref="SectionStep.Revision"/>. A recipe's file does not hold it: it belongs to the code that computes.</summary>
    public virtual int Revision => 1;

    /// <summary>The parameters that matter, in words; empty where there is nothing to tell.</summary>
    public virtual string Parameters => "";

    /// <summary>A line for views: the name and the parameters that matter.</summary>
    public sealed override string ToString() => Parameters.Length == 0 ? Name : $"{Name} ({Parameters})";

    /// <summary>How many sections on either side the step reads beside the section itself; 0 for all that look at one section only.</summary>
    public virtual int Radius => 0;

    /// <summary>False when the step holds pixels or a model that are no file, so that no recipe's file can hold it.</summary>
    public virtual bool CanBeSaved => true;

    /// <summary>The files that the step reads: tables, models, masks.</summary>
    internal virtual IEnumerable<string> Files => [];

    /// <summary>The memory, in bytes, that the step takes beside the planes that it looks at and its result, for sections of a size that so many threads work on; 0 where that is less than a plane.</summary>
    public virtual long WorkingBytes(int height, int width, int threads) => 0;

    /// <summary>The step as it goes into a recipe's file.</summary>
    /// <exception cref="EmException">It cannot be saved, because it holds pixels or a model that are no file.</exception>
    public abstract JsonObject ToJson();

    /// <summary>What the recipe's hash is made of: what decides the pixels, and the revision of the code that computes them.</summary>
    internal JsonObject ToHashedJson()
    {
        JsonObject step = ToHashed();
        step[SectionStep.RevisionName] = Revision;
        return step;
    }

    /// <summary>The step as it counts in the recipe's hash: what decides the pixels, and nothing else.</summary>
    internal virtual JsonObject ToHashed() => ToJson();

    /// <summary>Where the tissue lies after the step, as <see cref="SectionStep.LevelsAfter"/>; null for unknown.</summary>
    internal virtual GreyLevels? LevelsAfter(GreyLevels? before) => before;

    /// <summary>Refuses sections that are not of the stack that the step's tables belong to, before anything is done to any.</summary>
    /// <param name="section">The first section of a stack.</param>
    /// <param name="warn">Told what need not be wrong.</param>
    /// <exception cref="EmException">They cannot belong together.</exception>
    internal virtual void RequireStack(EmSection section, Action<string> warn)
    {
    }

    /// <summary>The step for one section.</summary>
    /// <exception cref="EmException">It does not fit the section: a table too short, a volume too small.</exception>
    public abstract SectionStep BindTo(EmSection section);
}
