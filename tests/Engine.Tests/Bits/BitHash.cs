using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace EmTools.Engine.Tests.Bits;

/// <summary>A short hash of pixels and figures, bit for bit.</summary>
internal sealed class BitHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(Plane plane)
    {
        Add(plane.Height, plane.Width);
        for (int y = 0; y < plane.Height; y++)
            _hash.AppendData(plane.RowBytes(y));
    }

    public void Add(params ReadOnlySpan<double> numbers) => _hash.AppendData(MemoryMarshal.AsBytes(numbers));

    public void Add(string text) => _hash.AppendData(Encoding.UTF8.GetBytes(text));

    public void Add(byte[] bytes) => _hash.AppendData(bytes);

    /// <summary>The first sixteen digits.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset())[..16];

    public void Dispose() => _hash.Dispose();
}
