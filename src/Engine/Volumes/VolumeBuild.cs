using EmTools.Engine.Files;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Volumes;

/// <summary>Writes a volume at once, of sections that need be no files: without a plan, so it cannot be taken up where it ended.</summary>
public static class VolumeBuild
{
    /// <summary>Writes a volume.</summary>
    /// <param name="sections">The sections, in any order.</param>
    /// <param name="destination">The volume's folder or file; nothing is there.</param>
    /// <param name="choice">What kind of volume.</param>
    /// <param name="voxelSize">The size of a voxel; null for the sections' own.</param>
    /// <param name="context">Threads, cancellation, progress and notices.</param>
    /// <exception cref="EmException">Sections that do not fit together, what <see cref="VolumeChoice.For"/> refuses, a section that cannot be computed, or a destination that exists (<c>DestinationExists</c>) or cannot be written. Nothing is left then.</exception>
    public static void Write(IReadOnlyCollection<EmSection> sections, string destination, VolumeChoice choice, Imaging.VoxelSize? voxelSize, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(sections);
        ArgumentException.ThrowIfNullOrEmpty(destination);
        ArgumentNullException.ThrowIfNull(choice);
        ArgumentNullException.ThrowIfNull(context);
        destination = Path.GetFullPath(destination);
        var input = new VolumeInput();
        foreach (EmSection section in sections)
            input.Add(section);
        VolumeSettings settings = input.Settings(choice, voxelSize);
        RequireFree(destination);
        string scratch = $"{destination}.{Guid.NewGuid():N}{AtomicFile.Extension}";
        var store = VolumeStore.Of(settings, destination, scratch, () => input.Provenance(destination, null, input.Missing.Count == 0 ? null : string.Join(",", input.Missing)));
        Dictionary<int, EmSection> byIndex = sections.ToDictionary(section => section.Place);
        bool complete = false;
        try
        {
            store.Prepare();
            var results = new List<BlockResult>();
            for (int i = 0; i < store.Blocks.Count; i++)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                context.OnStage?.Invoke(new StageStart(store.LabelOf(store.Blocks[i]), i, store.Blocks.Count));
                results.Add(store.Build(store.Blocks[i], byIndex.GetValueOrDefault, context));
            }

            store.Complete(results);
            complete = true;
        }
        finally
        {
            Remove(scratch);
            if (!complete)
                Remove(destination);
        }
    }

    /// <summary>Refuses a destination where something is; an empty folder is nothing.</summary>
    /// <exception cref="EmException">There is (<c>DestinationExists</c>).</exception>
    internal static void RequireFree(string destination)
    {
        try
        {
            if (File.Exists(destination) || (Directory.Exists(destination) && Directory.EnumerateFileSystemEntries(destination).Any()))
                throw new EmException(EmErrorKind.AlreadyExists, "DestinationExists", $"'{destination}' exists, and is no volume that was begun here. Choose another destination, or remove it.", destination);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(destination, e);
        }
    }

    private static void Remove(string path)
    {
        try
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else
                File.Delete(path);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            // What brought us here is on its way to the user.
        }
    }
}
