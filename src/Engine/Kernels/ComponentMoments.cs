namespace EmTools.Engine.Kernels;

/// <summary>Area, first and second moments of a set of pixels, in exact integers.</summary>
internal struct ComponentMoments
{
    private long _area;
    private long _rows;
    private long _columns;
    private long _rowSquares;
    private long _columnSquares;
    private long _products;

    /// <summary>The number of pixels.</summary>
    public readonly long Area => _area;

    /// <summary>Adds the pixels [start, end) of a row.</summary>
    public void Add(long row, long start, long end)
    {
        long count = end - start;
        long columns = count * (start + end - 1) / 2;
        _area += count;
        _rows += count * row;
        _columns += columns;
        _rowSquares += count * row * row;
        _columnSquares += SquaresBelow(end) - SquaresBelow(start);
        _products += row * columns;
    }

    /// <summary>Adds another set's pixels.</summary>
    public void Add(in ComponentMoments other)
    {
        _area += other._area;
        _rows += other._rows;
        _columns += other._columns;
        _rowSquares += other._rowSquares;
        _columnSquares += other._columnSquares;
        _products += other._products;
    }

    /// <summary>An upper bound of the larger eigenvalue that costs little: the sum of both variances, in double precision.</summary>
    public readonly double Spread
    {
        get
        {
            double area = _area;
            double row = _rows / area;
            double column = _columns / area;
            return _rowSquares / area - row * row + (_columnSquares / area - column * column);
        }
    }

    /// <summary>The second central moments, divided by the area: of rows, of columns, and mixed. Free of cancellation.</summary>
    public readonly (double RowRow, double ColumnColumn, double RowColumn) Central
    {
        get
        {
            double square = (double)_area * _area;
            return (
                (double)((Int128)_area * _rowSquares - (Int128)_rows * _rows) / square,
                (double)((Int128)_area * _columnSquares - (Int128)_columns * _columns) / square,
                (double)((Int128)_area * _products - (Int128)_rows * _columns) / square);
        }
    }

    /// <summary>The sum of the squares 0 to n - 1.</summary>
    private static long SquaresBelow(long n) => (n - 1) * n * (2 * n - 1) / 6;
}
