using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Files as the field's programs write them, beside the repository: right pixels, or a refusal that says why.</summary>
public sealed class TiffFieldTests
{
    /// <summary>Files that are refused, and how.</summary>
    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["lzma_0003"] = "compressed by LZMA",
        ["lerc_0006"] = "compressed by LERC",
        ["mask1_0008"] = "1-bit",
        ["be_p3_0009"] = "predictor 3",
    };

    [SkippableTheory]
    [InlineData("01-imagej-one-ifd")]
    [InlineData("03-next-directory-garbage")]
    [InlineData("06-sparse")]
    [InlineData("07-lzw")]
    [InlineData("08-missing-tags")]
    [InlineData("09-sem-tags")]
    [InlineData("10-ome-subifd")]
    [InlineData("11-compressions")]
    [InlineData("12-types")]
    [InlineData("13-miniswhite")]
    [InlineData("14-orientation")]
    [InlineData("15-endian-predictor")]
    [InlineData("45-bad-metadata")]
    public void Gives_the_right_pixels(string folder)
    {
        string path = Folder(folder);
        var arrays = Directory.GetFiles(path, "*.npy").Select(NpyFile.Read).ToList();
        foreach (string file in Directory.GetFiles(path, "*.tif"))
        {
            string name = Path.GetFileNameWithoutExtension(file);
            if (Refused.TryGetValue(name, out string? why))
            {
                Assert.Contains(why, Assert.Throws<EmException>(() => ImageFile.Open(file)).Message, StringComparison.Ordinal);
                continue;
            }

            IReadOnlyList<StoredImage> images = ImageFile.Open(file);
            byte[][] pixels = [.. images.Select(Pixels)];
            bool found = arrays.Any(a => (a.Height, a.Width) == (images[0].Height, images[0].Width) && Equal(name, a.Type, a.Planes, pixels, images[0].PixelType));
            Assert.True(found, $"{folder}/{name}: no array has its pixels");
        }
    }

    [SkippableTheory]
    [InlineData("44-mislabelled")]
    [InlineData("50-damaged")]
    public void Refuses_what_is_none(string folder)
    {
        foreach (string file in Directory.GetFiles(Folder(folder), "*.tif").Where(f => !f.EndsWith("original.tif", StringComparison.Ordinal)))
        {
            EmException error = Assert.Throws<EmException>(() => TiffFile.Open(file).Read(EvaluationContext.Default).Dispose());
            Assert.Contains(file, error.Message, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public void Finds_pages_signs_and_greys()
    {
        Assert.Equal(6, ImageFile.Open(Path.Combine(Folder("02-several-pages"), "stack_0004.tif")).Count);
        foreach (string one in new[] { "thumb_0001.tif", "pyramid_0002.tif" })
        {
            StoredImage image = Assert.Single(ImageFile.Open(Path.Combine(Folder("02-several-pages"), one)));
            Assert.Equal((96, 128, (int?)null), (image.Height, image.Width, image.Page));
        }

        foreach (string file in Directory.GetFiles(Folder("04-signed-16"), "*.tif"))
            Assert.Contains(Assert.Single(ImageFile.Open(file)).Remarks, remark => remark.Id == "SignedShifted");
        byte[] ramp = Pixels(ImageFile.Open(Path.Combine(Folder("05-palette"), "ramp_0001.tif"))[0]);
        Assert.Equal(135, ramp[0]);
        Assert.Equal(ramp.Select(v => (byte)(255 - v)), Pixels(ImageFile.Open(Path.Combine(Folder("05-palette"), "invramp_0002.tif"))[0]));
        Assert.Equal(ramp, Pixels(ImageFile.Open(Path.Combine(Folder("05-palette"), "greyalpha_0005.tif"))[0]));
    }

    [SkippableFact]
    public void Reads_every_mask()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(Folder("47-masks"), "masks"), "*.tif"))
        {
            foreach (StoredImage image in ImageFile.Open(file, new ImageOptions { IsMask = true }))
                Assert.Contains(Pixels(image), value => value != 0);
        }
    }

    [SkippableTheory]
    [InlineData("FEI-Helios-Ebeam-16bits.tif", 1, 3372.4, 29)]
    [InlineData("test_tiff_FEI_SEM.tif", 1, 1825.05, 79)]
    [InlineData("ZEISS_SEM_multipage.tif", 2, 12.33, null)]
    [InlineData("test_tiff_Zeiss_SEM_512pix.tif", 1, 5.825, null)]
    [InlineData("TVIPS_bin4.tif", 1, 1.42080, null)]
    [InlineData("olympus_SIS.tif", 1, 0.02392792, null)]
    [InlineData("test_loading_image_saved_with_DM.tif", 1, 168.6747, null)]
    [InlineData("test_loading_image_saved_with_imageJ_stack.tif", 2, 168.6747, null)]
    public void Reads_what_instruments_write(string name, int pages, double nanometres, int? bar)
    {
        IReadOnlyList<StoredImage> images = ImageFile.Open(TestData.Shared($"instruments/{name}"));
        Assert.Equal(pages, images.Count);
        Assert.Equal(nanometres, images[0].VoxelSize!.X, nanometres * 1e-4);
        Assert.Equal(bar, images[0].DataBarRows);
        Assert.NotEmpty(Pixels(images[^1]));
    }

    private static string Folder(string name)
    {
        string path = Path.GetFullPath(Path.Combine(TestData.RepositoryRoot, "..", "shared", "field", name));
        Skip.IfNot(Directory.Exists(path), $"{path} is not here.");
        return path;
    }

    private static byte[] Pixels(StoredImage image)
    {
        using Plane plane = image.Read(EvaluationContext.Default);
        return [.. Enumerable.Range(0, plane.Height).SelectMany(y => plane.RowBytes(y).ToArray())];
    }

    private static bool Equal(string name, string type, byte[][] planes, byte[][] pixels, PixelType read)
    {
        if (pixels.Length != planes.Length && pixels.Length != 1)
            return false;
        for (int page = 0; page < pixels.Length; page++)
        {
            double[] expected = Numbers(planes[page], type), actual = Numbers(pixels[page], read switch { PixelType.UInt8 => "u1", PixelType.UInt16 => "u2", _ => "f4" });

            // What is lossy, or has fewer bits, was made of the array so.
            Func<double, double, bool> equal = name switch
            {
                "jpeg_0004" => (e, a) => Math.Abs(e - a) < 30,
                "f16_0003" => (e, a) => (float)(Half)(e / 65535) == a,
                "four_0009" => (e, a) => Math.Floor(e / 4096) == a,
                "packed12_0006" or "in16_0007" => (e, a) => Math.Floor(e / 16) == a,
                _ => (e, a) => e == a,
            };
            if (!expected.Zip(actual).All(pair => equal(pair.First, pair.Second)))
                return false;
        }

        return true;
    }

    private static double[] Numbers(byte[] bytes, string type) => type switch
    {
        "u1" => [.. bytes.Select(b => (double)b)],
        "u2" => [.. bytes.Chunk(2).Select(b => (double)BitConverter.ToUInt16(b))],
        _ => [.. bytes.Chunk(4).Select(b => (double)BitConverter.ToSingle(b))],
    };
}
