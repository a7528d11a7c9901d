using Xunit.Abstractions;

namespace EmTools.Cmdlets.Tests.Specs;

/// <summary>One <c>It</c>, or one of its cases where it has -ForEach.</summary>
/// <param name="pester">The version of Pester.</param>
/// <param name="file">The file's name.</param>
/// <param name="line">The line of the It; 0 stands for a file in which no test was found.</param>
/// <param name="number">Which of those on the line, from 1.</param>
/// <param name="name">The names of the blocks and of the It, with values in place of &lt;Name&gt;.</param>
public sealed class SpecCase(string pester, string file, int line, int number, string name) : IXunitSerializable
{
    [Obsolete("For xUnit, which then calls Deserialize.")]
    public SpecCase()
        : this("", "", 0, 0, "")
    {
    }

    public string Pester { get; private set; } = pester;

    public string File { get; private set; } = file;

    public int Line { get; private set; } = line;

    public int Number { get; private set; } = number;

    public string Name { get; private set; } = name;

    public void Deserialize(IXunitSerializationInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        Pester = info.GetValue<string>(nameof(Pester));
        File = info.GetValue<string>(nameof(File));
        Line = info.GetValue<int>(nameof(Line));
        Number = info.GetValue<int>(nameof(Number));
        Name = info.GetValue<string>(nameof(Name));
    }

    public void Serialize(IXunitSerializationInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        info.AddValue(nameof(Pester), Pester);
        info.AddValue(nameof(File), File);
        info.AddValue(nameof(Line), Line);
        info.AddValue(nameof(Number), Number);
        info.AddValue(nameof(Name), Name);
    }

    /// <summary>What the list of tests shows.</summary>
    public override string ToString() => $"{File}: {Name} (Pester {Pester})";
}
