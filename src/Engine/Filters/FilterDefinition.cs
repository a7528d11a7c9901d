using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters;

/// <summary>A filter's name, what it does, its parameters, and its computation.</summary>
public abstract class FilterDefinition
{
    private readonly Lazy<ImmutableArray<FilterParameter>> _parameters;

    private protected FilterDefinition(string name, int revision, string summary, Type optionsType)
    {
        Name = name;
        Revision = revision;
        Summary = summary;
        OptionsType = optionsType;
        _parameters = new(() => FilterParameter.Of(optionsType));
    }

    /// <summary>The name that <c>Invoke-EmFilter</c> takes.</summary>
    public string Name { get; }

    /// <summary>
    /// The revision of its computation, from 1: raised whenever any pixel that it gives changes by a bit. It is part of a recipe's
    /// hash, so outputs of another revision are out of date. Tests hold it to hashes of what the filter gives.
    /// </summary>
    public int Revision { get; }

    /// <summary>
    /// The largest absolute grey level that it computes with: sections with larger ones are refused. The default leaves room for
    /// sums of products of two grey levels in single precision.
    /// </summary>
    public double LargestMagnitude { get; init; } = 1e15;

    /// <summary>What it does, in a sentence or two.</summary>
    public string Summary { get; }

    /// <summary>The record that holds its parameters.</summary>
    public Type OptionsType { get; }

    /// <summary>True when it can be told which pixels are tissue.</summary>
    public abstract bool TakesMask { get; }

    /// <summary>Its parameters, in the order in which they are declared.</summary>
    public ImmutableArray<FilterParameter> Parameters => _parameters.Value;

    /// <summary>Makes checked options from named values; what is not named keeps its default.</summary>
    /// <param name="values">Values by parameter name (case-insensitive), in the parameters' own types.</param>
    /// <exception cref="EmException">An unknown name, or a value out of range.</exception>
    public IFilterOptions CreateOptions(IReadOnlyDictionary<string, object?> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var options = (IFilterOptions)Activator.CreateInstance(OptionsType)!;
        foreach ((string name, object? value) in values)
        {
            FilterParameter parameter = Parameters.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw new EmException(EmErrorKind.InvalidArgument, "UnknownFilterParameter", $"Filter '{Name}' has no parameter '{name}'; it has {string.Join(", ", Parameters.Select(p => p.Name))}.", name);
            parameter.Set(options, value);
        }

        Check(options);
        return options;
    }

    /// <summary>Holds options to their ranges, and to each other.</summary>
    /// <exception cref="EmException">A value out of range, or parameters that do not fit together.</exception>
    public void Check(IFilterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (FilterParameter parameter in Parameters)
            parameter.Check(options, Name);
        options.Validate();
    }

    /// <summary>The parameters as JSON, but for those that are left out by name.</summary>
    internal JsonObject ToJson(IFilterOptions options, params IEnumerable<string> leftOut)
        => new(Parameters.Where(p => !leftOut.Contains(p.Name)).Select(p => KeyValuePair.Create(p.Name, p.ToJson(options))));

    /// <summary>The parameters that differ from the defaults, in words.</summary>
    internal string Changed(IFilterOptions options)
    {
        object defaults = Activator.CreateInstance(OptionsType)!;
        return string.Join(", ", Parameters.Where(p => !JsonNode.DeepEquals(p.ToJson(options), p.ToJson(defaults))).Select(p => $"{p.Name} {p.Format(options)}"));
    }

    /// <summary>True when the filter, with these options, looks at neighbouring sections: it is then an <see cref="INeighbourFilter"/>, and they are <see cref="INeighbourOptions"/>.</summary>
    internal virtual bool NeedsNeighbours(IFilterOptions options) => false;

    /// <summary>The memory, in bytes, that the filter takes beside the planes that it looks at and its result; 0 where that is less than a plane.</summary>
    internal virtual long WorkingBytes(int height, int width, int threads, IFilterOptions options) => 0;

    /// <summary>The type of the pixels that the filter gives with these options.</summary>
    public abstract PixelType OutputType(IFilterOptions options);

    /// <summary>Computes the filter.</summary>
    /// <param name="input">The section, as in <see cref="Pipeline.SectionStep.Apply"/>: may be changed and given back; stays the caller's.</param>
    /// <param name="options">Checked options.</param>
    /// <param name="mask">Non-zero for tissue; null for all. Stays the caller's.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <returns>The result, owned by the caller: <paramref name="input"/> or a new plane.</returns>
    public abstract Plane Compute(Plane<float> input, IFilterOptions options, Plane<byte>? mask, EvaluationContext context);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A filter whose parameters are a <typeparamref name="TOptions"/>.</summary>
/// <typeparam name="TOptions">A record with defaults; its annotated properties are the parameters.</typeparam>
internal sealed class FilterDefinition<TOptions> : FilterDefinition
    where TOptions : class, IFilterOptions, new()
{
    private readonly Func<Plane<float>, TOptions, Plane<byte>?, EvaluationContext, Plane> _compute;
    private readonly Func<TOptions, PixelType> _outputType;
    private readonly Func<int, int, int, TOptions, long> _workingBytes;

    public FilterDefinition(
        string name,
        int revision,
        string summary,
        bool takesMask,
        Func<Plane<float>, TOptions, Plane<byte>?, EvaluationContext, Plane> compute,
        Func<TOptions, PixelType>? outputType = null,
        Func<int, int, int, TOptions, long>? workingBytes = null)
        : base(name, revision, summary, typeof(TOptions))
    {
        TakesMask = takesMask;
        _compute = compute;
        _outputType = outputType ?? (_ => PixelType.Single);
        _workingBytes = workingBytes ?? ((_, _, _, _) => 0);
    }

    public override bool TakesMask { get; }

    public override PixelType OutputType(IFilterOptions options) => _outputType((TOptions)options);

    internal override long WorkingBytes(int height, int width, int threads, IFilterOptions options) => _workingBytes(height, width, threads, (TOptions)options);

    public override Plane Compute(Plane<float> input, IFilterOptions options, Plane<byte>? mask, EvaluationContext context)
        => _compute(input, (TOptions)options, mask, context);
}

/// <summary>A filter's options: defaults, and what must hold between them.</summary>
public interface IFilterOptions
{
    /// <summary>Checks what no single parameter's range says.</summary>
    /// <exception cref="EmException">Parameters that do not fit together.</exception>
    void Validate();
}
