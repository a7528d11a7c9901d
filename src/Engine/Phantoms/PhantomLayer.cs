namespace EmTools.Engine.Phantoms;

/// <summary>What a phantom's section is made of. The raw section, turned back, is the sum of them all and the section's offset.</summary>
public enum PhantomLayer
{
    /// <summary>The tissue: what restoring is to bring back. Mean about 28000 grey levels.</summary>
    Truth,

    /// <summary>The uneven brightness, without the polynomial's constant term.</summary>
    Background,

    /// <summary>Curtain stripes.</summary>
    Stripes,

    /// <summary>The noise.</summary>
    Noise,
}
