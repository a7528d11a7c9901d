using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace EmTools.Engine.Schedulers;

/// <summary>What a run on a cluster asks for; null for what the site decides.</summary>
public sealed record ClusterOptions
{
    private static readonly JsonSerializerOptions s_json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true };

    /// <summary>The partition (queue).</summary>
    public string? Partition { get; init; }

    /// <summary>The account that pays.</summary>
    public string? Account { get; init; }

    /// <summary>The quality of service.</summary>
    public string? QualityOfService { get; init; }

    /// <summary>Features that the nodes must have.</summary>
    public string? Constraint { get; init; }

    /// <summary>Time limit of a task, as Slurm writes it (<c>D-HH:MM:SS</c>).</summary>
    public string? Time { get; init; }

    /// <summary>Processors of a process; at least 1.</summary>
    public int CpusPerTask { get; init; } = 1;

    /// <summary>Memory of a node for one element of the array, as Slurm writes it (<c>8G</c>); null for an estimate from the sections' size.</summary>
    public string? Memory { get; init; }

    /// <summary>Elements of the array at most.</summary>
    public int ArraySize { get; init; } = 200;

    /// <summary>Processes of an element.</summary>
    public int ProcessCount { get; init; } = 1;

    /// <summary>Elements that may run at a time; null for all.</summary>
    public int? Throttle { get; init; }

    /// <summary>Nodes to run on.</summary>
    public string? NodeList { get; init; }

    /// <summary>Nodes not to run on.</summary>
    public string? Exclude { get; init; }

    /// <summary>Further lines for the scheduler, without their <c>#SBATCH</c>.</summary>
    public IReadOnlyList<string> Directive { get; init; } = [];

    /// <summary>Lines of bash that run on the node before anything else.</summary>
    public IReadOnlyList<string> Prologue { get; init; } = [];

    /// <summary>The options as JSON, for a run's file.</summary>
    public JsonObject ToJson() => (JsonObject)JsonSerializer.SerializeToNode(this, s_json)!;

    /// <summary>The options of a run's file.</summary>
    /// <exception cref="EmException">They cannot be read (<c>SettingsNotReadable</c>).</exception>
    public static ClusterOptions From(JsonObject json)
    {
        try
        {
            ClusterOptions options = json.Deserialize<ClusterOptions>(s_json)!;
            return options.Directive.Concat(options.Prologue).All(line => line is not null) ? options : throw new JsonException("a line is missing.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new EmException(EmErrorKind.InvalidData, "SettingsNotReadable", $"The settings of the stack's last run cannot be read: {e.Message} Give the scheduler and its parameters again.", "Scheduler", e);
        }
    }

    /// <summary>Refuses what would break out of a line of the script, or share sections out over nothing.</summary>
    /// <exception cref="EmException">Such a value; the message names it (<c>SchedulerValue</c>).</exception>
    public void Check()
    {
        foreach ((string name, string? value) in ((string, string?)[])[(nameof(Partition), Partition), (nameof(Account), Account), (nameof(QualityOfService), QualityOfService), (nameof(Constraint), Constraint), (nameof(Time), Time), (nameof(Memory), Memory), (nameof(NodeList), NodeList), (nameof(Exclude), Exclude)])
        {
            if (value is not null && (value.Length == 0 || value.Any(c => char.IsControl(c) || c is '"' or '\'' or '\\' or '#')))
                throw Wrong(name, value, "a name as the scheduler writes it, without quotes, backslashes, # and line breaks");
        }

        foreach (string line in Directive)
        {
            if (!line.StartsWith('-') || line.Any(char.IsControl))
                throw Wrong(nameof(Directive), line, "one option a line as the scheduler takes it, such as --mail-type=END");
        }

        foreach ((string name, int value) in ((string, int)[])[(nameof(CpusPerTask), CpusPerTask), (nameof(ArraySize), ArraySize), (nameof(ProcessCount), ProcessCount), (nameof(Throttle), Throttle ?? 1)])
        {
            if (value < 1)
                throw Wrong(name, value.ToString(System.Globalization.CultureInfo.InvariantCulture), "1 or more");
        }
    }

    private static EmException Wrong(string name, string found, string expected)
        => new(EmErrorKind.InvalidArgument, "SchedulerValue", $"-{name}: expected {expected}, found '{found}'.", name);
}
