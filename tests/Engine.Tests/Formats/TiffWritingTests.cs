using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Formats;

public sealed class TiffWritingTests : IDisposable
{
    private static readonly EvaluationContext TwoThreads = new() { Threads = 2 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<PixelType, TiffCompression, bool?, bool> Variants()
    {
        var variants = new TheoryData<PixelType, TiffCompression, bool?, bool>();
        foreach (PixelType type in Enum.GetValues<PixelType>())
        {
            foreach (TiffCompression compression in new[] { TiffCompression.None, TiffCompression.Lzw, TiffCompression.Deflate })
            {
                foreach (bool? predictor in new bool?[] { null, true, false })
                {
                    variants.Add(type, compression, predictor, false);
                    variants.Add(type, compression, predictor, true);
                }
            }
        }

        return variants;
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Round_trip(PixelType type, TiffCompression compression, bool? predictor, bool bigTiff)
    {
        // Wide enough for several strips, the last one shorter.
        using Plane plane = TiffSamplesFiles.Plane(type, 77, 30_001);
        string path = _folder.File("out/00001.tif");

        long bytes = TiffWriter.Write(path, plane, new TiffWriteOptions { Compression = compression, Predictor = predictor, BigTiff = bigTiff }, TwoThreads);

        Assert.Equal(new FileInfo(path).Length, bytes);
        TiffFile file = TiffFile.Open(path);
        Assert.Equal((compression, bigTiff), (file.Compression, file.IsBigTiff));
        using Plane read = file.Read(TwoThreads);
        TiffSamplesFiles.AssertSame(plane, read);
        Assert.Equal(["out", "out/00001.tif"], _folder.Content());
    }

    [SkippableTheory]
    [MemberData(nameof(Variants))]
    public void Libtiff_reads_it(PixelType type, TiffCompression compression, bool? predictor, bool bigTiff)
    {
        using Plane plane = TiffSamplesFiles.Plane(type, 77, 5_001);
        string path = _folder.File("ours.tif"), plain = _folder.File("plain.tif");
        TiffWriter.Write(path, plane, new TiffWriteOptions { Compression = compression, Predictor = predictor, BigTiff = bigTiff }, TwoThreads);
        TestData.Run("tiffcp", "-c", "none", path, plain);
        using Plane read = TiffFile.Open(plain).Read(TwoThreads);
        TiffSamplesFiles.AssertSame(plane, read);
    }

    [SkippableTheory]
    [InlineData(PixelType.UInt8)]
    [InlineData(PixelType.UInt16)]
    [InlineData(PixelType.Single)]
    public void Tifffile_reads_it(PixelType type)
    {
        using Plane plane = TiffSamplesFiles.Plane(type, 77, 5_001);
        string path = _folder.File("ours.tif"), raw = _folder.File("raw.bin");
        var tags = new TiffTags { ImageDescription = "{\"software\":\"x\"}", Software = "EmTools 1", ResolutionX = 1250000, ResolutionY = 2500000, ResolutionUnit = 3 };
        TiffWriter.Write(path, plane, new TiffWriteOptions { Tags = tags }, TwoThreads);

        string said = TestData.Python(
            """
            import sys, tifffile
            with tifffile.TiffFile(sys.argv[1]) as t:
                p = t.pages[0]
                p.asarray().tofile(sys.argv[2])
                x, y = p.tags['XResolution'].value, p.tags['YResolution'].value
                print(len(t.pages), p.shape, p.dtype, p.description, p.software, x[0] / x[1], y[0] / y[1], int(p.tags['ResolutionUnit'].value))
            """,
            path,
            raw);

        string expected = type switch { PixelType.UInt8 => "uint8", PixelType.UInt16 => "uint16", _ => "float32" };
        Assert.Equal($$"""1 (77, 5001) {{expected}} {"software":"x"} EmTools 1 1250000.0 2500000.0 3""", said.Trim());
        byte[] pixels = File.ReadAllBytes(raw);
        for (int y = 0, at = 0; y < plane.Height; y++, at += plane.RowBytes(y - 1).Length)
            Assert.True(plane.RowBytes(y).SequenceEqual(pixels.AsSpan(at, plane.RowBytes(y).Length)), $"row {y} differs");
    }

    [Fact]
    public void Carries_tags_over()
    {
        using Plane plane = TiffSamplesFiles.Plane(PixelType.UInt8, 20, 30);
        string path = _folder.File("tags.tif");
        var tags = new TiffTags
        {
            ResolutionX = 3.5,
            ResolutionY = 1.25e6,
            ResolutionUnit = 2,
            PositionX = 1.5,
            PositionY = 2.5,
            Orientation = 1,
            ImageDescription = "what was done",
            Software = "EmTools 9",
            DateTime = "2020:02:29 12:00:00",
            Artist = "who",
            DocumentName = "document",
            PageName = "page",
            HostComputer = "host",
            Make = "maker",
            Model = "model",
            Copyright = "whose",
        };
        TiffWriter.Write(path, plane, new TiffWriteOptions { Tags = tags });
        Assert.Equal(tags, TiffFile.Open(path).Tags);
    }

    [Fact]
    public void Takes_rows_as_they_come()
    {
        using Plane plane = TiffSamplesFiles.Plane(PixelType.UInt16, 500, 3000);
        string path = _folder.File("rows.tif");
        using (TiffStripWriter writer = TiffStripWriter.Create(path, 500, 3000, PixelType.UInt16, TiffWriteOptions.Default, TwoThreads))
        {
            for (int y = 0; y < 500; y += 7)
            {
                Assert.Equal(500 - y, writer.RowsLeft);
                writer.WriteRows(plane, y, Math.Min(7, 500 - y));
            }

            Assert.False(File.Exists(path), "the file has its name before it is complete");
            writer.Complete();
        }

        using Plane read = TiffFile.Open(path).Read(TwoThreads);
        TiffSamplesFiles.AssertSame(plane, read);
    }

    [Fact]
    public void An_unfinished_file_leaves_nothing()
    {
        using Plane plane = TiffSamplesFiles.Plane(PixelType.UInt16, 500, 3000);
        string path = _folder.File("half.tif");
        using (TiffStripWriter writer = TiffStripWriter.Create(path, 500, 3000, PixelType.UInt16, TiffWriteOptions.Default, TwoThreads))
        {
            writer.WriteRows(plane, 0, 300);
            Assert.Single(_folder.Content());
            Assert.Throws<InvalidOperationException>(() => writer.Complete());
        }

        Assert.Empty(_folder.Content());
    }

    [Fact]
    public void Cancellation_leaves_nothing()
    {
        using Plane plane = TiffSamplesFiles.Plane(PixelType.UInt8, 900, 3000);
        using var stop = new CancellationTokenSource();
        string path = _folder.File("cancelled.tif");
        using (TiffStripWriter writer = TiffStripWriter.Create(path, 900, 3000, PixelType.UInt8, TiffWriteOptions.Default, new EvaluationContext { Threads = 2, Cancellation = stop.Token }))
        {
            writer.WriteRows(plane, 0, 400);
            stop.Cancel();
            Assert.ThrowsAny<OperationCanceledException>(() => writer.WriteRows(plane, 400, 500));
        }

        Assert.Empty(_folder.Content());
    }

    [Fact]
    public void An_existing_file_stays()
    {
        using Plane plane = TiffSamplesFiles.Plane(PixelType.UInt8, 20, 30);
        string path = _folder.File("there.tif");
        File.WriteAllText(path, "mine");

        EmException error = Assert.Throws<EmException>(() => TiffWriter.Write(path, plane));

        Assert.Equal((EmErrorKind.AlreadyExists, "OutputExists", path), (error.Kind, error.Id, error.Target));
        Assert.Equal($"'{path}' exists already and is left as it is. Choose another destination, or have it written over.", error.Message);
        Assert.Equal("mine", File.ReadAllText(path));
        TiffWriter.Write(path, plane, new TiffWriteOptions { Overwrite = true });
        Assert.Equal(20, TiffFile.Open(path).Height);
        Assert.Equal(["there.tif"], _folder.Content());
    }

    [Fact]
    public void A_file_that_appears_meanwhile_stays()
    {
        using Plane plane = TiffSamplesFiles.Plane(PixelType.UInt8, 20, 30);
        string path = _folder.File("race.tif");
        using (TiffStripWriter writer = TiffStripWriter.Create(path, 20, 30, PixelType.UInt8, TiffWriteOptions.Default, TwoThreads))
        {
            writer.WriteRows(plane, 0, 20);
            File.WriteAllText(path, "mine");
            Assert.Equal("OutputExists", Assert.Throws<EmException>(() => writer.Complete()).Id);
        }

        Assert.Equal("mine", File.ReadAllText(path));
        Assert.Equal(["race.tif"], _folder.Content());
    }

    [Fact]
    public void A_folder_that_cannot_be()
    {
        using Plane plane = TiffSamplesFiles.Plane(PixelType.UInt8, 20, 30);
        File.WriteAllText(_folder.File("file"), "");
        string path = _folder.File("file/out.tif");
        EmException error = Assert.Throws<EmException>(() => TiffWriter.Write(path, plane));
        Assert.Equal((EmErrorKind.InputOutput, "FileNotWritable", path), (error.Kind, error.Id, error.Target));
        Assert.StartsWith($"'{path}' cannot be written: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(". Check the destination's path and its disk.", error.Message, StringComparison.Ordinal);

        Directory.CreateDirectory(_folder.File("folder.tif"));
        Assert.Equal("DestinationIsFolder", Assert.Throws<EmException>(() => TiffWriter.Write(_folder.File("folder.tif"), plane)).Id);
    }

    [SkippableTheory]
    [InlineData(TiffCompression.None)]
    [InlineData(TiffCompression.Deflate)]
    public void A_full_disk_leaves_nothing(TiffCompression compression)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can make a small disk.");
        string disk = _folder.File("disk");
        Directory.CreateDirectory(disk);
        try
        {
            TestData.Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk);
        }
        catch (Xunit.Sdk.TrueException)
        {
            throw new SkipException("No right to mount a small disk.");
        }

        try
        {
            using Plane plane = TiffSamplesFiles.Plane(PixelType.UInt16, 900, 3000);
            string path = Path.Combine(disk, "00001.tif");
            EmException error = Assert.Throws<EmException>(() => TiffWriter.Write(path, plane, new TiffWriteOptions { Compression = compression }, TwoThreads));
            Assert.Equal((EmErrorKind.InputOutput, "DiskFull", path), (error.Kind, error.Id, error.Target));
            Assert.Equal($"'{path}' cannot be written: no space is left on the disk (or the quota is used up). Nothing of it was kept; free some space and run again.", error.Message);
            Assert.Empty(Directory.EnumerateFileSystemEntries(disk));
        }
        finally
        {
            TestData.Run("umount", disk);
        }
    }

    [Fact]
    public void PackBits_is_not_written()
    {
        using Plane plane = TiffSamplesFiles.Plane(PixelType.UInt8, 20, 30);
        EmException error = Assert.Throws<EmException>(() => TiffWriter.Write(_folder.File("x.tif"), plane, new TiffWriteOptions { Compression = TiffCompression.PackBits }));
        Assert.Equal("CompressionNotWritten", error.Id);
    }
}
