namespace EmTools.Engine.Calibration;

/// <summary>The volume that a background model's coordinates run over, and what is left of the model's mean.</summary>
/// <param name="Shape">The whole volume's shape (z, y, x).</param>
/// <param name="First">The index of its first section; 0 unless the stack was calibrated as one that begins later.</param>
/// <param name="Mean">What of the background is not subtracted, in grey levels: its mean over the tissue, so that the level stays where the offsets put it; 0 as published.</param>
public readonly record struct BackgroundVolume(VolumeShape Shape, int First = 0, double Mean = 0)
{
    /// <summary>The volume of a model that Measure-EmStack made.</summary>
    public static BackgroundVolume Of(CalibratedVolume stack, BackgroundModel model)
    {
        ArgumentNullException.ThrowIfNull(stack);
        ArgumentNullException.ThrowIfNull(model);
        return new BackgroundVolume(stack.Volume, stack.First, stack.BackgroundMean ?? model.Mean);
    }

    /// <summary>A volume's shape as it is given, for a model in a file; where the file lies in a folder that Measure-EmStack made, that stack's, which it must not contradict.</summary>
    /// <param name="shape">The shape that was given, or null.</param>
    /// <param name="model">The model.</param>
    /// <returns>The volume; null where no shape was given and the folder tells of none.</returns>
    /// <exception cref="EmException">The folder's stack has another shape (<c>CalibrationOfAnotherStack</c>).</exception>
    public static BackgroundVolume? For(VolumeShape? shape, BackgroundModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.File is not { } file || CalibratedVolume.Beside(file.Path) is not { } stack)
            return shape is { } given ? new BackgroundVolume(given) : null;
        if (shape is { } other && other != stack.Volume && other != stack.Volume with { Depth = stack.End })
            throw new EmException(EmErrorKind.InvalidArgument, "CalibrationOfAnotherStack", $"The volume's shape {other} (z, y, x) is not that of '{file.Path}', which Measure-EmStack made of a stack of {stack.Volume}: the model's coordinates run over that stack. Leave the shape out and give the folder (-Calibration).", file.Path);
        return Of(stack, model);
    }

    /// <inheritdoc/>
    public override string ToString() => Shape.ToString();
}
