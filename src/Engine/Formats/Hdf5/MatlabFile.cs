using System.Text;
using EmTools.Engine.Files;
using PureHDF;

namespace EmTools.Engine.Formats;

/// <summary>
/// Writes variables as MATLAB's files of version 7.3 hold them, so that <c>load</c> reads them: HDF5 behind a block of 512
/// bytes that says so, every dataset with its class as an attribute. Arrays stand in MATLAB's order, so their shape in the
/// file is the reverse of the shape in MATLAB.
/// </summary>
internal static class MatlabFile
{
    private const int UserBlock = 512;
    private const string Class = "MATLAB_class";

    /// <summary>Strings are stored with the length of the longest class name that is used.</summary>
    private const int StringLength = 6;

    /// <summary>Writes a file, in place of an older one where asked for.</summary>
    /// <param name="path">The destination; its folder is created where it is missing.</param>
    /// <param name="variables">Numeric variables: two-dimensional arrays of float or double.</param>
    /// <param name="cells">Columns of short strings.</param>
    /// <param name="overwrite">Replace a file that is there.</param>
    /// <exception cref="EmException">The destination exists or cannot be written.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Array>> variables, IEnumerable<KeyValuePair<string, string[]>> cells, bool overwrite)
    {
        var content = new H5File();
        foreach ((string name, Array values) in variables)
            content[name] = Of(values, values is float[,] ? "single" : "double");

        var strings = new H5Group();
        foreach ((string name, string[] texts) in cells)
        {
            var references = new H5ObjectReference[texts.Length, 1];
            for (int i = 0; i < texts.Length; i++)
            {
                H5Dataset text = Of(Column(texts[i]), "char");
                text.Attributes["MATLAB_int_decode"] = 2; // characters are stored as numbers of two bytes
                strings[((char)('b' + strings.Count)).ToString()] = text;
                references[i, 0] = new H5ObjectReference(text);
            }

            content[name] = Of(references, "cell");
        }

        if (strings.Count > 0)
            content["#refs#"] = strings;
        using var memory = new MemoryStream();
        content.Write(memory, new H5WriteOptions(DefaultStringLength: StringLength, UserBlockSize: UserBlock));
        byte[] bytes = memory.ToArray();
        Header().CopyTo(bytes, 0);

        using var file = new AtomicFile(path, overwrite);
        try
        {
            file.Stream.Write(bytes);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(file.Path, e);
        }

        file.Commit();
    }

    private static H5Dataset Of(Array values, string type) => new(values) { Attributes = new() { [Class] = type } };

    private static ushort[,] Column(string text)
    {
        var column = new ushort[text.Length, 1];
        for (int i = 0; i < text.Length; i++)
            column[i, 0] = text[i];
        return column;
    }

    /// <summary>116 bytes of text, 8 of zeros, the version 2.0 and the mark of little-endian files. No date: the same model gives the same file.</summary>
    private static byte[] Header()
    {
        var header = new byte[UserBlock];
        Encoding.ASCII.GetBytes("MATLAB 7.3 MAT-file, Platform: EmTools, HDF5 schema 1.00 .".PadRight(116)).CopyTo(header, 0);
        (header[125], header[126], header[127]) = (2, (byte)'I', (byte)'M');
        return header;
    }
}
