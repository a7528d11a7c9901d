namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>What of a cell is taken for stripe.</summary>
/// <param name="Gain">g: the share, 0 to 1, over the whole section.</param>
/// <param name="Signal">P: the mean energy of the stripes.</param>
/// <param name="Tissue">N: the mean energy of tissue, times the oversubtraction.</param>
/// <param name="Likeness">beta: what of the neighbours' cell is taken away from the section's before.</param>
internal readonly record struct CellGain(double Gain, double Signal, double Tissue, double Likeness)
{
    /// <summary>Below this the share is taken for the whole section alike.</summary>
    private const double LeastLocal = 0.05;

    /// <summary>True where the share may be another one from place to place.</summary>
    public bool IsLocal => Gain > LeastLocal;

    /// <summary><see cref="Likeness"/> in single precision.</summary>
    public float LikenessFactor => (float)Likeness;
}
