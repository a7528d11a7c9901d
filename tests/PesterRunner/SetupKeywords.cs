using System.Management.Automation;

namespace EmTools.PesterRunner;

/// <summary>Code to run before or after tests.</summary>
public abstract class SetupCmdlet : KeywordCmdlet
{
    /// <summary>The code.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public ScriptBlock Scriptblock { get; set; } = null!;

    private protected abstract List<ScriptBlock> In(Block block);

    /// <inheritdoc/>
    protected override void EndProcessing() => In(DiscoveringSession.Current).Add(Scriptblock);
}

/// <summary><c>BeforeAll</c>.</summary>
[Cmdlet(NoVerb, "BeforeAll")]
public sealed class BeforeAllCommand : SetupCmdlet
{
    private protected override List<ScriptBlock> In(Block block) => block.BeforeAll;
}

/// <summary><c>AfterAll</c>.</summary>
[Cmdlet(NoVerb, "AfterAll")]
public sealed class AfterAllCommand : SetupCmdlet
{
    private protected override List<ScriptBlock> In(Block block) => block.AfterAll;
}

/// <summary><c>BeforeEach</c>.</summary>
[Cmdlet(NoVerb, "BeforeEach")]
public sealed class BeforeEachCommand : SetupCmdlet
{
    private protected override List<ScriptBlock> In(Block block) => block.BeforeEach;
}

/// <summary><c>AfterEach</c>.</summary>
[Cmdlet(NoVerb, "AfterEach")]
public sealed class AfterEachCommand : SetupCmdlet
{
    private protected override List<ScriptBlock> In(Block block) => block.AfterEach;
}

/// <summary><c>BeforeDiscovery</c>: runs at once, in the scope it stands in.</summary>
[Cmdlet(NoVerb, "BeforeDiscovery")]
public sealed class BeforeDiscoveryCommand : KeywordCmdlet
{
    /// <summary>The code.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _ = DiscoveringSession;
        SessionState.InvokeCommand.InvokeScript(useLocalScope: false, ScriptBlock, null);
    }
}

/// <summary><c>Set-ItResult</c>: leaves the test as skipped.</summary>
[Cmdlet(VerbsCommon.Set, "ItResult")]
public sealed class SetItResultCommand : KeywordCmdlet
{
    /// <summary>Not decided; counts as skipped.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Inconclusive")]
    public SwitchParameter Inconclusive { get; set; }

    /// <summary>Skipped.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Skipped")]
    public SwitchParameter Skipped { get; set; }

    /// <summary>Why.</summary>
    [Parameter]
    public string Because { get; set; } = "";

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        string because = ParameterSetName == "Skipped" ? Because : $"inconclusive: {Because}";
        ThrowTerminatingError(new ErrorRecord(new InvalidOperationException($"is skipped, because {because}"), "PesterTestSkipped", ErrorCategory.InvalidResult, new SkipRequest(because)));
    }
}
