namespace EmTools.Engine.Phantoms;

/// <summary>Scratch for one tile of tissue, reused from tile to tile.</summary>
internal sealed class TissueTile
{
    /// <summary>Rows of a tile.</summary>
    public const int Height = 32;

    /// <summary>Columns of a tile.</summary>
    public const int Width = 64;

    /// <summary>Where the tile's pixels lie in the bent space of cells.</summary>
    public float[] Z { get; } = new float[Height * Width];

    /// <inheritdoc cref="Z"/>
    public float[] Y { get; } = new float[Height * Width];

    /// <inheritdoc cref="Z"/>
    public float[] X { get; } = new float[Height * Width];

    /// <summary>The number of the nearest seed among <see cref="Candidates"/>.</summary>
    public int[] Nearest { get; } = new int[Height * Width];

    /// <summary>Distance to the cell's membrane in pixels.</summary>
    public float[] Distance { get; } = new float[Height * Width];

    /// <summary>The tissue's grey levels.</summary>
    public float[] Value { get; } = new float[Height * Width];

    /// <summary>A smooth field that tells where membranes lie apart, and where they are dense.</summary>
    public float[] Spread { get; } = new float[Height * Width];

    /// <summary>A smooth field whose zeros are the sheets of the endoplasmic reticulum.</summary>
    public float[] Sheets { get; } = new float[Height * Width];

    /// <summary>Brightness of the cell of each candidate.</summary>
    public float[] Levels { get; set; } = new float[64];

    /// <summary>The seeds near the tile.</summary>
    public CellCandidates Candidates { get; } = new();

    /// <summary>The seeds near a single point.</summary>
    public CellCandidates PointCandidates { get; } = new();
}
