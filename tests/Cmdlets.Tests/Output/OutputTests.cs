namespace EmTools.Cmdlets.Tests.Output;

/// <summary>What cmdlets give is whole on the screen, and plain where it is written out, in every session and culture.</summary>
public sealed class OutputTests : IClassFixture<OutputFixture>
{
    private readonly OutputFixture _fixture;

    public OutputTests(OutputFixture fixture) => _fixture = fixture;

    private AllLooks Shown => _fixture.Shown;

    [SkippableFact]
    public void Every_type_that_a_cmdlet_gives_is_looked_at()
    {
        string[] types = [.. Shown.Looks.SelectMany(look => look.Types)];
        Assert.True(Shown.OutputTypes.Length > 5);
        Assert.All(Shown.OutputTypes.Where(type => type != "System.IO.FileInfo"), type => Assert.Contains(type, types));
    }

    [SkippableFact]
    public void Nothing_is_cut_off_at_80_and_120_columns()
        => Assert.All(Shown.Looks, look =>
        {
            RequireWhole(look, look.Narrow, 80);
            RequireWhole(look, look.Wide, 120);
        });

    [SkippableTheory]
    [InlineData("a section", " 11259 ", " 96 x 128 ", " UInt8 ", "inverted")]
    [InlineData("a large section", " 11259 ", " 9000 x 13750 ", " UInt16 ")]
    [InlineData("a section of neighbours", " 11257 ", "11257.tif, inverted", " NonLocalMeans")]
    [InlineData("steps", "ScaleCount 3, BandLength 161, 201", "Gain 5.29E-06, 3.3E-05", "as published", "20 terms")]
    [InlineData("figures", " 11259 ", " IntensityOffset ", " Contrast ")]
    [InlineData("filters", "NeighborhoodCorrelation  no ")]
    [InlineData("parameters", "ThresholdMultiplier 1.67, 1 ", "not used", "(pixels)")]
    [InlineData("a filter", "-BandLength <Int32[]> = 161, 161, 161, 201, 251, 301", "-NoGainCorrection = off", "-Weight <Double[]> = not used")]
    [InlineData("a calibration", ": 4 x 96 x 128", "for a mean of 28000", "degree 3, 20 terms")]
    [InlineData("a stack", "4: 3 done, 0 running, 1 failed", "of 3 sections, such as 11256, Rescale", "11258: ")]
    [InlineData("failures", " 11258 ", " NotTiff ")]
    [InlineData("warnings", " 11259 ", " ResultConstant ")]
    [InlineData("jobs", "21345678_[13-199] ", "1-11:22:33", "(Resources)")]
    [InlineData("problems", " 11257 Missing ", " 11258 Missing ")]
    [InlineData("a run", "4 to do in 4 tasks", "not submitted")]
    [InlineData("a suggestion", "Denoise -Gain ", " (was 3.418E-06, 4.114E-06)", "Apply it with Invoke-EmRecipe")]
    [InlineData("a recipe's steps", "volume 11260 x 9000 x 13750")]
    public void What_matters_stands_unbroken_on_80_columns(string name, params string[] words)
    {
        ArgumentNullException.ThrowIfNull(words);
        string text = Shown.Of(name).Narrow;
        Assert.All(words, word => Assert.Contains(word, " " + text.Replace("\r", "", StringComparison.Ordinal).Replace("\n", " \n ", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Strict_and_constrained_sessions_show_the_same()
    {
        Assert.Equal("ConstrainedLanguage", Shown.Language);
        Assert.All(Shown.Looks, look => Assert.Equal(look.Narrow, look.Confined));
        Assert.All(Shown.Looks, look => Assert.Equal(look.Narrow, look.ConfinedAll));
    }

    [SkippableFact]
    public void Arguments_are_completed_in_constrained_language()
        => Assert.Equal(["Destripe", "-BandLength", "Horizontal", "Slurm", "Published"], Shown.Completions);

    [SkippableFact]
    public void Figures_can_be_typed_again_in_every_culture()
        => Assert.All(Shown.Looks, look => Assert.Equal(look.English, look.German));

    [SkippableFact]
    public void Objects_behind_others_are_lists_of_what_matters()
    {
        string[] labels = [.. Shown.Mixed.Split('\n').Where(line => line.Contains(" : ", StringComparison.Ordinal) && line[0] != ' ').Select(line => line[..line.IndexOf(" : ", StringComparison.Ordinal)].Trim())];
        Assert.Contains("Psnr", labels);
        Assert.Contains("NoiseLevel", labels);
        Assert.Contains("OutOfDate", labels);
        Assert.Contains("Summary", labels);
        Assert.Contains("Hash", labels);
        Assert.All((string[])["Gain", "Stripes", "Failures", "Parameters", "Comment", "CanBeSaved"], property => Assert.DoesNotContain(property, labels));
        Assert.Equal(Shown.Mixed, Shown.MixedThere);
        Assert.Equal(2, Shown.Mixed.Split('\n').Count(line => line.Contains("inverted", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public void Written_as_CSV_and_JSON_it_is_plain_and_short()
        => Assert.All(Shown.Looks, look =>
        {
            foreach (string text in (string[])[look.Csv, look.Json, look.DeepJson])
            {
                Assert.DoesNotMatch(@"System\.[A-Z]|EmTools\.(Engine|Cmdlets)|<>z_|`\d|\w \{ \w+ = |PublicKeyToken", text.Split('\n')[0] == look.Csv.Split('\n')[0] ? text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..] : text);
                Assert.InRange(text.Length, 10, 60_000);
            }
        });

    private static void RequireWhole(Look look, string text, int width)
    {
        string[] lines = text.Replace("\r", "", StringComparison.Ordinal).Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
        Assert.DoesNotContain('…', text);

        // A column for which there is no room is left out without a word, and a title for which there is too little is broken.
        string[] headers = [.. look.Headers.OfType<string>()];
        Assert.True(headers.Length == 0 || lines.Any(line => headers.All(header => line.Contains(header, StringComparison.Ordinal))), $"{look.Name}: not all of {string.Join(", ", headers)} stand in one line of:\n{text}");
    }
}
