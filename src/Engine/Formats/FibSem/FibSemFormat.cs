using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using EmTools.Engine.Files;
using EmTools.Engine.Imaging;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>FIB-SEM .dat files, as the microscopes of Janelia and their descendants write them: a section a file, one or several detectors.</summary>
/// <remarks>1024 bytes of header, big-endian, in versions 1 to 9; then rows of pixels, in those a sample for each detector; then text.</remarks>
internal sealed class FibSemFormat : RawFormat
{
    private const int HeaderBytes = 1024;
    private const int MostInputs = 4;

    public static FibSemFormat Instance { get; } = new();

    public override string Name => "FIB-SEM .dat";

    public override FormatErrors Errors { get; } = new("FibSem", "FIB-SEM .dat file");

    public override IReadOnlyList<string> Extensions => [".dat"];

    private static ReadOnlySpan<byte> Magic => [0xD3, 0xED, 0xF5, 0xF2];

    public override bool Recognises(string path, ReadOnlySpan<byte> start) => start.StartsWith(Magic);

    public override RawVolume Describe(string path, SafeFileHandle handle, ImageOptions options)
    {
        byte[] header = new byte[HeaderBytes];
        long length = RandomAccess.GetLength(handle);
        if (!handle.Fill(header, 0))
            throw Errors.Truncated(path, $"it has {length} bytes, and its header alone takes {HeaderBytes}");
        if (!header.AsSpan().StartsWith(Magic))
            throw new EmException(EmErrorKind.InvalidData, "NotFibSem", $"'{path}' is no FIB-SEM .dat file any more: {FileSignature.Describe(header)}. Open it again.", path);
        int version = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(4)), channels = header[32];
        if (version == 0 || channels == 0)
            throw Errors.Damaged(path, version == 0 ? "its header is of version 0, where the first is 1" : "its header gives no channel");
        if (header[33] > 1)
            throw Errors.Damaged(path, $"its header says neither that its pixels have 8 bits (1) nor 16 (0), but {header[33]}");
        var remarks = new List<FileRemark>();
        int channel = Choose(path, Detectors(header, version, channels), options, remarks);
        var layout = new RawLayout
        {
            Type = header[33] == 1 ? SampleType.UInt8 : SampleType.Int16,
            BigEndian = true,
            Offset = HeaderBytes,
            Planes = 1,
            Height = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(104)),
            Width = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(100)),
            Channels = channels,
            Channel = channel,
            IsMask = options.IsMask,
        };
        layout.Check(path, length, Errors);
        if (!options.IsMask && layout.Type.Remark() is { } remark)
            remarks.Add(remark);
        double pixel = version < 3 ? BinaryPrimitives.ReadDoubleBigEndian(header.AsSpan(416)) : BinaryPrimitives.ReadSingleBigEndian(header.AsSpan(464));
        return new RawVolume(layout)
        {
            Dataset = channels == 1 ? null : channel.ToString(CultureInfo.InvariantCulture),
            VoxelSize = VoxelSize.Sensible(null, pixel, pixel),
            Remarks = remarks,
        };
    }

    /// <summary>The name of the detector of each channel, empty where it has none: channels are the inputs that were switched on, in order.</summary>
    private static string[] Detectors(ReadOnlySpan<byte> header, int version, int channels)
    {
        ReadOnlySpan<(int At, int Length)> names = version < 3 ? [(380, 10), (390, 18), (700, 20), (720, 20)] : [(380, 10), (390, 18), (410, 20), (430, 20)];
        string[] detectors = new string[channels];
        Array.Fill(detectors, "");
        int channel = 0;
        for (int input = 0; input < MostInputs && channel < channels; input++)
        {
            if (header[151 + input] != 0)
                detectors[channel++] = Encoding.ASCII.GetString(header.Slice(names[input].At, names[input].Length)).Trim('\0', ' ');
        }

        return detectors;
    }

    /// <summary>The channel to read: the one asked for, by its number from 0 or its detector's name, or the first.</summary>
    private int Choose(string path, string[] detectors, ImageOptions options, List<FileRemark> remarks)
    {
        string all = string.Join(", ", detectors.Select((name, i) => name.Length == 0 ? $"'{i}'" : $"'{i}' ({Printable(name)})"));
        if (options.Dataset is { } asked)
        {
            int channel = int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : Array.FindIndex(detectors, name => name.Equals(asked, StringComparison.OrdinalIgnoreCase));
            return channel >= 0 && channel < detectors.Length ? channel : throw Errors.NoDataset(path, asked, $"its channels are {all}");
        }

        if (detectors.Length > 1)
            remarks.Add(new FileRemark("SeveralDatasets", $"holds {detectors.Length} channels ({all}); the first is read"));
        return 0;
    }

    private static string Printable(string name) => string.Concat(name.Where(c => !char.IsControl(c)));
}
