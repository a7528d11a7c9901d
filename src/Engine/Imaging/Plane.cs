using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EmTools.Engine.Imaging;

/// <summary>
/// One section's pixels, shape (y, x), in native memory. Who holds a plane owns it: dispose it, or hand it on to a
/// method that says it takes it over.
/// </summary>
public abstract class Plane : IDisposable
{
    private protected Plane(int height, int width)
    {
        Height = height;
        Width = width;
    }

    /// <summary>Rows (axis y).</summary>
    public int Height { get; }

    /// <summary>Columns (axis x).</summary>
    public int Width { get; }

    /// <summary>The type of the pixels.</summary>
    public abstract PixelType PixelType { get; }

    /// <summary>The bytes of one row's pixels, without the padding between rows.</summary>
    public abstract Span<byte> RowBytes(int y);

    /// <summary>Takes a plane from the pool. Its pixels are whatever was there before.</summary>
    /// <typeparam name="T">byte, ushort or float.</typeparam>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    /// <exception cref="InsufficientMemoryException">The machine has no room for it.</exception>
    public static Plane<T> Rent<T>(int height, int width)
        where T : unmanaged
        => Plane<T>.Create(height, width);

    /// <summary>Takes a plane from the pool, of a type that is known at run time only.</summary>
    internal static Plane Rent(PixelType type, int height, int width) => type switch
    {
        PixelType.UInt8 => Rent<byte>(height, width),
        PixelType.UInt16 => Rent<ushort>(height, width),
        _ => Rent<float>(height, width),
    };

    /// <summary>A plane from the pool that <paramref name="fill"/> fills; given back where that fails or is cancelled.</summary>
    internal static Plane<T> Make<T>(int height, int width, Action<Plane<T>> fill)
        where T : unmanaged
        => Filled(Rent<T>(height, width), fill);

    /// <summary>The same, of a type that is known at run time only.</summary>
    internal static Plane Make(PixelType type, int height, int width, Action<Plane> fill) => Filled(Rent(type, height, width), fill);

    /// <summary>
    /// What a computation gives for a plane that this takes over, where it may give the plane itself, changed, or another: whatever
    /// is not the result is given back, also where the computation fails or is cancelled.
    /// </summary>
    internal static TResult Replace<TResult>(Plane<float> plane, Func<Plane<float>, TResult> compute)
        where TResult : Plane
    {
        TResult? result = null;
        try
        {
            result = compute(plane);
            return result;
        }
        finally
        {
            if (!ReferenceEquals(result, plane))
                plane.Dispose();
        }
    }

    private static TPlane Filled<TPlane>(TPlane plane, Action<TPlane> fill)
        where TPlane : Plane
    {
        try
        {
            fill(plane);
            return plane;
        }
        catch
        {
            plane.Dispose();
            throw;
        }
    }

    /// <summary>A plane with the pixels of a (y, x) array.</summary>
    public static Plane<T> FromArray<T>(T[,] pixels)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(pixels);
        Plane<T> plane = Rent<T>(pixels.GetLength(0), pixels.GetLength(1));
        for (int y = 0; y < plane.Height; y++)
            MemoryMarshal.CreateReadOnlySpan(ref pixels[y, 0], plane.Width).CopyTo(plane.Row(y));
        return plane;
    }

    /// <summary>Gives the memory back to the pool. Doing so again does nothing.</summary>
    public abstract void Dispose();
}

/// <summary>A <see cref="Plane"/> of byte (8-bit images, masks), ushort (16-bit images) or float (everything that is computed).</summary>
/// <remarks>
/// Rows start at multiples of 64 bytes, and the distance between rows is never a multiple of 4096 bytes, so that
/// the rows of a vertical window do not compete for the same cache lines.
/// </remarks>
public sealed unsafe class Plane<T> : Plane
    where T : unmanaged
{
    internal const int RowAlignment = 64;
    private const int PageSize = 4096;

    private T* _origin;
    private readonly long _bytes;

    private Plane(int height, int width, int stride, long bytes, void* memory)
        : base(height, width)
    {
        Stride = stride;
        _bytes = bytes;
        _origin = (T*)memory;
    }

    /// <inheritdoc/>
    public override PixelType PixelType => PixelTypes.Of<T>();

    /// <summary>Distance between the starts of neighbouring rows, in pixels.</summary>
    public int Stride { get; }

    internal static Plane<T> Create(int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        long rowBytes = ((long)width * sizeof(T) + RowAlignment - 1) / RowAlignment * RowAlignment;
        if (rowBytes % PageSize == 0)
            rowBytes += RowAlignment;

        void* memory = PlanePool.Rent(rowBytes * height, out long bytes);
        return new Plane<T>(height, width, (int)(rowBytes / sizeof(T)), bytes, memory);
    }

    /// <summary>The pixels of row <paramref name="y"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Row(int y)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
        return new Span<T>(RowPointer(y), Width);
    }

    /// <inheritdoc/>
    public override Span<byte> RowBytes(int y) => MemoryMarshal.AsBytes(Row(y));

    /// <summary>The first pixel of row <paramref name="y"/>, unchecked: for kernels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal T* RowPointer(int y) => _origin + (nint)y * Stride;

    /// <summary>The pixels as a (y, x) array.</summary>
    public T[,] ToArray()
    {
        var pixels = new T[Height, Width];
        for (int y = 0; y < Height; y++)
            Row(y).CopyTo(MemoryMarshal.CreateSpan(ref pixels[y, 0], Width));
        return pixels;
    }

    /// <summary>A second plane with the same pixels.</summary>
    public Plane<T> Clone()
    {
        Plane<T> copy = Create(Height, Width);
        for (int y = 0; y < Height; y++)
            Row(y).CopyTo(copy.Row(y));
        return copy;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        T* memory = _origin;
        _origin = null;
        if (memory != null)
        {
            PlanePool.Return(memory, _bytes);
            GC.SuppressFinalize(this);
        }
    }

    /// <summary>Gives the memory back when an owner forgot to.</summary>
    ~Plane()
    {
        if (_origin != null)
            PlanePool.Return(_origin, _bytes, forgotten: true);
    }
}
