using System.Diagnostics;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>
/// Computes a section's pixels: reads its source and runs its steps, each on the plane that the one before left. It owns that
/// plane: whatever throws, or whoever cancels, the memory goes back to the pool.
/// </summary>
internal static class Evaluator
{
    /// <summary>
    /// Computes all steps of <paramref name="section"/>; the caller owns the plane. Shows the pixels of every stage to
    /// <paramref name="look"/>, which must neither change nor keep them.
    /// </summary>
    public static Plane Compute(EmSection section, EvaluationContext context, Action<string, Plane>? look = null)
    {
        int stages = section.Steps.Length + 1;
        Plane? plane = null;
        try
        {
            Run(section.Source.StageName, 0, () =>
            {
                bool asStored = section.Steps.IsEmpty || section.Steps[0].KeepsType;
                plane = asStored ? section.Source.Read(context) : section.Source.ReadSingle(section.Inverts, context);
                if (section.Inverts && asStored)
                    PlaneConversion.Invert(plane, context);
            });
            for (int i = 0; i < section.Steps.Length; i++)
            {
                SectionStep step = section.Steps[i];
                if (step is FilterStep { Filter: { } filter })
                    FilterInput.Require(section, filter, plane!, context);
                Run(step.Name, i + 1, () => plane = Apply(step, plane!, context));
            }

            return plane!;
        }
        catch
        {
            plane?.Dispose();
            throw;
        }

        void Run(string name, int number, Action compute)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            context.OnStage?.Invoke(new StageStart(name, number, stages));
            long start = Stopwatch.GetTimestamp();
            compute();
            context.OnStageEnd?.Invoke(new StageTime(name, Stopwatch.GetElapsedTime(start)));
            look?.Invoke(name, plane!);
        }
    }

    /// <summary>The result of a step on a plane that this takes over; the caller owns the result.</summary>
    public static Plane Apply(SectionStep step, Plane plane, EvaluationContext context)
        => step.KeepsType ? step.Choose(plane) : Plane.Replace(PlaneConversion.ToSingle(plane, invert: false, context), input => step.Apply(input, context));
}
