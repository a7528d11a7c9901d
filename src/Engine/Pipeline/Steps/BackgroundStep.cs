using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>Subtracts the smooth background of a volume from its sections, or from crops of them.</summary>
public sealed record BackgroundStep : SectionStep
{
    /// <summary>To be raised when a pixel that the step gives changes by a bit.</summary>
    internal const int CurrentRevision = 1;

    internal const string Kind = "Background";

    private const string VolumeName = "VolumeShape";
    private const string OriginName = "Origin";
    private const string FirstName = "FirstIndex";
    private const string MeanName = "Mean";

    private readonly BackgroundModel _model;
    private readonly BackgroundVolume _volume;
    private readonly (int Y, int X)? _origin;
    private readonly int? _index; // of the section that the step is bound to

    /// <summary>Makes the step for crops of one place.</summary>
    /// <param name="model">The volume's background.</param>
    /// <param name="shape">The whole volume's shape (z, y, x).</param>
    /// <param name="originY">Row of the volume in which the sections begin.</param>
    /// <param name="originX">Column of the volume in which the sections begin.</param>
    public BackgroundStep(BackgroundModel model, VolumeShape shape, int originY, int originX)
        : this(model, new BackgroundVolume(shape), (originY, originX))
    {
    }

    /// <summary>Makes the step.</summary>
    /// <param name="model">The volume's background.</param>
    /// <param name="whole">The whole volume.</param>
    /// <param name="origin">Where in the volume the sections begin, if they are parts of full ones; null for full sections, which must have the volume's size.</param>
    public BackgroundStep(BackgroundModel model, BackgroundVolume whole, (int Y, int X)? origin = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _volume, _origin) = (model, whole, origin);
    }

    /// <inheritdoc/>
    public override string Name => Kind;

    /// <inheritdoc/>
    public override int Revision => CurrentRevision;

    /// <inheritdoc/>
    public override bool CanBeSaved => _model.File is not null;

    internal override IEnumerable<string> Files => _model.File is { } file ? [file.Path] : [];

    /// <inheritdoc/>
    public override string Parameters => $"{_model.Terms.Length} terms, volume {_volume}{(_model.File is { } file ? $", {file.Path}" : "")}";

    /// <summary>The step for a section; checks that it lies in the volume.</summary>
    /// <exception cref="EmException">A shape below 1 (<c>VolumeShape</c>), a negative origin (<c>NegativeOrigin</c>), an index outside the volume, or a section that is not of its size or does not fit into it (<c>SectionOutsideVolume</c>).</exception>
    public override SectionStep Bind(EmSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        VolumeShape volume = _volume.Shape;
        SectionFrame frame = section.Frame;
        string name = $"{section.Title}";
        if (volume.Depth < 1 || volume.Height < 1 || volume.Width < 1)
            throw new EmException(EmErrorKind.InvalidArgument, "VolumeShape", $"The volume's shape {volume} (z, y, x) is not one: every axis has at least one pixel.", VolumeName);
        if (frame.Factor != 1)
            throw new EmException(EmErrorKind.InvalidArgument, "BackgroundAfterBin", $"{name} was binned by {frame.Factor} before, and the background belongs to the pixels as they were read. Subtract it first, then bin.", Kind);

        // A volume of the size of the crops is that of the crops; else places are counted as before the crop.
        (int fullHeight, int fullWidth) = section.SizeIn(volume);
        bool ownVolume = _origin is null && (fullHeight, fullWidth) == (section.Height, section.Width);
        (int givenY, int givenX) = _origin ?? (0, 0);
        (int originY, int originX) = ownVolume ? (0, 0) : (givenY + frame.Y, givenX + frame.X);
        if (givenY < 0 || givenX < 0)
            throw new EmException(EmErrorKind.InvalidArgument, "NegativeOrigin", $"{name}: the origin ({givenY}, {givenX}) (y, x) is negative; it is counted from the volume's first pixel.", OriginName);
        if (section.Place < _volume.First || section.Place >= (long)_volume.First + volume.Depth)
            throw Outside($"{name} lies {(section.Place < _volume.First ? $"before the volume of {volume} (z, y, x), whose first section is {_volume.First}" : $"beyond the volume of {volume} (z, y, x), whose last section is {(long)_volume.First + volume.Depth - 1}")}. Give the whole volume's shape, or the section's index in it (-Index).");
        if ((long)originY + section.Height > volume.Height || (long)originX + section.Width > volume.Width)
            throw Outside($"{name} is {section.Height} x {section.Width} pixels (y, x) and begins at ({originY}, {originX}), so it does not fit into the volume of {volume} (z, y, x). Give the whole volume's shape in the order z, y, x, and the crop's origin in the order y, x.");
        if (_origin is null && (fullHeight, fullWidth) != (volume.Height, volume.Width))
            throw Outside($"{name} is {fullHeight} x {fullWidth} pixels (y, x){(ownVolume || frame.IsWhole(section.Height, section.Width) ? "" : " before it was cropped")}, but the volume of {volume} (z, y, x) has sections of {volume.Height} x {volume.Width}: the background of one is not that of the other. Give the shape of the stack that these sections are of, or, for parts of larger sections, where they begin (-Origin).");
        return new BackgroundStep(this, section.Place, (originY, originX));

        static EmException Outside(string message) => new(EmErrorKind.InvalidArgument, "SectionOutsideVolume", message, VolumeName);
    }

    private BackgroundStep(BackgroundStep step, int index, (int Y, int X) origin)
        : this(step._model, step._volume, origin)
        => (_index, Unbound) = (index, step.Unbound);

    /// <inheritdoc/>
    public override Plane Apply(Plane<float> input, EvaluationContext context)
    {
        Subtraction.Background(input, _model, _volume.Shape, _index!.Value - _volume.First, _origin?.Y ?? 0, _origin?.X ?? 0, -_volume.Mean, context);
        return input;
    }

    /// <summary>A background whose mean is not left takes it off the level.</summary>
    internal override GreyLevels? LevelsAfter(GreyLevels? before)
        => before is null || _volume.Mean != 0 ? before : before with { Mean = before.Mean - _model.Mean };

    /// <inheritdoc/>
    protected override JsonObject ToJson(StepForm form)
    {
        var parameters = new JsonObject { [VolumeName] = new JsonArray(_volume.Shape.Depth, _volume.Shape.Height, _volume.Shape.Width) };
        if (_origin is not null || form != StepForm.Recipe)
            parameters[OriginName] = new JsonArray(_origin?.Y ?? 0, _origin?.X ?? 0);
        if (form == StepForm.Output)
            parameters["Index"] = _index;
        if (_volume.First != 0)
            parameters[FirstName] = _volume.First;
        if (_volume.Mean != 0)
            parameters[MeanName] = _volume.Mean;
        if (_model.File is null && form != StepForm.Output)
            throw new EmException(EmErrorKind.InvalidArgument, "ModelNotAFile", "The background model of this pipeline was made in memory; a recipe can only hold one that is a file. Save it, and read it from there.", Kind);
        JsonObject step = Json(parameters, _model.File);
        if (_model.File is null)
            step["terms"] = new JsonArray([.. _model.Terms.Select(t => new JsonArray(t.PowerZ, t.PowerY, t.PowerX, t.Coefficient))]);
        return step;
    }

    internal static BackgroundStep Read(RecipeJson json)
    {
        json.AllowOnly(RecipeJson.StepName, RecipeJson.ParametersName, RecipeJson.FileName, RecipeJson.HashName);
        json.AllowOnlyParameters(VolumeName, OriginName, FirstName, MeanName);
        VolumeShape? shape = json.Integers(VolumeName, 3) is { } axes ? new VolumeShape(axes[0], axes[1], axes[2]) : null;
        (int, int)? origin = json.Integers(OriginName, 2) is { } corner ? (corner[0], corner[1]) : null;
        var model = BackgroundModel.Read(json.File().Path);

        // A recipe that names just this model was made with its volume. One that takes whatever model is in the folder takes
        // the folder's stack, whatever volume it was written for: a model's coordinates are its own stack's.
        BackgroundVolume? volume = json.InContext(() => BackgroundVolume.For(json.Has(RecipeJson.HashName) ? shape : null, model));
        if (json.Parameters.ContainsKey(MeanName) || json.Parameters.ContainsKey(FirstName))
            volume = new BackgroundVolume(shape ?? throw Incomplete(), json.Parameters.ContainsKey(FirstName) ? json.Integer(FirstName) : 0, json.Number(MeanName, 0));
        return new(model, volume ?? new BackgroundVolume(shape ?? throw Incomplete()), origin);

        EmException Incomplete() => json.Error("RecipeIncomplete", $"-{VolumeName} (z, y, x) is missing, and no {CalibratedVolume.FileName} beside the model tells it");
    }
}
