using EmTools.Engine.Stacks;

namespace EmTools.Engine.Tests.Stacks;

public sealed class PartitionTests
{
    [Fact]
    public void Is_the_published_one()
    {
        GoldenCase golden = GoldenCase.Load("slurm-partition");
        int[] shape = golden.Shape("out/table");
        long[] table = golden.Values<long>("out/table");
        Assert.Equal(8, shape[1]);
        for (int row = 0; row < shape[0]; row++)
        {
            int[] v = [.. table.AsSpan(row * 8, 8).ToArray().Select(x => (int)x)];
            (int sections, int arrayCount, int arrayMinimum, int processes, int element, int process) = (v[0], v[1], v[2], v[3], v[4], v[5]);
            Assert.Equal((v[6], v[7]), Partition.Of(sections, arrayCount * processes, (element - arrayMinimum) * processes + process));
        }
    }

    [Theory]
    [InlineData(10, 3)]
    [InlineData(3, 10)]
    [InlineData(100_000, 999)]
    public void Leaves_no_section_out_and_none_twice(int sections, int tasks)
    {
        int next = 0;
        for (int task = 0; task < tasks; task++)
        {
            (int start, int count) = Partition.Of(sections, tasks, task);
            Assert.Equal(next, start);
            Assert.InRange(count, sections / tasks, sections / tasks + 1);
            next += count;
        }

        Assert.Equal(sections, next);
    }

    [Fact]
    public void Indices_as_ranges_come_back()
    {
        int[] indices = [0, 1, 2, 7, 9, 10, 100];
        Assert.Equal("0-2,7,9-10,100", IndexRanges.Format(indices));
        Assert.Equal(indices, IndexRanges.Parse("0-2,7,9-10,100"));
        Assert.Equal("", IndexRanges.Format([]));
        Assert.Empty(IndexRanges.Parse(""));
        Assert.Throws<FormatException>(() => IndexRanges.Parse("5-3"));
    }
}
