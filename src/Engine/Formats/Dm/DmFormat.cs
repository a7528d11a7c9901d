using EmTools.Engine.Imaging;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>DigitalMicrograph files (DM3, DM4): an image, or a stack as microtomes in the chamber take it.</summary>
internal sealed class DmFormat : RawFormat
{
    private const int Thumbnail = 23; // 32-bit RGB, as the small picture of every file, which lists it first

    public static DmFormat Instance { get; } = new();

    public override string Name => "DigitalMicrograph";

    public override FormatErrors Errors { get; } = new("Dm", "DigitalMicrograph file");

    public override IReadOnlyList<string> Extensions => [".dm3", ".dm4"];

    public override bool Recognises(string path, ReadOnlySpan<byte> start)
        => start is [0, 0, 0, 3, _, _, _, _, 0, 0, 0, 0 or 1, ..] or [0, 0, 0, 4, _, _, _, _, _, _, _, _, 0, 0, 0, 0 or 1, ..];

    public override RawVolume Describe(string path, SafeFileHandle handle, ImageOptions options)
    {
        (DmGroup list, bool littleEndian) = DmTags.Read(path, handle);
        var remarks = new List<FileRemark>();
        (DmGroup data, DmArray pixels, string? dataset) = Choose(path, list, options, remarks);
        SampleType type = TypeOf(path, data.Number("DataType"));
        double[] sizes = [.. data.Find<DmGroup>("Dimensions")?.Numbers ?? []];
        if (sizes.Length is < 2 or > 3)
            throw sizes.Length == 0 ? Errors.Damaged(path, "it gives no size of its pixels") : Errors.NotSupported(path, $"{sizes.Length} dimension{(sizes.Length == 1 ? "" : "s")} ({string.Join(" x ", sizes.Reverse())})");
        var layout = new RawLayout
        {
            Type = type,
            BigEndian = !littleEndian,
            Offset = pixels.Offset,
            Planes = sizes.Length == 3 ? (long)sizes[2] : 1,
            Height = (long)sizes[1],
            Width = (long)sizes[0],
            IsMask = options.IsMask,
        };
        layout.Check(path, RandomAccess.GetLength(handle), Errors);
        long needed = layout.Planes * layout.PlaneBytes, there = pixels.ElementBytes * pixels.Count;
        if (needed != there)
            throw Errors.Damaged(path, $"its tags give {string.Join(" x ", sizes.Reverse())} {type.Name()}, {needed} bytes, and its pixels take {there}");
        if (!options.IsMask && type.Remark() is { } remark)
            remarks.Add(remark);
        return new RawVolume(layout) { Dataset = dataset, VoxelSize = DmCalibration.VoxelSizeOf(data, sizes.Length, remarks), Remarks = remarks };
    }

    /// <summary>The image to read: the one asked for by its number in the list, or the first that is no thumbnail.</summary>
    private (DmGroup Data, DmArray Pixels, string? Dataset) Choose(string path, DmGroup list, ImageOptions options, List<FileRemark> remarks)
    {
        var images = new List<(string Number, DmGroup Data, DmArray Pixels)>();
        int number = 0;
        bool coloured = false;
        foreach (DmGroup image in list.Groups)
        {
            if (image.Find<DmGroup>("ImageData") is { } data && data.Find<DmArray>("Data") is { } pixels)
            {
                if (data.Number("DataType") == Thumbnail)
                    coloured = true;
                else
                    images.Add(($"{number}", data, pixels));
            }

            number++;
        }

        if (images.Count == 0)
            throw coloured ? Errors.NotSupported(path, "colours (RGB), and no other image") : Errors.Damaged(path, "it has no pixels");
        if (options.Dataset is { } asked)
        {
            (string Number, DmGroup Data, DmArray Pixels) found = images.FirstOrDefault(image => image.Number == asked);
            return found.Data is not null ? (found.Data, found.Pixels, asked) : throw Errors.NoDataset(path, asked, $"its images are {string.Join(", ", images.Select(image => $"'{image.Number}'"))}");
        }

        if (images.Count > 1)
            remarks.Add(new FileRemark("SeveralDatasets", $"holds {images.Count} images ({string.Join(", ", images.Select(image => $"'{image.Number}'"))}); the first is read"));
        return (images[0].Data, images[0].Pixels, images.Count > 1 ? images[0].Number : null);
    }

    private SampleType TypeOf(string path, double? type) => type switch
    {
        1 => SampleType.Int16,
        2 => SampleType.Single,
        6 or 14 => SampleType.UInt8,
        7 => SampleType.Int32,
        9 => SampleType.Int8,
        10 => SampleType.UInt16,
        11 => SampleType.UInt32,
        12 => SampleType.Double,
        3 or 13 or 5 or 27 or 28 => throw Errors.NotSupported(path, $"complex numbers (data type {type}), as a Fourier transform has"),
        8 => throw Errors.NotSupported(path, "colours (RGB)"),
        39 or 40 => throw Errors.NotSupported(path, $"64-bit integers (data type {type})"),
        null => throw Errors.Damaged(path, "it does not tell its pixels' type"),
        _ => throw Errors.NotSupported(path, $"pixels of data type {type}"),
    };
}
