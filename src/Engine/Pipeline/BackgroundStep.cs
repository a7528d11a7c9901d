using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>Subtracts the smooth background of a volume from one of its sections, or from a crop of one.</summary>
public sealed class BackgroundStep : SectionStep
{
    private readonly BackgroundModel _model;
    private readonly VolumeShape _volume;
    private readonly int _originY;
    private readonly int _originX;
    private readonly int _index;

    /// <summary>Makes the step for a section; checks that the section lies in the volume.</summary>
    /// <param name="section">The section that the step will be added to.</param>
    /// <param name="model">The volume's background.</param>
    /// <param name="volume">The whole volume's shape (z, y, x).</param>
    /// <param name="originY">Row of the volume in which the section begins; 0 unless it is a crop.</param>
    /// <param name="originX">Column of the volume in which the section begins; 0 unless it is a crop.</param>
    /// <exception cref="EmException">A shape below 1 (<c>VolumeShape</c>), a negative origin (<c>NegativeOrigin</c>), an index beyond the volume (<c>SectionOutsideVolume</c>), or a section that does not fit into it (<c>SectionOutsideVolume</c>).</exception>
    public BackgroundStep(EmSection section, BackgroundModel model, VolumeShape volume, int originY = 0, int originX = 0)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(model);
        string name = $"Section {section.Index} ('{section.Name}')";
        if (volume.Depth < 1 || volume.Height < 1 || volume.Width < 1)
            throw new EmException(EmErrorKind.InvalidArgument, "VolumeShape", $"The volume's shape {volume} (z, y, x) is not one: every axis has at least one pixel.", "VolumeShape");
        if (originY < 0 || originX < 0)
            throw new EmException(EmErrorKind.InvalidArgument, "NegativeOrigin", $"{name}: the origin ({originY}, {originX}) (y, x) is negative; it is counted from the volume's first pixel.", "Origin");
        if (section.Index >= volume.Depth)
            throw new EmException(EmErrorKind.InvalidArgument, "SectionOutsideVolume", $"{name} lies beyond the volume of {volume} (z, y, x), whose last section is {volume.Depth - 1}. Give the whole volume's shape, or the section's index in it (-Index).", "VolumeShape");
        if ((long)originY + section.Height > volume.Height || (long)originX + section.Width > volume.Width)
            throw new EmException(EmErrorKind.InvalidArgument, "SectionOutsideVolume", $"{name} is {section.Height} x {section.Width} pixels (y, x) and begins at ({originY}, {originX}), so it does not fit into the volume of {volume} (z, y, x). Give the whole volume's shape in the order z, y, x, and the crop's origin in the order y, x.", "VolumeShape");

        _model = model;
        _volume = volume;
        _originY = originY;
        _originX = originX;
        _index = section.Index;
    }

    /// <inheritdoc/>
    public override string Name => "Background";

    internal override IEnumerable<string> Files => _model.File is { } file ? [file.Path] : [];

    /// <inheritdoc/>
    public override RecipeStep ToRecipe() => new BackgroundRecipeStep(_model, _volume, _originY, _originX);

    /// <inheritdoc/>
    public override JsonObject Describe()
    {
        var parameters = new JsonObject
        {
            ["VolumeShape"] = new JsonArray(_volume.Depth, _volume.Height, _volume.Width),
            ["Origin"] = new JsonArray(_originY, _originX),
            ["Index"] = _index,
        };
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
            Subtraction.Background(input, _model, _volume, _index, _originY, _originX, 0, context);
            return input;
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({_model.Terms.Length} terms, volume {_volume})";
}
