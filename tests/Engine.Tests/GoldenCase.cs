using System.Text.Json.Nodes;
using EmTools.Engine.Imaging;
using PureHDF;
using PureHDF.VOL.Native;

namespace EmTools.Engine.Tests;

/// <summary>
/// One case of <c>tests/Golden</c>: the parameters, inputs and outputs of one run of the published package.
/// </summary>
/// <example><code>
/// GoldenCase golden = GoldenCase.Load("background-nan");
/// double offset = (double)golden.Parameters["offset"]!;
/// using var image = golden.Plane&lt;float&gt;("in/image");
/// float[,] expected = golden.Image&lt;float&gt;("out/background");
/// </code></example>
internal sealed class GoldenCase
{
    private readonly string _path;

    private GoldenCase(string name, string path, JsonNode parameters)
    {
        Name = name;
        _path = path;
        Parameters = parameters;
    }

    /// <summary>The folder with the cases, beside the test assembly.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Golden");

    /// <summary>The file's name without its extension.</summary>
    public string Name { get; }

    /// <summary>The parameters under the published package's own names.</summary>
    public JsonNode Parameters { get; }

    /// <summary>Opens the case of that name.</summary>
    public static GoldenCase Load(string name)
    {
        string path = Path.Combine(Folder, name + ".h5");
        using NativeFile file = H5File.OpenRead(path);
        return new GoldenCase(name, path, file.AttributeExists("params") ? JsonNode.Parse(file.Attribute("params").Read<string>())! : JsonNode.Parse(FromAttributes(file).ToJsonString())!); // parsed, numbers are of any type
    }

    /// <summary>Parameters that are attributes of their own: numbers, lists of whole numbers, texts.</summary>
    private static JsonObject FromAttributes(NativeFile file)
        => new(file.Attributes().Select(attribute => KeyValuePair.Create(attribute.Name, (JsonNode?)(attribute.Type.Class switch
        {
            H5DataTypeClass.FixedPoint when attribute.Space.Dimensions.Length > 0 => new JsonArray([.. attribute.Read<long[]>().Select(value => (JsonNode)value)]),
            H5DataTypeClass.FixedPoint => attribute.Read<long>(),
            H5DataTypeClass.FloatingPoint => attribute.Read<double>(),
            _ => attribute.Read<string>(),
        }))));

    /// <summary>The names of the cases that begin with <paramref name="prefix"/>: for theories.</summary>
    public static TheoryData<string> Names(string prefix)
    {
        var names = new TheoryData<string>();
        foreach (string path in Directory.EnumerateFiles(Folder, prefix + "*.h5").Order(StringComparer.Ordinal))
            names.Add(Path.GetFileNameWithoutExtension(path));
        return names;
    }

    /// <summary>True when the case holds the dataset.</summary>
    public bool Has(string dataset)
    {
        using NativeFile file = H5File.OpenRead(_path);
        return file.LinkExists(dataset);
    }

    /// <summary>A dataset's lengths, outermost axis first.</summary>
    public int[] Shape(string dataset)
    {
        using NativeFile file = H5File.OpenRead(_path);
        return Array.ConvertAll(file.Dataset(dataset).Space.Dimensions, d => (int)d);
    }

    /// <summary>A dataset's values in row-major order; <typeparamref name="T"/> is the type it is stored in.</summary>
    public T[] Values<T>(string dataset)
        where T : unmanaged
    {
        using NativeFile file = H5File.OpenRead(_path);
        IH5Dataset data = file.Dataset(dataset);
        unsafe
        {
            Assert.Equal(sizeof(T), data.Type.Size);
        }

        return data.Read<T[]>();
    }

    /// <summary>A 2-D dataset as a (y, x) array.</summary>
    public T[,] Image<T>(string dataset)
        where T : unmanaged
    {
        int[] shape = Shape(dataset);
        Assert.Equal(2, shape.Length);
        T[] values = Values<T>(dataset);
        var image = new T[shape[0], shape[1]];
        Buffer.BlockCopy(values, 0, image, 0, Buffer.ByteLength(image));
        return image;
    }

    /// <summary>A 3-D dataset as a (z, y, x) array.</summary>
    public T[,,] Volume<T>(string dataset)
        where T : unmanaged
    {
        int[] shape = Shape(dataset);
        Assert.Equal(3, shape.Length);
        T[] values = Values<T>(dataset);
        var volume = new T[shape[0], shape[1], shape[2]];
        Buffer.BlockCopy(values, 0, volume, 0, Buffer.ByteLength(volume));
        return volume;
    }

    /// <summary>A 2-D dataset as a plane that the caller owns.</summary>
    public Plane<T> Plane<T>(string dataset)
        where T : unmanaged
        => Imaging.Plane.FromArray(Image<T>(dataset));

    /// <summary>A 3-D dataset (z, y, x) as planes that the caller owns.</summary>
    public Plane<float>[] Planes(string dataset)
    {
        float[,,] volume = Volume<float>(dataset);
        return [.. Enumerable.Range(0, volume.GetLength(0)).Select(z => Section(volume, (y, x) => volume[z, y, x], 1, 2))];
    }

    /// <summary>A 3-D dataset stored as (y, x, z) as planes that the caller owns.</summary>
    public Plane<float>[] PlanesLast(string dataset)
    {
        float[,,] volume = Volume<float>(dataset);
        return [.. Enumerable.Range(0, volume.GetLength(2)).Select(z => Section(volume, (y, x) => volume[y, x, z], 0, 1))];
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static Plane<float> Section(float[,,] volume, Func<int, int, float> pixel, int axisY, int axisX)
    {
        Plane<float> plane = Imaging.Plane.Rent<float>(volume.GetLength(axisY), volume.GetLength(axisX));
        for (int y = 0; y < plane.Height; y++)
        {
            for (int x = 0; x < plane.Width; x++)
                plane.Row(y)[x] = pixel(y, x);
        }

        return plane;
    }
}
