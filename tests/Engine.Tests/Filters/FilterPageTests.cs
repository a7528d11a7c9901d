using System.Globalization;
using System.Text.RegularExpressions;
using EmTools.Engine.Filters;

namespace EmTools.Engine.Tests.Filters;

/// <summary>The pages in docs/filters say what the filters are: a page for each, its parameters, pictures that exist. Their examples run in the tests of the cmdlets.</summary>
public sealed partial class FilterPageTests
{
    private const int LargestPicture = 250 * 1024;

    private static readonly string Docs = Path.Combine(TestData.RepositoryRoot, "docs");
    private static readonly string Pages = Path.Combine(Docs, "filters");
    private static readonly string Pictures = Path.Combine(Docs, "images", "filters");

    public static TheoryData<string> Filters => [.. FilterCatalog.All.Select(filter => filter.Name)];

    public static TheoryData<string> AllPages => [.. Directory.GetFiles(Pages, "*.md").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Filters))]
    public void A_page_is_built_like_the_others(string filter)
    {
        string[] lines = File.ReadAllLines(PageOf(filter));

        Assert.Equal($"# {filter}", lines[0]);
        Assert.Equal(["When to use it", "How it works", "Parameters", "Example", "Cost"], lines.Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]));
        Assert.Contains(lines, line => line.StartsWith($"![", StringComparison.Ordinal) && line.EndsWith($"(../images/filters/{filter}.png)", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void A_page_lists_the_filters_parameters_with_their_defaults_and_units(string filter)
    {
        Dictionary<string, string[]> rows = Rows(File.ReadAllText(PageOf(filter)));
        FilterDefinition definition = FilterCatalog.Get(filter);

        Assert.Equal(definition.Parameters.Select(p => p.Name).Order(StringComparer.Ordinal), rows.Keys.Order(StringComparer.Ordinal));
        foreach (FilterParameter parameter in definition.Parameters)
        {
            string[] cells = rows[parameter.Name];
            Assert.True(SameDefault(Default(parameter), cells[1]), $"{filter} -{parameter.Name}: the default is {Default(parameter)}, the page says {cells[1]}.");
            Assert.True(parameter.Unit == cells[2], $"{filter} -{parameter.Name}: the unit is '{parameter.Unit}', the page says '{cells[2]}'.");
            Assert.NotEqual("", cells[3]);
        }
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void The_index_and_the_page_tell_the_same_cost(string filter)
    {
        string row = Assert.Single(File.ReadAllLines(Path.Combine(Docs, "filters.md")), line => line.StartsWith($"| [`{filter}`](filters/{filter}.md) |", StringComparison.Ordinal));
        string[] cells = Cells(row);
        Match told = CostPattern().Match(File.ReadAllText(PageOf(filter)).ReplaceLineEndings(" "));

        Assert.True(told.Success, $"docs/filters/{filter}.md tells no cost as '{cells[3]} s for 2048 x 2048 pixels, {cells[4]} planes'.");
        Assert.Equal((cells[3], cells[4]), (told.Groups["seconds"].Value, told.Groups["planes"].Value));
    }

    [Theory]
    [MemberData(nameof(AllPages))]
    public void Links_of_a_page_lead_somewhere(string page) => RequireLinks(Path.Combine(Pages, page));

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("docs/filters.md")]
    [InlineData("docs/calibration.md")]
    [InlineData("docs/cluster.md")]
    [InlineData("docs/performance.md")]
    [InlineData("docs/suggestion.md")]
    public void Links_of_the_documentation_lead_somewhere(string file) => RequireLinks(Path.Combine(TestData.RepositoryRoot, file));

    [Fact]
    public void Every_picture_is_small_and_shown_on_a_page()
    {
        string all = string.Concat(Directory.GetFiles(Pages, "*.md").Select(File.ReadAllText));

        foreach (string picture in Directory.GetFiles(Pictures))
        {
            Assert.Contains($"(../images/filters/{Path.GetFileName(picture)})", all, StringComparison.Ordinal);
            Assert.True(new FileInfo(picture).Length <= LargestPicture, $"{picture} has more than 250 KB.");
        }
    }

    private static string PageOf(string filter)
    {
        string path = Path.Combine(Pages, filter + ".md");
        Assert.True(File.Exists(path), $"The filter {filter} has no page docs/filters/{filter}.md.");
        return path;
    }

    /// <summary>The cells of the rows of parameters, by parameter.</summary>
    private static Dictionary<string, string[]> Rows(string page)
        => page.Split('\n').Where(line => line.StartsWith("| `-", StringComparison.Ordinal)).Select(Cells).ToDictionary(cells => cells[0].Trim('`', '-'));

    private static string[] Cells(string row) => [.. row.Trim().Trim('|').Split('|').Select(cell => cell.Trim())];

    private static string Default(FilterParameter parameter) => parameter.DefaultValue switch
    {
        null or double.NaN => "not used",
        bool => "off",
        Array list => string.Join(", ", list.Cast<IFormattable>().Select(value => value.ToString(null, CultureInfo.InvariantCulture))),
        IFormattable one => one.ToString(null, CultureInfo.InvariantCulture),
        object other => other.ToString()!,
    };

    /// <summary>Numbers may be written in another way.</summary>
    private static bool SameDefault(string expected, string told)
    {
        string[] left = expected.Split(", "), right = told.Split(", ");
        return left.Length == right.Length && left.Zip(right).All(pair => pair.First == pair.Second
            || (double.TryParse(pair.First, CultureInfo.InvariantCulture, out double a) && double.TryParse(pair.Second, CultureInfo.InvariantCulture, out double b) && a == b));
    }

    /// <summary>Files that links name are there, and so are the headings.</summary>
    private static void RequireLinks(string file)
    {
        foreach (Match link in LinkPattern().Matches(File.ReadAllText(file)))
        {
            string target = link.Groups["target"].Value;
            if (target.Contains("://", StringComparison.Ordinal))
                continue;
            string[] parts = target.Split('#');
            string path = parts[0].Length == 0 ? file : Path.GetFullPath(parts[0], Path.GetDirectoryName(file)!);
            Assert.True(File.Exists(path) || Directory.Exists(path), $"{file} refers to {target}, which is not there.");
            if (parts.Length > 1)
                Assert.True(File.ReadLines(path).Any(line => Anchor(line) == parts[1]), $"{file} refers to {target}, but there is no such heading.");
        }
    }

    private static string? Anchor(string line)
        => line.StartsWith('#') ? string.Concat(line.TrimStart('#').Trim().ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-')).Replace(' ', '-') : null;

    [GeneratedRegex(@"## Cost +(?<seconds>[0-9.]+) s for 2048 x 2048 pixels, (?<planes>[^.]*(\.[0-9]+)?) planes \(")]
    private static partial Regex CostPattern();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex LinkPattern();
}
