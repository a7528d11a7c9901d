using System.Numerics.Tensors;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>Volumes of one size that a filter rents while it works; what it does not give back is freed at the end.</summary>
internal sealed class WorkingVolumes(Plane<float>[] like, EvaluationContext context) : IDisposable
{
    private readonly List<Plane<float>[]> _rented = [];

    /// <summary>A volume whose pixels are whatever was there before.</summary>
    public Plane<float>[] Rent()
    {
        var volume = new Plane<float>[like.Length];
        _rented.Add(volume);
        for (int z = 0; z < volume.Length; z++)
            volume[z] = Plane.Rent<float>(like[z].Height, like[z].Width);
        return volume;
    }

    /// <summary>A volume of zeros.</summary>
    public Plane<float>[] RentCleared()
    {
        Plane<float>[] volume = Rent();
        PlaneFilters.ForRows(volume, context, (z, y) => volume[z].Row(y).Clear());
        return volume;
    }

    /// <summary>A volume with the pixels of another.</summary>
    public Plane<float>[] Copy(Plane<float>[] volume)
    {
        Plane<float>[] copy = Rent();
        CopyTo(volume, copy);
        return copy;
    }

    /// <summary>to = from.</summary>
    public void CopyTo(Plane<float>[] from, Plane<float>[] to)
        => PlaneFilters.ForRows(to, context, (z, y) => from[z].Row(y).CopyTo(to[z].Row(y)));

    /// <summary>volume += by.</summary>
    public void Shift(Plane<float>[] volume, float by)
        => PlaneFilters.ForRows(volume, context, (z, y) => TensorPrimitives.Add(volume[z].Row(y), by, volume[z].Row(y)));

    /// <summary>
    /// What the covariance of two volumes in a window is made of, A(p q) - A(p) A(q): leaves A(p q) in
    /// <paramref name="product"/> and gives A(p) and A(q), rented, all in those planes only that are wanted.
    /// </summary>
    public (Plane<float>[] P, Plane<float>[] Q) Averages(Plane<float>[] p, Plane<float>[] q, int window, Plane<float>[] product, Range wanted)
    {
        Plane<float>[] meanP = Copy(p), meanQ = Copy(q);
        PlaneFilters.Multiply(p, q, product, context);
        PlaneFilters.Average(product, window, wanted, context);
        PlaneFilters.Average(meanP, window, wanted, context);
        PlaneFilters.Average(meanQ, window, wanted, context);
        return (meanP, meanQ);
    }

    /// <summary>
    /// The lower half of the finest band D = I - low_0(I): low_0(2 D - low_0(D)).
    /// </summary>
    public Plane<float>[] LowerHalf(Plane<float>[] detail)
    {
        Plane<float>[] lower = Copy(detail);
        PlaneFilters.LowPass(lower, 0, context);
        PlaneFilters.ForRows(lower, context, (z, y) =>
        {
            Span<float> row = lower[z].Row(y);
            TensorPrimitives.Negate<float>(row, row);
            TensorPrimitives.MultiplyAdd<float>(detail[z].Row(y), 2f, row, row);
        });
        PlaneFilters.LowPass(lower, 0, context);
        return lower;
    }

    /// <summary>Hands volumes over to the caller, who frees them.</summary>
    public void Keep(params Plane<float>[][] volumes)
    {
        foreach (Plane<float>[] volume in volumes)
            _rented.Remove(volume);
    }

    /// <summary>Gives volumes back before the end.</summary>
    public void Return(params Plane<float>[][] volumes)
    {
        foreach (Plane<float>[] volume in volumes)
        {
            _rented.Remove(volume);
            foreach (Plane<float> plane in volume)
                plane.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (Plane<float>? plane in _rented.SelectMany(volume => volume))
            plane?.Dispose(); // null where there was no memory for a whole volume
    }
}
