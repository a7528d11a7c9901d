using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>How a chunk is written.</summary>
public sealed record ChunkOptions
{
    /// <summary>Write 255 - v or 65535 - v in place of v.</summary>
    public bool Invert { get; init; }

    /// <summary>Axes along which the chunk is mirrored.</summary>
    public ChunkFlip Flip { get; init; }

    /// <summary>The dataset's name in an HDF5 file.</summary>
    public string Dataset { get; init; } = "data";

    /// <summary>Replace files that are there.</summary>
    public bool Overwrite { get; init; }
}

/// <summary>Cuts a box out of a stack and writes it to an HDF5 file or to a folder of TIFFs.</summary>
public static class ChunkWriter
{
    /// <summary>A plane is one chunk of the file, and is handed over as one array.</summary>
    private const long MostBytesOfAPlane = int.MaxValue - 64;

    /// <summary>Where ilastik and others look for the size of a voxel: z, y, x in micrometres.</summary>
    private const string VoxelAttribute = "element_size_um";

    private const double NanometresPerMicrometre = 1000;

    /// <summary>Writes a box to one HDF5 dataset of shape (z, y, x), a plane a chunk, gzip; its attribute <c>origin</c> holds the box's origin, and <c>element_size_um</c> the size of a voxel (z, y, x) where it is known.</summary>
    /// <param name="stack">Sections of a stack, in any order; those outside the box are left out.</param>
    /// <param name="box">The box.</param>
    /// <param name="path">The destination.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="context">Threads and cancellation. Sections are read side by side, as many as there are threads.</param>
    /// <exception cref="EmException">Sections do not fit the box, cannot be read, or the file cannot be written.</exception>
    public static void WriteHdf5(IEnumerable<EmSection> stack, ChunkBox box, string path, ChunkOptions options, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        EmSection[] sections = Select(stack, box, options);
        RequireNoInput(sections, [path]);
        switch (sections[0].PixelType)
        {
            case PixelType.UInt8:
                WriteHdf5<byte>(sections, box, path, options, context);
                break;
            case PixelType.UInt16:
                WriteHdf5<ushort>(sections, box, path, options, context);
                break;
            default:
                WriteHdf5<float>(sections, box, path, options, context);
                break;
        }
    }

    /// <summary>Writes a box to a folder of TIFFs, named by their place in the box from 0: 00000.tif.</summary>
    /// <param name="stack">Sections of a stack, in any order; those outside the box are left out.</param>
    /// <param name="box">The box.</param>
    /// <param name="folder">The destination; created where it is missing.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <returns>The files, in order.</returns>
    /// <exception cref="EmException">Sections do not fit the box, cannot be read, or a file exists or cannot be written.</exception>
    public static IReadOnlyList<string> WriteTiffs(IEnumerable<EmSection> stack, ChunkBox box, string folder, ChunkOptions options, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        EmSection[] sections = Select(stack, box, options);
        string[] paths = [.. sections.Select((_, z) => System.IO.Path.Combine(System.IO.Path.GetFullPath(folder), $"{z:00000}.tif"))];
        foreach (string path in paths)
            AtomicFile.RequireFree(path, options.Overwrite);
        RequireNoInput(sections, paths);
        InOrder(sections, box, options, context, (z, plane) =>
        {
            JsonObject description = Provenance.Describe(sections[z]);
            description["chunk"] = Describe(box, options);
            var write = new TiffWriteOptions
            {
                Tags = Provenance.Tags(sections[z]) with { ImageDescription = description.ToJsonString() },
                OtherTags = Provenance.OtherTags(sections[z]),
                Overwrite = options.Overwrite,
            };
            TiffWriter.Write(paths[z], plane, write, context);
        });
        return paths;
    }

    private static EmSection[] Select(IEnumerable<EmSection> stack, ChunkBox box, ChunkOptions options)
    {
        ArgumentNullException.ThrowIfNull(stack);
        EmSection[] sections = box.Select(stack);
        if (sections.Length == 0)
            throw new EmException(EmErrorKind.InvalidArgument, "ChunkSections", "The box holds no section; give it at least one in z.", "Size");
        if (options.Invert && sections[0].PixelType == PixelType.Single)
            throw new EmException(EmErrorKind.InvalidArgument, "InvertFloat", "The sections hold 32-bit floats, which have no largest value to invert from; export them without inversion.", "Invert");
        if (options.Flip.HasFlag(ChunkFlip.Z))
            Array.Reverse(sections);
        return sections;
    }

    private static void RequireNoInput(EmSection[] sections, string[] destinations)
    {
        string[] there = [.. destinations.Where(File.Exists)];
        var inputs = new InputFiles();
        foreach (EmSection section in sections)
            inputs.Add(section);
        inputs.RequireOutside(destinations[0], "The box");
        foreach (string destination in there)
            inputs.RequireNone(destination, "The box");
    }

