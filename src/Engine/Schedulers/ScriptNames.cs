using System.Globalization;

namespace EmTools.Engine.Schedulers;

/// <summary>The names of a run's scripts.</summary>
internal static class ScriptNames
{
    public static string Of(int run, string rest) => string.Create(CultureInfo.InvariantCulture, $"{run:000}-{rest}");

    /// <summary>The script that runs one task, whoever calls it.</summary>
    public static string Task(int run) => Of(run, "task.sh");
}
