using EmTools.Engine.Calibration;
using EmTools.Engine.Filters;
using EmTools.Engine.Filters.Geometry;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Tests.Filters;

/// <summary>Crop and Bin: sizes, types, and what goes on counting from the uncropped section.</summary>
public sealed class GeometryTests
{
    private const int Height = 30, Width = 40;

    [Fact]
    public void A_crop_keeps_pixels_and_their_type()
    {
        EmSection cropped = Section(inverted: false).With(Crop(5, 7, 10, 12));
        Assert.Equal((10, 12, PixelType.UInt16), (cropped.Height, cropped.Width, cropped.PixelType));
        ushort[,] pixels = (ushort[,])cropped.GetPixels();
        for (int y = 0; y < 10; y++)
        {
            for (int x = 0; x < 12; x++)
                Assert.Equal(Value(y + 5, x + 7), pixels[y, x]);
        }
    }

    [Fact]
    public void A_crop_of_inverted_intensities_is_turned_in_their_type()
    {
        EmSection cropped = Section(inverted: true).With(Crop(5, 7, 10, 12));
        Assert.Equal(ushort.MaxValue - Value(5, 7), ((ushort[,])cropped.GetPixels())[0, 0]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void A_bin_is_the_mean_of_a_square_and_leaves_out_what_fills_none(int factor)
    {
        EmSection binned = Section(inverted: false).With(Bin(factor));
        Assert.Equal((Height / factor, Width / factor, PixelType.Single), (binned.Height, binned.Width, binned.PixelType));
        float[,] pixels = (float[,])binned.GetPixels();
        for (int y = 0; y < Height / factor; y++)
        {
            for (int x = 0; x < Width / factor; x++)
            {
                double sum = 0;
                for (int i = 0; i < factor * factor; i++)
                    sum += Value(y * factor + i / factor, x * factor + i % factor);
                Assert.Equal((float)(sum / (factor * factor)), pixels[y, x]);
            }
        }
    }

    [Fact]
    public void The_voxel_size_follows_a_bin()
    {
        var section = new EmSection(new PixelSource(Pixels()), 0, voxelSize: new VoxelSize(40, 8, 4));
        Assert.Equal(new VoxelSize(40, 48, 24), section.With(Bin(2)).With(Crop(0, 0, 10, 10)).With(Bin(3)).VoxelSize);
    }

    [Fact]
    public void The_background_goes_on_counting_from_the_uncropped_section()
    {
        var model = new BackgroundModel([new BackgroundTerm(0, 2, 1, 300), new BackgroundTerm(1, 0, 3, -120)]);
        var background = new BackgroundStep(model, new BackgroundVolume(new VolumeShape(3, Height, Width)));
        float[,] whole = (float[,])Section(inverted: false).With(background).GetPixels();
        float[,] part = (float[,])Section(inverted: false).With(Crop(2, 1, 25, 36)).With(Crop(3, 6, 10, 12)).With(background).GetPixels();
        for (int y = 0; y < 10; y++)
        {
            for (int x = 0; x < 12; x++)
                Assert.Equal(whole[y + 5, x + 7], part[y, x]);
        }
    }

    [Fact]
    public void A_volume_of_the_crops_own_size_is_counted_from_the_crop()
    {
        var model = new BackgroundModel([new BackgroundTerm(0, 1, 0, 300)]);
        var background = new BackgroundStep(model, new BackgroundVolume(new VolumeShape(3, 10, 12)));
        float[,] part = (float[,])Section(inverted: false).With(Crop(5, 7, 10, 12)).With(background).GetPixels();
        float[,] whole = (float[,])new EmSection(new PixelSource(Part(5, 7, 10, 12)), 1).With(background).GetPixels();
        Assert.Equal(whole, part);
        Assert.NotEqual((float)Value(14, 7), part[9, 0]);
    }

    [Fact]
    public void A_background_after_a_bin_is_refused()
    {
        var background = new BackgroundStep(new BackgroundModel([new BackgroundTerm(0, 1, 0, 300)]), new BackgroundVolume(new VolumeShape(3, Height / 2, Width / 2)));
        EmException refused = Assert.Throws<EmException>(() => Section(inverted: false).With(Bin(2)).With(background));
        Assert.Equal("BackgroundAfterBin", refused.Id);
    }

    [Theory]
    [InlineData(0, 0, 31, 40)]
    [InlineData(29, 39, 2, 1)]
    [InlineData(30, 0, 1, 1)]
    [InlineData(0, 2147483647, 1, 2147483647)]
    public void A_region_outside_is_refused_with_both_sizes(int y, int x, int height, int width)
    {
        EmException refused = Assert.Throws<EmException>(() => Section(inverted: false).With(Crop(y, x, height, width)));
        Assert.Equal("RegionOutside", refused.Id);
        Assert.Contains("30 x 40", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bin_larger_than_the_section_is_refused()
        => Assert.Equal("BinTooLarge", Assert.Throws<EmException>(() => Section(inverted: false).With(Bin(31))).Id);

    [Fact]
    public void A_region_without_rows_is_no_option()
        => Assert.Equal("CropRegion", Assert.Throws<EmException>(() => Crop(0, 0, 0, 5)).Id);

    [Fact]
    public void Recipes_hold_both()
    {
        Recipe recipe = Recipe.Of(Section(inverted: false).With(Crop(5, 7, 10, 12)).With(Bin(2)));
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "recipe.json");
        try
        {
            RecipeFile.Write(recipe, path, overwrite: false);
            Assert.True(recipe.DoesTheSameAs(RecipeFile.Read(path)));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    private static FilterStep Crop(int y, int x, int height, int width) => new(FilterCatalog.Get("Crop"), new CropOptions { Region = [y, x, height, width] });

    private static FilterStep Bin(int factor) => new(FilterCatalog.Get("Bin"), new BinOptions { Factor = factor });

    private static EmSection Section(bool inverted) => new(new PixelSource(Pixels()), 1, inverted);

    private static ushort Value(int y, int x) => (ushort)(1000 + 37 * y + 101 * x + x * y);

    private static Plane<ushort> Pixels() => Part(0, 0, Height, Width);

    private static Plane<ushort> Part(int top, int left, int height, int width)
    {
        Plane<ushort> plane = Plane.Rent<ushort>(height, width);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                plane.Row(y)[x] = Value(top + y, left + x);
        }

        return plane;
    }
}
