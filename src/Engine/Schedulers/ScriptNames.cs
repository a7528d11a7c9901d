using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmTools.Engine.Files;
using EmTools.Engine.Stacks;

namespace EmTools.Engine.Schedulers;

/// <summary>The names of a run's scripts.</summary>
internal static class ScriptNames
{
    public static string Of(int run, string rest) => string.Create(CultureInfo.InvariantCulture, $"{run:000}-{rest}");

    /// <summary>The script that runs one task, whoever calls it.</summary>
    public static string Task(int run) => Of(run, "task.sh");

    /// <summary>The name of a run's job: it holds what tells this stack's folder from all others, so that a job is known for the stack's own by its name.</summary>
    public static string Job(StackFolder folder, int run, string part) => Of(run, $"{part}{Mark(folder)}");

    /// <summary>The part of all job names of a stack.</summary>
    public static string Mark(StackFolder folder)
        => $"emstack-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(FileIdentity.RealPath(folder.Root))))[..12]}";
}
