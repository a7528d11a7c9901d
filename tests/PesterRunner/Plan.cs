using System.Collections;
using System.Diagnostics;
using System.Management.Automation;

namespace EmTools.PesterRunner;

/// <summary>A Describe or Context, or the file itself.</summary>
internal sealed class Block(string name, Block? parent)
{
    public string Name { get; } = name;

    public Block? Parent { get; } = parent;

    public bool Skip { get; init; }

    public IDictionary? Data { get; init; }

    public List<ScriptBlock> BeforeAll { get; } = [];

    public List<ScriptBlock> AfterAll { get; } = [];

    public List<ScriptBlock> BeforeEach { get; } = [];

    public List<ScriptBlock> AfterEach { get; } = [];

    /// <summary>Blocks and tests as they were declared.</summary>
    public List<object> Items { get; } = [];

    public HashSet<string> DriveContent { get; } = new(StringComparer.Ordinal);

    /// <summary>The BeforeEach blocks from the outermost in, and the AfterEach blocks from the innermost out.</summary>
    public IEnumerable<Block> Path => Parent is null ? [this] : Parent.Path.Append(this);

    public bool IsSkipped => Skip || Parent?.IsSkipped == true;

    public IEnumerable<Test> Tests => Items.SelectMany(i => i is Block block ? block.Tests : [(Test)i]);

    public bool HasTestsToRun => Tests.Any(t => !t.IsSkipped);
}

/// <summary>An It with its data.</summary>
internal sealed class Test(string name, Block block, ScriptBlock body, IDictionary? data, bool skip, int number)
{
    private readonly Stopwatch _time = new();

    public int Number { get; } = number;

    public Block Block { get; } = block;

    public ScriptBlock Body { get; } = body;

    public IDictionary? Data { get; } = data;

    public bool IsSkipped => skip || Block.IsSkipped;

    public string Name { get; } = name;

    public string? ExpandedName { get; set; }

    public PesterOutcome Outcome { get; private set; } = PesterOutcome.NotRun;

    public string Message { get; private set; } = "";

    public string Template => FullName(Templates.FillIn(Name, AllData()), b => Templates.FillIn(b.Name, b.Data));

    public void Start() => _time.Start();

    public void Fail(string message)
    {
        Message = Outcome == PesterOutcome.Failed ? $"{Message}{Environment.NewLine}{message}" : message;
        Outcome = PesterOutcome.Failed;
    }

    public void SkipNow(string because)
    {
        if (Outcome == PesterOutcome.Failed)
            return;
        Outcome = PesterOutcome.Skipped;
        Message = because;
    }

    public void Finish()
    {
        _time.Stop();
        if (Outcome == PesterOutcome.NotRun)
            Outcome = PesterOutcome.Passed;
    }

    public PesterResult ToResult()
        => new(Number, Template, ExpandedName is null ? Template : FullName(ExpandedName, b => Templates.FillIn(b.Name, b.Data)), Outcome, Message, _time.Elapsed);

    private string FullName(string own, Func<Block, string> name)
        => string.Join('.', Block.Path.Where(b => b.Parent is not null).Select(name).Append(own));

    private Hashtable AllData()
    {
        var all = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (IDictionary data in Block.Path.Select(b => b.Data).Append(Data).OfType<IDictionary>())
        {
            foreach (DictionaryEntry entry in data)
                all[entry.Key] = entry.Value;
        }

        return all;
    }
}
