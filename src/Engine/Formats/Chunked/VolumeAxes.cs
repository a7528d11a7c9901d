namespace EmTools.Engine.Formats;

/// <summary>Which axis of an array is z, y and x, and where it is cut along the others.</summary>
/// <param name="Z">The number of the axis of sections; -1 for an image of one section.</param>
/// <param name="Y">The number of the axis of rows.</param>
/// <param name="X">The number of the axis of columns.</param>
/// <param name="Fixed">Which index is read along each axis; 0 along z, y and x.</param>
internal sealed record VolumeAxes(int Z, int Y, int X, long[] Fixed)
{
    private const int MostAxes = 5;

    private static readonly string[] s_names = ["t", "c", "z", "y", "x"];

    /// <summary>The axes of an array: the last three unless their names say otherwise; others, of which one index is read, must have length 1 or be chosen.</summary>
    /// <param name="path">The array, for errors.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="names">The names of its axes, or null.</param>
    /// <param name="choice">Indices chosen along other axes, by name.</param>
    /// <exception cref="EmException">It has no y and x, too many axes, or several indices along another.</exception>
    public static VolumeAxes Of(string path, long[] shape, string[]? names, IReadOnlyDictionary<string, long> choice)
    {
        if (shape.Length is < 2 or > MostAxes)
            throw VolumeErrors.NotSupported(path, $"it has {shape.Length} axes, where sections need 2 (y, x) to {MostAxes} (t, c, z, y, x)", "Choose another dataset (-Dataset).");
        names ??= DefaultNames(shape.Length);
        int z = Array.IndexOf(names, "z"), y = Array.IndexOf(names, "y"), x = Array.IndexOf(names, "x");
        if (y < 0 || x < 0)
            throw VolumeErrors.NotSupported(path, $"its axes are called {string.Join(", ", names)}, and none of them y or x", "Name the axes of sections z, y and x.");
        long[] indices = new long[shape.Length];
        foreach ((string name, long index) in choice)
        {
            int axis = Array.IndexOf(names, name);
            if (axis < 0 || axis == z || axis == y || axis == x || index < 0 || index >= shape[axis])
                throw new EmException(EmErrorKind.InvalidArgument, "NoSuchIndex", $"'{path}' has no index {name}={index}: its axes are {Describe(names, shape)}. Choose another (-Dataset).", path);
            indices[axis] = index;
        }

        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (axis != z && axis != y && axis != x && shape[axis] != 1 && !choice.ContainsKey(names[axis]))
                throw new EmException(EmErrorKind.InvalidArgument, "SeveralDatasets", $"'{path}' has {shape[axis]} volumes along axis {names[axis]} ({Describe(names, shape)}). Choose one of them, for example with -Dataset '[{names[axis]}=0]' behind the dataset's name.", path);
        }

        return new VolumeAxes(z, y, x, indices);
    }

    /// <summary>The value of each axis for z, y and x.</summary>
    public (T Z, T Y, T X) Of<T>(IReadOnlyList<T> values, T none) => (Z < 0 ? none : values[Z], values[Y], values[X]);

    private static string[] DefaultNames(int count) => s_names[(MostAxes - count)..];

    private static string Describe(string[] names, long[] shape) => string.Join(", ", names.Zip(shape, (name, length) => $"{name} of length {length}"));
}
