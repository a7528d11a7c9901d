namespace EmTools.Engine.Estimation.Background;

/// <summary>Which polynomial is fitted.</summary>
public sealed record BackgroundFitOptions
{
    /// <summary>Largest sum of the exponents, 0 to 10; default 3. With <see cref="SelectDegree"/>, the largest that is tried.</summary>
    public int Degree { get; init; } = 3;

    /// <summary>Largest exponent of z, or null for the degree.</summary>
    public int? DegreeZ { get; init; }

    /// <summary>Largest exponent of y, or null for the degree.</summary>
    public int? DegreeY { get; init; }

    /// <summary>Largest exponent of x, or null for the degree.</summary>
    public int? DegreeX { get; init; }

    /// <summary>Choose the degree by cross-validation; default no.</summary>
    public bool SelectDegree { get; init; }

    /// <summary>Most passes over the boxes to find the weights, 1 to 100; default 25.</summary>
    public int Passes { get; init; } = 25;

    /// <summary>Checks every value.</summary>
    /// <exception cref="EmException">A value out of its range; the message names it.</exception>
    public void Check()
    {
        Require(nameof(Degree), Degree, 0, 10);
        Require(nameof(DegreeZ), DegreeZ ?? 0, 0, 10);
        Require(nameof(DegreeY), DegreeY ?? 0, 0, 10);
        Require(nameof(DegreeX), DegreeX ?? 0, 0, 10);
        Require(nameof(Passes), Passes, 1, 100);
    }

    private static void Require(string name, int value, int minimum, int maximum)
    {
        if (value < minimum || value > maximum)
            throw new EmException(EmErrorKind.InvalidArgument, "BackgroundOption", $"{name} must be {minimum} to {maximum}, but is {value}.", name);
    }
}
