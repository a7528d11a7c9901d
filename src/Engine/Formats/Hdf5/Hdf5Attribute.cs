using System.Text;

namespace EmTools.Engine.Formats;

/// <summary>Numbers that an HDF5 object carries as attributes.</summary>
internal static class Hdf5Attribute
{
    private const int MostNumbers = 64;

    /// <summary>The numbers of an attribute; null where there is none of that name, or it holds something else.</summary>
    public static double[]? Numbers(Hdf5File file, Hdf5ObjectHeader header, string name)
    {
        foreach (byte[] message in header.All(Hdf5ObjectHeader.Attribute))
        {
            const int Shared = 3;
            var cursor = new Hdf5Cursor(file, message, "an attribute");
            int version = cursor.Byte(), flags = cursor.Byte();
            if (version is < 1 or > 3 || (version > 1 && (flags & Shared) != 0))
                continue; // not read
            long nameBytes = cursor.Number(2), typeBytes = cursor.Number(2), spaceBytes = cursor.Number(2);
            cursor.Skip(version == 3 ? 1 : 0);
            int Padded(long bytes) => (int)(version == 1 ? (bytes + 7) / 8 * 8 : bytes);
            string found = Encoding.UTF8.GetString(cursor.Take(Padded(nameBytes))).TrimEnd('\0');
            byte[] type = cursor.Take(Padded(typeBytes)).ToArray(), space = cursor.Take(Padded(spaceBytes)).ToArray();
            if (found != name || Hdf5Number.Read(file, type, out _) is not { } number)
                continue;
            (long[] shape, _) = Hdf5Dataset.Dimensions(file, space);
            double count = shape.Aggregate(1.0, (product, length) => product * length);
            return count <= MostNumbers && cursor.Left >= count * number.Size ? number.ToDoubles(cursor.Take((long)count * number.Size)) : null;
        }

        return null;
    }
}
