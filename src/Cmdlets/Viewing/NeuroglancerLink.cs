using System.Text.Json.Nodes;
using EmTools.Engine;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Cmdlets;

/// <summary>The state of Neuroglancer in which it shows a volume: its middle, as large as a window, with its grey levels.</summary>
internal sealed class NeuroglancerLink
{
    private const double MetresPerNanometre = 1e-9;
    private const int WindowPixels = 1000;

    private readonly string _name;
    private readonly string _protocol;
    private readonly bool _isCentred;
    private readonly VoxelSize _voxel;
    private readonly (int Z, int Y, int X) _shape;
    private readonly (double Lowest, double Highest) _range;

    private NeuroglancerLink(string name, string protocol, bool isCentred, VoxelSize voxel, (int Z, int Y, int X) shape, (double Lowest, double Highest) range)
        => (_name, _protocol, _isCentred, _voxel, _shape, _range) = (name, protocol, isCentred, voxel, shape, range);

    /// <summary>Looks at a volume.</summary>
    /// <exception cref="EmException">It is none that Neuroglancer shows (<c>VolumeNotServed</c>), or cannot be read.</exception>
    public static NeuroglancerLink Of(string path)
    {
        IReadOnlyList<StoredImage> planes = ImageFile.Open(path);
        StoredImage any = planes[0];
        string protocol = any.Format switch
        {
            "OME-Zarr" or "Zarr" => "zarr",
            "Precomputed" => "precomputed",
            "N5" => "n5",
            var format => throw new EmException(EmErrorKind.NotSupported, "VolumeNotServed", $"'{path}' is of the format {format}, which Neuroglancer does not show. Convert it: Read-EmSection | Export-EmVolume volume.zarr.", path),
        };
        string name = System.IO.Path.GetFileNameWithoutExtension(System.IO.Path.TrimEndingDirectorySeparator(path));
        VoxelSize voxel = any.VoxelSize is { } known ? known with { Z = known.Z ?? known.Y } : new VoxelSize(1, 1, 1);
        return new NeuroglancerLink(name, protocol, any.Format == "OME-Zarr", voxel, (planes.Count, any.Height, any.Width), RangeOf(planes));
    }

    /// <summary>The address that shows it.</summary>
    /// <param name="viewer">Neuroglancer's page.</param>
    /// <param name="address">Where the volume is served.</param>
    public string To(string viewer, string address)
    {
        // In OME-Zarr a whole number is the middle of a voxel; elsewhere it is where a voxel begins.
        double middle = _isCentred ? 0 : 0.5;
        var state = new JsonObject
        {
            ["dimensions"] = new JsonObject
            {
                ["x"] = Metres(_voxel.X),
                ["y"] = Metres(_voxel.Y),
                ["z"] = Metres(_voxel.Z!.Value),
            },
            ["position"] = new JsonArray(_shape.X / 2 + middle, _shape.Y / 2 + middle, _shape.Z / 2 + middle),
            ["crossSectionScale"] = Math.Max(1.0, Math.Max(_shape.X, _shape.Y) / (double)WindowPixels),
            ["layers"] = new JsonArray(new JsonObject
            {
                ["type"] = "image",
                ["name"] = _name,
                ["source"] = $"{_protocol}://{address}",
                ["shaderControls"] = new JsonObject { ["normalized"] = new JsonObject { ["range"] = new JsonArray(_range.Lowest, _range.Highest) } },
            }),
            ["layout"] = "4panel",
        };
        return $"{viewer}#!{Uri.EscapeDataString(state.ToJsonString())}";
    }

    private static JsonArray Metres(double nanometres) => new(nanometres * MetresPerNanometre, "m");

    /// <summary>All levels of 8 bits; of others those between the first and the last hundredth of some rows in the middle.</summary>
    private static (double Lowest, double Highest) RangeOf(IReadOnlyList<StoredImage> planes)
    {
        if (planes[0].PixelType == PixelType.UInt8)
            return (0, byte.MaxValue);
        const int Most = 100_000;
        const int Rows = 16;
        StoredImage middle = planes[planes.Count / 2];
        int rows = Math.Min(Rows, middle.Height);
        using Plane<float> plane = PlaneConversion.ToSingle(middle.ReadRows((middle.Height - rows) / 2, rows, EvaluationContext.Default), invert: false, EvaluationContext.Default);
        float[] values = [.. Enumerable.Range(0, rows).SelectMany(y => plane.Row(y).ToArray()).Where(float.IsFinite).Take(Most).Order()];
        if (values.Length == 0)
            return (0, 1);
        (double lowest, double highest) = (values[values.Length / 100], values[values.Length - 1 - values.Length / 100]);
        return highest > lowest ? (lowest, highest) : (lowest, lowest + 1);
    }
}
