namespace EmTools.Engine.Filters.Enhancing;

/// <summary>What the band's detail is averaged with before it is added.</summary>
public enum EnhanceMethod
{
    /// <summary>Neighbours of the same sign.</summary>
    SameSign,

    /// <summary>Nothing: the band itself.</summary>
    Simple,

    /// <summary>All neighbours.</summary>
    LowPass,
}

/// <summary>Which grey levels are enhanced.</summary>
public enum EnhanceRangeRule
{
    /// <summary>Those between the local means of the pixels below and above the low-pass.</summary>
    Auto,

    /// <summary>Those below the local mean of the darker pixels.</summary>
    Left,

    /// <summary>Those below the local mean of the brighter pixels.</summary>
    Right,

    /// <summary>Those near the local mean: with the S-curve, below it.</summary>
    Mean,

    /// <summary>Those near the local mean on either side.</summary>
    Local,

    /// <summary>Those between two given levels.</summary>
    Interval,

    /// <summary>Those near a given level.</summary>
    Centre,
}

/// <summary>How the weight falls outside the range.</summary>
public enum EnhanceCurve
{
    /// <summary>Like a Gaussian.</summary>
    Gaussian,

    /// <summary>Like a sigmoid.</summary>
    Sigmoid,
}

/// <summary>Whether pixels near edges (changes of the band's sign) are enhanced more than others.</summary>
public enum EnhanceDistance
{
    /// <summary>All alike.</summary>
    Ignore,

    /// <summary>Only edges.</summary>
    Edge,

    /// <summary>By the share of edges around the pixel.</summary>
    Convolve,

    /// <summary>By the distance to the nearest edge.</summary>
    Distance,
}
