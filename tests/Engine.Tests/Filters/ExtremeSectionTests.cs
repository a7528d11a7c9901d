using EmTools.Engine.Filters;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Tests.Filters;

/// <summary>Sections as no microscope makes them, through every filter: they take no longer than others, and nothing spreads.</summary>
public sealed class ExtremeSectionTests
{
    private const int Depth = 3;

    /// <summary>Every filter on sections alone and over neighbours, as far as it does both.</summary>
    public static TheoryData<string, int> Filters
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (FilterDefinition filter in FilterCatalog.All.Where(filter => filter.Name != "Bin")) // which leaves less than is looked for here
            {
                if (filter is not INeighbourFilter or IVolumeFilter)
                    data.Add(filter.Name, 0);
                if (filter is INeighbourFilter)
                    data.Add(filter.Name, 1);
            }

            return data;
        }
    }

    public static TheoryData<string, int> FloatFilters
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (object[] row in Filters.Where(row => FilterCatalog.Get((string)row[0]).OutputType(Options((string)row[0], (int)row[1])) == PixelType.Single))
                data.Add((string)row[0], (int)row[1]);
            return data;
        }
    }

    /// <summary>Within a minute, which is a hundred times what they need: with a window's length for every pixel it would be many.</summary>
    [Theory]
    [MemberData(nameof(Filters))]
    public void Lines_take_time_by_their_pixels(string filter, int radius)
    {
        foreach ((int height, int width) in ((int, int)[])[(1, 300_000), (40_000, 1), (1, 1), (2, 1), (1, 17), (3, 2)])
        {
            using var guard = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            using Plane result = Compute(filter, radius, Volume(height, width, Noise), guard.Token);
            Assert.Equal((height, width), (result.Height, result.Width));
            Assert.Equal(0, Missing(result));
        }
    }

    [Theory]
    [MemberData(nameof(FloatFilters))]
    public void A_constant_section_stays_constant(string filter, int radius)
    {
        foreach (float level in (float[])[0, 1234, 65535, -3e9f])
        {
            if (Math.Abs(level) > FilterCatalog.Get(filter).LargestMagnitude)
                continue;
            using Plane result = Compute(filter, radius, Volume(47, 61, (_, _, _) => level));
            for (int y = 0; y < result.Height; y++)
                Assert.True(((Plane<float>)result).Row(y).IndexOfAnyExceptInRange(level - Math.Abs(level) * 1e-6f, level + Math.Abs(level) * 1e-6f) < 0);
        }
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void A_section_without_data_ends_as_one(string filter, int radius)
    {
        using Plane result = Compute(filter, radius, Volume(47, 61, (_, _, _) => float.NaN));
        if (result is Plane<float>)
            Assert.Equal(47 * 61, Missing(result));
    }

    [Theory]
    [MemberData(nameof(FloatFilters))]
    public void A_missing_pixel_does_not_spread(string filter, int radius)
    {
        foreach (float missing in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            using Plane result = Compute(filter, radius, Volume(47, 61, (z, y, x) => (z, y, x) == (1, 20, 30) || (z, y, x) == (0, 9, 9) ? missing : Noise(z, y, x)));
            Assert.Equal(1, Missing(result));
            Assert.False(float.IsFinite(((Plane<float>)result).Row(20)[30]));
        }
    }

    /// <summary>At the limit nothing overflows; beyond it the section is refused by name, not spoilt.</summary>
    [Theory]
    [MemberData(nameof(Filters))]
    public void Pixels_too_large_are_refused_by_the_sections_name(string filter, int radius)
    {
        var limit = (float)FilterCatalog.Get(filter).LargestMagnitude;
        if (limit > FilterCatalog.Get(filter).LargestMagnitude)
            limit = MathF.BitDecrement(limit);
        using Plane largest = Compute(filter, radius, Volume(47, 61, (z, y, x) => Noise(z, y, x) > 31000 ? limit : -limit));
        Assert.Equal(0, Missing(largest));

        foreach (float huge in (float[])[3e38f, -3e38f, limit * 1.01f])
        {
            int at = radius == 0 ? 1 : 2; // a neighbour's pixels count too
            EmSection[] sections = Sections(Volume(47, 61, (z, y, x) => (z, y, x) == (at, 20, 30) ? huge : Noise(z, y, x)));
            EmException refused = Assert.Throws<EmException>(() => Filtered(filter, radius, sections).Compute().Dispose());
            Assert.Equal(("PixelsTooLarge", EmErrorKind.InvalidData), (refused.Id, refused.Kind));
            Assert.StartsWith($"Section {at} (memory {at}) has pixels of ", refused.Message, StringComparison.Ordinal);
            Assert.Contains($"(row 20) before {filter}", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_offset_that_makes_whole_numbers_too_large_is_found_too()
    {
        EmSection section = new EmSection(new PixelSource(Plane.FromArray(new ushort[200, 30])), 4).With(new IntensityOffsetStep(1e20));
        FilterDefinition destripe = FilterCatalog.Get("Destripe");
        Assert.Equal("PixelsTooLarge", Assert.Throws<EmException>(() => section.With(new FilterStep(destripe, Options("Destripe", 0))).Compute().Dispose()).Id);
    }

    private static float Noise(int z, int y, int x)
    {
        uint h = unchecked((uint)(z * 7919 + y * 104729 + x * 1299709) * 0x9E3779B1u);
        return 30000 + (h ^ (h >> 15)) % 2000;
    }

    private static IFilterOptions Options(string filter, int radius)
    {
        FilterDefinition definition = FilterCatalog.Get(filter);
        return definition.CreateOptions(definition.Parameters.Any(p => p.Name == "Radius") ? new Dictionary<string, object?> { ["Radius"] = radius } : []);
    }

    private static Plane<float>[] Volume(int height, int width, Func<int, int, int, float> pixel) => [.. Enumerable.Range(0, Depth).Select(z => Plane.Make<float>(height, width, plane =>
    {
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                plane.Row(y)[x] = pixel(z, y, x);
        }
    }))];

    private static EmSection[] Sections(Plane<float>[] volume) => [.. volume.Select((plane, z) => new EmSection(new PixelSource(plane, $"memory {z}"), z))];

    private static EmSection Filtered(string filter, int radius, EmSection[] sections)
    {
        FilterDefinition definition = FilterCatalog.Get(filter);
        IFilterOptions options = Options(filter, radius);
        if (!definition.NeedsNeighbours(options))
            return sections[1].With(new FilterStep(definition, options));
        NeighbourhoodWindows windows = NeighbourhoodWindows.For(definition, (INeighbourOptions)options)!;
        EmSection[] given = [.. sections.SelectMany(windows.Push), .. windows.Complete()];
        return given[1];
    }

    private static Plane Compute(string filter, int radius, Plane<float>[] volume, CancellationToken guard = default)
        => Filtered(filter, radius, Sections(volume)).Compute(new EvaluationContext { Threads = 2, Cancellation = guard });

    private static long Missing(Plane plane)
    {
        long missing = 0;
        for (int y = 0; y < plane.Height && plane is Plane<float>; y++)
        {
            foreach (float value in ((Plane<float>)plane).Row(y))
                missing += float.IsFinite(value) ? 0 : 1;
        }

        return missing;
    }
}
