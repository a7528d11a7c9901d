using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters;

/// <summary>What filters over volumes (lists of sections, neighbours in z) have in common.</summary>
internal static class VolumeFilter
{
    /// <summary>
    /// Runs a filter over a volume in place. Pixels that are NaN stay NaN; for their neighbours they count as their
    /// section's mean.
    /// </summary>
    /// <param name="name">The filter's name, for messages.</param>
    /// <param name="volume">Sections of equal size; nothing is done where there are none.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <param name="compute">The filter, which changes the planes that it is given.</param>
    /// <exception cref="EmException">Sections of different sizes (<c>VolumeSize</c>).</exception>
    public static void Run(string name, IReadOnlyList<Plane<float>> volume, EvaluationContext context, Action<Plane<float>[]> compute)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(context);
        Plane<float>[] planes = [.. volume];
        if (planes.Length == 0)
            return;
        foreach (Plane<float> plane in planes)
        {
            if (plane.Height != planes[0].Height || plane.Width != planes[0].Width)
                throw new EmException(EmErrorKind.InvalidArgument, "VolumeSize", $"{name}: the sections of a volume must have one size; found {planes[0].Height} x {planes[0].Width} and {plane.Height} x {plane.Width} pixels (y, x).");
        }

        var tissue = new Plane<byte>?[planes.Length];
        try
        {
            for (int z = 0; z < planes.Length; z++)
                tissue[z] = MissingPixels.Fill(planes[z], context);
            compute(planes);
            for (int z = 0; z < planes.Length; z++)
                MissingPixels.Restore(planes[z], tissue[z], context);
        }
        finally
        {
            foreach (Plane<byte>? mask in tissue)
                mask?.Dispose();
        }
    }
}
