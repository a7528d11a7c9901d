using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace EmTools.PesterRunner;

/// <summary>The keywords, as commands of a session.</summary>
internal static class Keywords
{
    public static void AddTo(InitialSessionState state)
    {
        foreach (Type type in typeof(Keywords).Assembly.GetTypes())
        {
            if (type.GetCustomAttribute<CmdletAttribute>() is not { } facts)
                continue;
            string name = facts.VerbName == KeywordCmdlet.NoVerb ? facts.NounName : $"{facts.VerbName}-{facts.NounName}";

            // A cmdlet's name has a dash; a keyword's alias leaves it out.
            string full = $"{facts.VerbName}-{facts.NounName}";
            state.Commands.Add(new SessionStateCmdletEntry(full, type, null));
            if (name != full)
                state.Commands.Add(new SessionStateAliasEntry(name, full));
        }
    }
}

/// <summary>What the keywords have in common.</summary>
public abstract class KeywordCmdlet : PSCmdlet
{
    internal const string NoVerb = "Pester";

    private protected SpecSession Session
        => SessionState.PSVariable.GetValue(SpecSession.VariableName) as SpecSession
            ?? throw new InvalidOperationException($"{MyInvocation.InvocationName} works in a spec only.");

    private protected SpecSession DiscoveringSession
        => Session is { IsDiscovering: true } session
            ? session
            : throw new InvalidOperationException($"{MyInvocation.InvocationName} was called while tests run; it belongs into a Describe, a Context or the file, outside of tests and Before/After blocks.");
}
