using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>Takes the cells of a strip as they are made, row after row.</summary>
internal interface ICellReader
{
    /// <summary>Takes a row of a cell.</summary>
    void Take(int cell, int row, Vector512<float> values);

    /// <summary>Some rows of cell <paramref name="cell"/> are through.</summary>
    void EndRows(int cell);
}

/// <summary>Keeps cells, one after the other.</summary>
/// <param name="to">Where to.</param>
/// <param name="area">Values of a cell.</param>
internal readonly unsafe struct CellKeeper(float* to, nint area) : ICellReader
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(int cell, int row, Vector512<float> values) => Vector512.Store(values, to + cell * area + (nint)row * CellStrip.Width);

    public void EndRows(int cell)
    {
    }
}
