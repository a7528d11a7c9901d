using System.Management.Automation;
using Xunit;

namespace EmTools.Shell.Tests;

public sealed class ProgressDisplayTests
{
    [Theory]
    [InlineData(60, "Restoring: 12 of 200 [#########..........]  50% 1:02:03 left")]
    [InlineData(40, "Restoring: 12 of 200  50% 1:02:03 left")]
    [InlineData(30, "Restoring...  50% 1:02:03 left")]
    public void ALineFitsTheWidth(int width, string expected)
    {
        var record = new ProgressRecord(0, "Restoring", "12 of 200") { PercentComplete = 50, SecondsRemaining = 3723 };
        string line = ProgressDisplay.Line(record, width);
        Assert.True(line.Length <= width, line);
        Assert.Equal(expected, line);
    }

    [Fact]
    public void WithoutPercentThereIsNoBar()
        => Assert.Equal("Reading: file", ProgressDisplay.Line(new ProgressRecord(0, "Reading", "file"), 80));

    [Fact]
    public void TextIsWrittenAboveAndCompletionErases()
    {
        var writer = new StringWriter();
        var display = new ProgressDisplay(writer, visible: true, () => 40);
        display.Update(1, new ProgressRecord(1, "Outer", "a"));
        display.Update(1, new ProgressRecord(2, "Inner", "b"));
        display.Around(() => writer.Write("text\n"));
        Assert.EndsWith("\r\e[Ktext\n", writer.ToString(), StringComparison.Ordinal);
        display.Update(1, new ProgressRecord(2, "Inner", "b"));
        Assert.EndsWith("Outer: a\nInner: b", writer.ToString(), StringComparison.Ordinal);
        display.Update(1, new ProgressRecord(2, "Inner", "b") { RecordType = ProgressRecordType.Completed });
        Assert.EndsWith("\r\e[K\e[A\e[KOuter: a", writer.ToString(), StringComparison.Ordinal);
        display.Clear();
        Assert.EndsWith("Outer: a\r\e[K", writer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void WhereItIsNotVisibleNothingIsWritten()
    {
        var writer = new StringWriter();
        var display = new ProgressDisplay(writer, visible: false, () => 40);
        display.Update(1, new ProgressRecord(1, "Outer", "a"));
        display.Clear();
        Assert.Equal("", writer.ToString());
    }
}
