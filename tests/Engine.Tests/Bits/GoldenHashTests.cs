using EmTools.Engine.Filters;

namespace EmTools.Engine.Tests.Bits;

/// <summary>Bits that filters and steps give, bound to their revisions.</summary>
public sealed class GoldenHashTests
{
    private static readonly IReadOnlyList<GoldenHash> Golden = GoldenHashes.Read(File.ReadLines(Path.Combine(GoldenCase.Folder, GoldenHashes.FileName)));

    public static TheoryData<string> Subjects => [.. BitCase.All.Where(each => each.Revision > 0).Select(each => each.Subject).Distinct()];

    /// <summary>With another number of threads than the file was made with.</summary>
    [Theory]
    [MemberData(nameof(Subjects))]
    public void Bits_change_with_the_revision_alone(string subject)
    {
        foreach (BitCase each in BitCase.All.Where(each => each.Subject == subject))
        {
            string? trouble = GoldenHashes.Trouble(each, each.Hash(threads: 3), Golden);
            Assert.True(trouble is null, trouble);
        }
    }

    [Fact]
    public void Every_filter_is_held_to_hashes_and_every_hash_is_of_a_case()
    {
        Assert.Equal(FilterCatalog.All.Select(filter => filter.Name).Order(), FilterBitCase.All.Select(each => each.Filter).Distinct().Order());
        Assert.Equal(BitCase.All.Where(each => each.Revision > 0).Select(each => each.Name), Golden.Select(each => each.Name));
        Assert.Equal(BitCase.All.Count, BitCase.All.Select(each => each.Name).Distinct().Count());
    }

    [Fact]
    public void Changed_bits_are_refused_until_the_revision_is_raised()
    {
        BitCase before = Case(3), raised = Case(4);
        IReadOnlyList<GoldenHash> golden = GoldenHashes.Read(GoldenHashes.Text([new GoldenHash("Blur", 3, "aaaa", "{} plain")]).Split('\n'));

        Assert.Null(GoldenHashes.Trouble(before, "aaaa", golden));
        string changed = GoldenHashes.Trouble(before, "bbbb", golden)!;
        Assert.StartsWith("Bits of Blur changed (case 'Blur {} plain', aaaa before, bbbb now)", changed, StringComparison.Ordinal);
        Assert.Contains("raise its revision, now 3, in src/Blur.cs, then renew the hashes: " + GoldenHashes.Command, changed, StringComparison.Ordinal);
        Assert.Contains("is of revision 4, but the hash of 'Blur {} plain' is that of revision 3", GoldenHashes.Trouble(raised, "bbbb", golden), StringComparison.Ordinal);
        Assert.Contains("has no hash yet", GoldenHashes.Trouble(before, "bbbb", []), StringComparison.Ordinal);

        Assert.Equal(changed, Assert.Single(GoldenHashes.Renew([(before, "bbbb")], golden).Refusals));
        Assert.Single(GoldenHashes.Renew([(Case(2), "bbbb")], golden).Refusals);
        (IReadOnlyList<GoldenHash> hashes, IReadOnlyList<string> none) = GoldenHashes.Renew([(raised, "bbbb")], golden);
        Assert.Empty(none);
        Assert.Equal([new GoldenHash("Blur", 4, "bbbb", "{} plain")], hashes);
    }

    private static BitCase Case(int revision) => new("Blur", revision, "src/Blur.cs", "{} plain", (_, _) => { });
}
