using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>Subtracts the smooth background of a volume from one of its sections, or from a crop of one.</summary>
public sealed class BackgroundStep : SectionStep
{
    /// <summary>To be raised when a pixel that the step gives changes by a bit.</summary>
    internal const int CurrentRevision = 1;

    private readonly BackgroundModel _model;
    private readonly BackgroundVolume _volume;
    private readonly (int Y, int X)? _origin;
    private readonly int _index;

    /// <summary>Makes the step for a section; checks that the section lies in the volume.</summary>
    /// <param name="section">The section that the step will be added to.</param>
    /// <param name="model">The volume's background.</param>
    /// <param name="shape">The whole volume's shape (z, y, x).</param>
    /// <param name="originY">Row of the volume in which the section begins.</param>
    /// <param name="originX">Column of the volume in which the section begins.</param>
    /// <exception cref="EmException">As for the other.</exception>
    public BackgroundStep(EmSection section, BackgroundModel model, VolumeShape shape, int originY, int originX)
        : this(section, model, new BackgroundVolume(shape), (originY, originX))
    {
    }

    /// <summary>Makes the step for a section; checks that the section lies in the volume.</summary>
    /// <param name="section">The section that the step will be added to.</param>
    /// <param name="model">The volume's background.</param>
    /// <param name="whole">The whole volume.</param>
    /// <param name="origin">Where in the volume the section begins, if it is a part of a full one; null for full sections, which must have the volume's size.</param>
    /// <exception cref="EmException">A shape below 1 (<c>VolumeShape</c>), a negative origin (<c>NegativeOrigin</c>), an index outside the volume, or a section that is not of its size or does not fit into it (<c>SectionOutsideVolume</c>).</exception>
    public BackgroundStep(EmSection section, BackgroundModel model, BackgroundVolume whole, (int Y, int X)? origin = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(model);
        VolumeShape volume = whole.Shape;
        (int originY, int originX) = origin ?? (0, 0);
        string name = $"Section {section.Index} ('{section.Name}')";
        if (volume.Depth < 1 || volume.Height < 1 || volume.Width < 1)
            throw new EmException(EmErrorKind.InvalidArgument, "VolumeShape", $"The volume's shape {volume} (z, y, x) is not one: every axis has at least one pixel.", "VolumeShape");
        if (originY < 0 || originX < 0)
            throw new EmException(EmErrorKind.InvalidArgument, "NegativeOrigin", $"{name}: the origin ({originY}, {originX}) (y, x) is negative; it is counted from the volume's first pixel.", "Origin");
        if (section.Index < whole.First || section.Index >= (long)whole.First + volume.Depth)
            throw new EmException(EmErrorKind.InvalidArgument, "SectionOutsideVolume", $"{name} lies {(section.Index < whole.First ? $"before the volume of {volume} (z, y, x), whose first section is {whole.First}" : $"beyond the volume of {volume} (z, y, x), whose last section is {(long)whole.First + volume.Depth - 1}")}. Give the whole volume's shape, or the section's index in it (-Index).", "VolumeShape");
        if ((long)originY + section.Height > volume.Height || (long)originX + section.Width > volume.Width)
            throw new EmException(EmErrorKind.InvalidArgument, "SectionOutsideVolume", $"{name} is {section.Height} x {section.Width} pixels (y, x) and begins at ({originY}, {originX}), so it does not fit into the volume of {volume} (z, y, x). Give the whole volume's shape in the order z, y, x, and the crop's origin in the order y, x.", "VolumeShape");

        if (origin is null && (section.Height != volume.Height || section.Width != volume.Width))
            throw new EmException(EmErrorKind.InvalidArgument, "SectionOutsideVolume", $"{name} is {section.Height} x {section.Width} pixels (y, x), but the volume of {volume} (z, y, x) has sections of {volume.Height} x {volume.Width}: the background of one is not that of the other. Give the shape of the stack that these sections are of, or, for parts of larger sections, where they begin (-Origin).", "VolumeShape");
        _model = model;
        _volume = whole;
        _origin = origin;
        _index = section.Index;
    }

    /// <inheritdoc/>
    public override string Name => "Background";

    internal override IEnumerable<string> Files => _model.File is { } file ? [file.Path] : [];

    /// <inheritdoc/>
    public override int Revision => CurrentRevision;

    /// <inheritdoc/>
    public override RecipeStep ToRecipe() => new BackgroundRecipeStep(_model, _volume, _origin);

    /// <inheritdoc/>
    internal override GreyLevels? LevelsAfter(GreyLevels? before) => LevelsAfter(before, _volume, _model);

    /// <summary>A background whose mean is not left takes it off the level.</summary>
    internal static GreyLevels? LevelsAfter(GreyLevels? before, BackgroundVolume volume, BackgroundModel model)
        => before is null || volume.Mean != 0 ? before : before with { Mean = before.Mean - model.Mean };

    /// <inheritdoc/>
    public override JsonObject Describe()
    {
        var parameters = new JsonObject
        {
            ["VolumeShape"] = new JsonArray(_volume.Shape.Depth, _volume.Shape.Height, _volume.Shape.Width),
            ["Origin"] = new JsonArray(_origin?.Y ?? 0, _origin?.X ?? 0),
            ["Index"] = _index,
        };
        if (_volume.First != 0)
            parameters["FirstIndex"] = _volume.First;
        if (_volume.Mean != 0)
            parameters["Mean"] = _volume.Mean;
        var step = new JsonObject { ["step"] = Name, ["parameters"] = parameters };
        if (_model.File is { } file)
        {
            step["file"] = file.Path;
            step["sha256"] = file.Sha256;
        }
        else
        {
            step["terms"] = new JsonArray([.. _model.Terms.Select(t => new JsonArray(t.PowerZ, t.PowerY, t.PowerX, t.Coefficient))]);
        }

        return step;
    }

    /// <inheritdoc/>
    public override Plane Apply(Plane<float> input, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        try
        {
            Subtraction.Background(input, _model, _volume.Shape, _index - _volume.First, _origin?.Y ?? 0, _origin?.X ?? 0, -_volume.Mean, context);
            return input;
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Parameters => $"{_model.Terms.Length} terms, volume {_volume}";
}
