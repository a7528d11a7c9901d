using EmTools.Engine.Filters;

namespace EmTools.HelpBuilder;

/// <summary>The parameters that Invoke-EmFilter takes once a filter is named: each filter is a way to call it.</summary>
internal static class FilterSyntax
{
    public const string Cmdlet = "Invoke-EmFilter";

    public static IEnumerable<SyntaxHelp> ForEachFilter(SyntaxHelp common)
        => FilterCatalog.All.Select(filter => new SyntaxHelp(
        [
            .. common.Parameters.Select(p => p.Name == "Name" ? p with { Choices = [filter.Name] } : p),
            .. filter.Parameters.Where(p => !IsIn(common.Parameters, p.Name)).Select(p => Describe(filter, p)),
        ]));

    /// <summary>All filters' parameters, each once, with what it is to each filter that has it.</summary>
    public static IEnumerable<ParameterHelp> Parameters(IReadOnlyList<ParameterHelp> common)
        => from filter in FilterCatalog.All
           from parameter in filter.Parameters
           where !IsIn(common, parameter.Name)
           group Describe(filter, parameter) by parameter.Name into same
           select Merge([.. same]);

    private static bool IsIn(IReadOnlyList<ParameterHelp> parameters, string name)
        => parameters.Any(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static ParameterHelp Merge(ParameterHelp[] same)
    {
        string[] defaults = [.. same.Select(p => p.DefaultValue).Distinct()];
        return same[0] with
        {
            TypeName = string.Join(" or ", same.Select(p => p.TypeName).Distinct()),
            Description = [.. same.SelectMany(p => p.Description)],
            Choices = [.. same.SelectMany(p => p.Choices).Distinct()],
            DefaultValue = defaults.Length == 1 ? defaults[0] : "differs by filter; see above",
        };
    }

    private static ParameterHelp Describe(FilterDefinition filter, FilterParameter parameter)
    {
        Type type = parameter.ValueType;
        Type element = type.GetElementType() ?? Nullable.GetUnderlyingType(type) ?? type;
        string value = parameter.IsSwitch ? "False" : DeclaredParameter.Show(parameter.DefaultValue) ?? "not used";
        string facts = string.Join("; ", new[]
        {
            parameter.IsSwitch ? "" : $"Values: {parameter.Range}",
            parameter.Unit.Length > 0 ? $"unit: {parameter.Unit}" : "",
            parameter.IsSwitch ? "" : $"default: {value}",
            parameter.PublishedName.Length > 0 ? $"published as {parameter.PublishedName}" : "",
        }.Where(f => f.Length > 0));
        string description = parameter.Description.Length == 0 ? "" : $"{filter.Name}: {parameter.Description}{(facts.Length > 0 ? $" {char.ToUpperInvariant(facts[0])}{facts[1..]}." : "")}";
        return new ParameterHelp(parameter.Name, parameter.IsSwitch ? "SwitchParameter" : DeclaredParameter.TypeName(type), [description])
        {
            IsSwitch = parameter.IsSwitch,
            TakesList = type.IsArray,
            Choices = element.IsEnum ? Enum.GetNames(element) : [],
            DefaultValue = value,
        };
    }
}
