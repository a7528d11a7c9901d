using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;

namespace EmTools.PesterRunner;

/// <summary>What the keywords write to during discovery, and what the driver script asks while tests run.</summary>
/// <remarks>The members from <see cref="Variables"/> on are called by Driver.ps1, by name.</remarks>
[SuppressMessage("Performance", "CA1822", Justification = "PowerShell finds no static members through an object.")]
internal sealed class SpecSession : IDisposable
{
    public const string VariableName = "______session";

    private readonly TestDrive _drive = new();
    private Block _current;
    private int _count;
    private SessionState? _state;

    public SpecSession() => _current = Root = new Block("", null);

    public Block Root { get; }

    public List<string> Errors { get; } = [];

    public bool IsDiscovering { get; private set; }

    public Block Current => _current;

    public ScriptBlock Driver { get; private set; } = null!;

    public void Dispose() => _drive.Dispose();

    public void Discover(PowerShell shell, string path)
    {
        IsDiscovering = true;
        try
        {
            // Under try, an error that ends a statement ends discovery, as it does in Pester.
            shell.AddScript("param($path) try { $null = & $path } catch { throw }").AddArgument(path).Invoke();
        }
        catch (RuntimeException error)
        {
            Errors.Add(Failures.Describe(error.ErrorRecord));
        }
        finally
        {
            IsDiscovering = false;
        }
    }

    public void Run(PowerShell shell)
    {
        _state = ((EngineIntrinsics)shell.Runspace.SessionStateProxy.GetVariable("ExecutionContext")).SessionState;
        using var reader = new StreamReader(typeof(SpecSession).Assembly.GetManifestResourceStream("Driver.ps1")!);
        string driver = reader.ReadToEnd();
        try
        {
            // Made inside the runspace, so that the driver and the spec's blocks share its scopes.
            Driver = (ScriptBlock)shell.AddScript("param($text) $ExecutionContext.InvokeCommand.NewScriptBlock($text)").AddArgument(driver).Invoke()[0].BaseObject;
            shell.Commands.Clear();
            shell.AddScript("param($driver, $runner, $block) & $driver $runner $block").AddArgument(Driver).AddArgument(this).AddArgument(Root).Invoke();
        }
        catch (RuntimeException error)
        {
            Errors.Add(Failures.Describe(error.ErrorRecord));
        }

        foreach (Test test in Root.Tests.Where(t => t.Outcome == PesterOutcome.NotRun))
        {
            if (test.IsSkipped)
                test.SkipNow("-Skip");
            else
                test.Fail("The test did not run.");
        }
    }

    public void AddBlock(Block block, Action discover)
    {
        Block parent = _current;
        parent.Items.Add(block);
        _current = block;
        try
        {
            discover();
        }
        finally
        {
            _current = parent;
        }
    }

    public void AddTest(string name, ScriptBlock body, IDictionary? data, bool skip)
        => _current.Items.Add(new Test(name, _current, body, data, skip, ++_count));

    public IDictionary Variables(object item) => Data(item) ?? new Hashtable();

    /// <summary>The data as named arguments, for bodies with a param block; <c>$_</c> is no argument.</summary>
    public IDictionary Splat(object item)
    {
        var arguments = new Hashtable(StringComparer.OrdinalIgnoreCase);
        if (Data(item) is { } data)
        {
            foreach (DictionaryEntry entry in data)
            {
                if (entry.Key is not "_")
                    arguments[entry.Key] = entry.Value;
            }
        }

        return arguments;
    }

    public void EnterBlock(Block block) => _drive.Enter(block, _state!);

    public void LeaveBlock(Block block) => _drive.Leave(block, _state!);

    public bool IsBlock(object item) => item is Block;

    public bool ShouldRun(Block block) => block.HasTestsToRun;

    public bool Begin(Test test)
    {
        if (test.IsSkipped)
            return false;
        test.Start();
        return true;
    }

    public IEnumerable<ScriptBlock> BeforeEach(Test test) => [.. test.Block.Path.SelectMany(b => b.BeforeEach)];

    public IEnumerable<ScriptBlock> AfterEach(Test test) => [.. test.Block.Path.Reverse().SelectMany(b => b.AfterEach)];

    public ScriptBlock? NameOf(Test test) => Templates.ToExpression(test.Name);

    public void SetName(Test test, object? name) => test.ExpandedName = LanguagePrimitives.ConvertTo<string>(name);

    public void Fail(Test test, ErrorRecord error)
    {
        if (error.TargetObject is SkipRequest skip)
            test.SkipNow(skip.Because);
        else
            test.Fail(Failures.Describe(error));
    }

    public void End(Test test) => test.Finish();

    public void FailBlock(Block block, ErrorRecord error)
    {
        foreach (Test test in block.Tests.Where(t => t.Outcome == PesterOutcome.NotRun && !t.IsSkipped))
            test.Fail($"Its block '{block.Name}' failed: {Failures.Describe(error)}");
    }

    public void FailTeardown(Block block, ErrorRecord error) => Errors.Add($"AfterAll of '{block.Name}': {Failures.Describe(error)}");

    private static IDictionary? Data(object item) => item is Block block ? block.Data : ((Test)item).Data;
}

/// <summary>Carried by the error that Set-ItResult throws to leave a test.</summary>
internal sealed record SkipRequest(string Because);
