namespace EmTools.HelpBuilder;

/// <summary>What every cmdlet's help must have.</summary>
internal static class Completeness
{
    private const int MinimumExamples = 2;

    public static IEnumerable<string> Problems(CmdletHelp cmdlet, IReadOnlySet<string> cmdlets)
    {
        if (cmdlet.Synopsis.Length == 0)
            yield return $"{cmdlet.Name} has no <summary>.";
        if (cmdlet.Description.Count == 0)
            yield return $"{cmdlet.Name} has no <remarks> with a <para>.";
        foreach (ParameterHelp parameter in cmdlet.Parameters.Where(p => !p.Description.Any(d => d.Length > 0)))
            yield return $"{cmdlet.Name} -{parameter.Name} has no <summary>.";
        if (!cmdlet.Links.Any(l => l.Kind == LinkKind.Cmdlet))
            yield return $"{cmdlet.Name} has no <seealso> with another cmdlet.";
        foreach (LinkHelp link in cmdlet.Links.Where(l => l.Kind == LinkKind.Cmdlet && (l.Target == cmdlet.Name || !cmdlets.Contains(l.Target))))
            yield return $"{cmdlet.Name}: <seealso> names {link.Target}, which is no other cmdlet.";
        if (cmdlet.Examples.Count < MinimumExamples)
            yield return $"{cmdlet.Name} has {cmdlet.Examples.Count} of at least {MinimumExamples} <example>s.";
        for (int i = 0; i < cmdlet.Examples.Count; i++)
        {
            if (cmdlet.Examples[i].Code.Length == 0)
                yield return $"{cmdlet.Name}: example {i + 1} has no <code>.";
            if (cmdlet.Examples[i].Remarks.Count == 0)
                yield return $"{cmdlet.Name}: example {i + 1} has no <para> that says what it does.";
        }
    }
}