    private static void WriteHdf5<T>(EmSection[] sections, ChunkBox box, string path, ChunkOptions options, EvaluationContext context)
        where T : unmanaged
    {
        if ((long)box.Height * box.Width * Unsafe.SizeOf<T>() > MostBytesOfAPlane)
            throw new EmException(EmErrorKind.NotSupported, "ChunkTooLarge", $"A plane of {box.Height} x {box.Width} {typeof(T).Name} pixels is {(long)box.Height * box.Width * Unsafe.SizeOf<T>() / 1e9:0.0} GB; an HDF5 file takes at most 2.1 GB a plane here. Cut the box into several in y or x, or give a folder for TIFFs.", path);
        List<KeyValuePair<string, object>> attributes =
        [
            new("origin", new[] { box.Z, box.Y, box.X }),
            new("software", Provenance.Software),
            new("description", Describe(box, options).ToJsonString()),
        ];
        if (sections[0].VoxelSize is { Z: { } z } voxel)
            attributes.Add(new(VoxelAttribute, new[] { z / NanometresPerMicrometre, voxel.Y / NanometresPerMicrometre, voxel.X / NanometresPerMicrometre }));
        using var writer = new Hdf5VolumeWriter<T>(path, options.Dataset, (sections.Length, box.Height, box.Width), (1, box.Height, box.Width), gzip: true, attributes, options.Overwrite);
        var pixels = new T[box.Height * box.Width];
        InOrder(sections, box, options, context, (z, plane) =>
        {
            for (int y = 0; y < plane.Height; y++)
                ((Plane<T>)plane).Row(y).CopyTo(pixels.AsSpan(y * plane.Width));
            writer.Write(new VoxelBox(z, 0, 0, 1, box.Height, box.Width), pixels);
        });
        writer.Complete();
    }

    /// <summary>Computes the sections' parts side by side and hands them on in order.</summary>
    private static void InOrder(EmSection[] sections, ChunkBox box, ChunkOptions options, EvaluationContext context, Action<int, Plane> write)
    {
        // Sections that are only read wait for the disk, so several are read at a time; steps use all threads on one.
        int ahead = sections.Any(s => !s.Steps.IsEmpty) ? 1 : Math.Clamp(context.Threads, 1, 8);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.Cancellation);
        var inner = new EvaluationContext { Threads = ahead == 1 ? context.Threads : 1, Cancellation = over.Token, OnNotice = context.OnNotice };
        var running = new Queue<Task<Plane>>();
        int started = 0;
        try
        {
            for (int z = 0; z < sections.Length; z++)
            {
                for (; started < Math.Min(sections.Length, z + ahead); started++)
                {
                    EmSection section = sections[started];
                    running.Enqueue(Task.Run(() => Part(section, box, options, inner)));
                }

                context.Cancellation.ThrowIfCancellationRequested();
                context.OnStage?.Invoke(new StageStart($"Section {sections[z].Place}", z, sections.Length));
                using Plane plane = running.Dequeue().GetAwaiter().GetResult();
                write(z, plane);
            }
        }
        finally
        {
            // Those that were begun for nothing end soon, and their planes come back before this does.
            over.Cancel();
            foreach (Task<Plane> task in running)
            {
                Task.WaitAny(task);
                if (task.IsCompletedSuccessfully)
                    task.Result.Dispose();
            }
        }
    }

    private static Plane Part(EmSection section, ChunkBox box, ChunkOptions options, EvaluationContext context)
    {
        using Plane whole = section.Compute(context);
        if (context.OnNotice is { } tell && ResultWatch.Find(section, PixelLevels.Of(whole)) is { } notice)
            tell(notice);
        Region region = box.In(section);
        return Plane.Make(whole.PixelType, box.Height, box.Width, part =>
        {
            switch (whole)
            {
                case Plane<byte> bytes:
                    Cut(bytes, (Plane<byte>)part, region, options.Flip);
                    break;
                case Plane<ushort> words:
                    Cut(words, (Plane<ushort>)part, region, options.Flip);
                    break;
                default:
                    Cut((Plane<float>)whole, (Plane<float>)part, region, options.Flip);
                    break;
            }

            if (options.Invert)
                PlaneConversion.Invert(part, context);
        });
    }

    private static void Cut<T>(Plane<T> from, Plane<T> part, Region region, ChunkFlip flip)
        where T : unmanaged
    {
        for (int y = 0; y < region.Height; y++)
        {
            Span<T> row = part.Row(flip.HasFlag(ChunkFlip.Y) ? region.Height - 1 - y : y);
            from.Row(region.Y + y).Slice(region.X, region.Width).CopyTo(row);
            if (flip.HasFlag(ChunkFlip.X))
                row.Reverse();
        }
    }

    private static JsonObject Describe(ChunkBox box, ChunkOptions options) => new()
    {
        ["start"] = new JsonArray(box.Z, box.Y, box.X),
        ["size"] = new JsonArray(box.Depth, box.Height, box.Width),
        ["inverted"] = options.Invert,
        ["flipped"] = options.Flip.ToString(),
    };
}
