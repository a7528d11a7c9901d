using System.Text.Json;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Stacks;

/// <summary>
/// Asks the processes of a stack to end, by a file that they look for: wherever they run, each ends itself, cleanly, and nothing
/// else can be hit.
/// </summary>
/// <param name="UpToRun">Runs up to this number are to end; later ones go on.</param>
/// <param name="At">When it was asked (UTC).</param>
public sealed record StopRequest(int UpToRun, DateTime At)
{
    /// <summary>Asks all runs that there are to end.</summary>
    /// <exception cref="EmException">The request cannot be written.</exception>
    public static void Make(StackFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var request = new StopRequest(StackRun.NumbersIn(folder).LastOrDefault(), DateTime.UtcNow);
        AtomicFile.WriteText(folder.StopFile, JsonSerializer.Serialize(request, StackJson.Default.StopRequest) + "\n", overwrite: true);
    }

    /// <summary>True when a run was asked to end.</summary>
    public static bool Concerns(StackFolder folder, int run)
    {
        ArgumentNullException.ThrowIfNull(folder);
        try
        {
            RegularFile.Require(folder.StopFile);
            return JsonSerializer.Deserialize(File.ReadAllBytes(folder.StopFile), StackJson.Default.StopRequest) is { } request && run <= request.UpToRun;
        }
        catch (Exception e) when (e is JsonException or EmException || FileErrors.IsFileTrouble(e))
        {
            return false; // none was made, or what lies there is none
        }
    }
}
