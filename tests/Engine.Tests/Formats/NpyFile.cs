using System.Text;
using System.Text.RegularExpressions;

namespace EmTools.Engine.Tests.Formats;

/// <summary>NumPy's arrays of little-endian numbers in C order.</summary>
internal static partial class NpyFile
{
    /// <summary>Reads the planes of an array of two or three axes.</summary>
    public static (int Height, int Width, string Type, byte[][] Planes) Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int length = BitConverter.ToUInt16(bytes, 8);
        string head = Encoding.ASCII.GetString(bytes, 10, length);
        string type = TypeField().Match(head).Groups[1].Value;
        int[] shape = [.. ShapeField().Match(head).Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(int.Parse)];
        int size = type[^1] - '0', plane = shape[^1] * shape[^2] * size;
        return (shape[^2], shape[^1], type, [.. bytes.Skip(10 + length).Chunk(plane)]);
    }

    [GeneratedRegex(@"'descr': '[<|]?(\w\d)'")]
    private static partial Regex TypeField();

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex ShapeField();
}
