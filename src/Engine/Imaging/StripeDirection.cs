namespace EmTools.Engine.Imaging;

/// <summary>Which way the stripes run.</summary>
public enum StripeDirection
{
    /// <summary>Along y: curtains, as ion milling leaves them.</summary>
    Vertical,

    /// <summary>Along x.</summary>
    Horizontal,
}
