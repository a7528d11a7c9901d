using System.Collections.Concurrent;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Stacks;

/// <summary>
/// Finds outputs that stay right although the times of their inputs have changed: a stack that was copied has new times and
/// the same pixels. What the inputs held is in the ledger.
/// </summary>
internal sealed class SameInputs(StackWork work, Ledger ledger)
{
    private readonly ConcurrentDictionary<string, string> _hashes = new(StringComparer.Ordinal); // neighbours are asked for several times

    /// <summary>
    /// True when an output that carries another key than it should was made by the same recipe of files that hold what those
    /// of today hold. Reads the files whose times have changed.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled while reading.</exception>
    public bool Hold(WorkUnit unit, string carries, CancellationToken cancellation)
    {
        if (ledger.Of(unit.Number)?.Done is not { Inputs: { } then } made || made.Key != carries)
            return false;
        PlanEntry[] now = [.. work.InputsOf(unit)];
        if (!now.Select(input => input.Index).SequenceEqual(then.Select(input => input.Index)) || work.KeyWith(unit, [.. then.Select(input => input.Identity)]) != carries)
            return false;
        try
        {
            return now.Zip(then).All(pair => pair.First.Identity == pair.Second.Identity || HoldsTheSame(pair.First, pair.Second, cancellation));
        }
        catch (EmException)
        {
            return false; // a file that cannot be read is told when the section is computed
        }
    }

    private bool HoldsTheSame(PlanEntry now, InputRecord then, CancellationToken cancellation)
        => now.Identity.Size == then.Size
            && ledger.Of(now.Index)?.Done is { Content: { } content, Inputs: { } made } && made.Contains(then)
            && _hashes.GetOrAdd(now.Path, path => ContentHash.Of(path, cancellation)) == content;
}
