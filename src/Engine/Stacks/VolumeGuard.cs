using EmTools.Engine.Files;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Volumes;

namespace EmTools.Engine.Stacks;

/// <summary>Keeps a volume from going over its inputs, over what others have written, and over a volume of other settings.</summary>
internal static class VolumeGuard
{
    /// <summary>Looks before anything is written.</summary>
    /// <param name="work">The volume that is being planned.</param>
    /// <param name="inputs">All files that its sections are made of.</param>
    /// <param name="before">The plan that lies there already, or null.</param>
    /// <param name="replaces">A volume of other settings is to be removed, and is no error.</param>
    /// <exception cref="EmException">The destination is, or lies in, what is read (<c>DestinationIsSource</c>), is no volume of this program (<c>DestinationExists</c>), or one of other settings (<c>VolumeDiffers</c>).</exception>
    public static void Require(VolumeWork work, InputFiles inputs, Plan? before, bool replaces)
    {
        string destination = work.Folder.Destination;
        inputs.RequireNone(destination, "The volume");
        inputs.RequireNoneIn(destination, "The volume");
        if (before is null)
        {
            VolumeBuild.RequireFree(destination);
            return;
        }

        if (before.Header.Work != VolumeWork.Kind)
            throw new EmException(EmErrorKind.AlreadyExists, "DestinationExists", $"'{destination}' holds a stack of another kind ('{before.Header.Work}'). Choose another destination, or remove it.", destination);
        if (!replaces && !before.Header.DoesTheSameAs(work.Plan.Header))
            throw new EmException(EmErrorKind.AlreadyExists, "VolumeDiffers", $"'{destination}' is a volume that was begun with other steps, other settings or other numbers of sections, and the same files cannot belong to both. Choose another destination, or have it removed and written anew.", destination);
    }

    /// <summary>True where a volume lies there that was begun with something else.</summary>
    public static bool IsOther(VolumeWork work)
        => File.Exists(work.Folder.PlanFile) && !Plan.Read(work.Folder.PlanFile).Header.DoesTheSameAs(work.Plan.Header);

    /// <summary>Removes a volume that was begun here, with its bookkeeping; what others have put beside it stays.</summary>
    /// <returns>False where there is none.</returns>
    /// <exception cref="EmException">It is in hand of a process (<c>VolumeInHand</c>), or cannot be removed.</exception>
    public static bool Remove(StackFolder folder)
    {
        if (!File.Exists(folder.PlanFile) || StackWork.Open(folder) is not VolumeWork work)
            return false;
        if (Ledger.Read(folder).Tasks.Any(task => task.IsAlive))
            throw new EmException(EmErrorKind.InvalidArgument, "VolumeInHand", $"A process is at work on '{folder.Destination}'. Wait for it, or end it with Stop-EmStack.", folder.Destination);
        try
        {
            foreach (string entry in work.Entries.Select(name => Path.Combine(folder.Destination, name)))
            {
                if (Directory.Exists(entry))
                    Directory.Delete(entry, recursive: true);
                else
                    File.Delete(entry);
            }

            if (File.Exists(folder.Destination))
                File.Delete(folder.Destination);
            Directory.Delete(folder.Root, recursive: true);
            return true;
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(folder.Destination, e);
        }
    }
}
