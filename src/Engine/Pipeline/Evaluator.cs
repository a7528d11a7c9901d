using System.Diagnostics;
using EmTools.Engine.Filters;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>Computes a section's pixels: reads its source and runs its steps, each on the plane that the one before left.</summary>
internal static class Evaluator
{
    /// <summary>
    /// Computes all steps of <paramref name="section"/>; the caller owns the plane. Shows the pixels of every stage to
    /// <paramref name="look"/>, which must neither change nor keep them.
    /// </summary>
    public static Plane Compute(EmSection section, EvaluationContext context, Action<string, Plane>? look = null)
    {
        int stages = section.Steps.Length + 1;
        Plane plane = Timed(section.Source.StageName, 0, () => Source(section, context));
        for (int i = 0; i < section.Steps.Length; i++)
        {
            SectionStep step = section.Steps[i];
            look?.Invoke(i == 0 ? section.Source.StageName : section.Steps[i - 1].Name, plane);
            Plane input = plane;
            if (step is FilterStep { Filter: { } filter })
                Checked(section, filter, plane, context);
            plane = Timed(step.Name, i + 1, () => step.Apply(PlaneConversion.ToSingle(input, invert: false, context), context));
        }

        look?.Invoke(stages == 1 ? section.Source.StageName : section.Steps[^1].Name, plane);
        return plane;

        Plane Timed(string name, int number, Func<Plane> compute)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            context.OnStage?.Invoke(new StageStart(name, number, stages));
            long start = Stopwatch.GetTimestamp();
            Plane result = compute();
            context.OnStageEnd?.Invoke(new StageTime(name, Stopwatch.GetElapsedTime(start)));
            return result;
        }
    }

    private static void Checked(EmSection section, FilterDefinition filter, Plane plane, EvaluationContext context)
    {
        try
        {
            FilterInput.Require(section, filter, plane, context);
        }
        catch
        {
            plane.Dispose();
            throw;
        }
    }

    private static Plane Source(EmSection section, EvaluationContext context)
    {
        if (!section.Steps.IsEmpty)
            return section.Source.ReadSingle(section.Inverts, context);
        Plane stored = section.Source.Read(context);
        return section.Inverts ? PlaneConversion.Inverted(stored, context) : stored;
    }
}
