using System.Collections.Immutable;
using EmTools.Engine.Calibration;

namespace EmTools.Engine.Estimation.Background;

/// <summary>How well a degree predicts boxes that it was not fitted to.</summary>
/// <param name="Degree">The total degree.</param>
/// <param name="Error">Root mean square of the prediction error, outliers counting little, in grey levels.</param>
/// <param name="Spread">Standard error of the mean square's root over the folds, in grey levels.</param>
public readonly record struct DegreeScore(int Degree, double Error, double Spread);

/// <summary>A background model with what is known of its fit.</summary>
public sealed record FittedBackground
{
    /// <summary>The model, as monomials.</summary>
    public required BackgroundModel Model { get; init; }

    /// <summary>Its statistics, those that polyfitn gives; boxes are its pixels.</summary>
    public required BackgroundFit Fit { get; init; }

    /// <summary>The total degree.</summary>
    public required int Degree { get; init; }

    /// <summary>The largest powers of z, y and x where fewer were fitted than were asked for, because the boxes determine no more; else null.</summary>
    public Powers? Lowered { get; init; }

    /// <summary>Boxes that were fitted.</summary>
    public required long Boxes { get; init; }

    /// <summary>Robust standard deviation of what is left of the boxes, in grey levels.</summary>
    public required double Scale { get; init; }

    /// <summary>What share of their weight the boxes lost as outliers, 0 to 1.</summary>
    public required double OutlierShare { get; init; }

    /// <summary>Passes over the boxes.</summary>
    public required int Passes { get; init; }

    /// <summary>Cross-validation of all degrees tried; empty where none was asked for.</summary>
    public ImmutableArray<DegreeScore> Scores { get; init; } = [];
}
