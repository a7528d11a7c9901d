using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;

namespace EmTools.HelpBuilder;

/// <summary>A property that is a parameter.</summary>
internal sealed class DeclaredParameter
{
    private readonly ParameterAttribute[] _sets;
    private readonly ParameterHelp _common;

    private DeclaredParameter(ParameterAttribute[] sets, ParameterHelp common)
    {
        _sets = sets;
        _common = common;
    }

    public IEnumerable<string> SetNames => _sets.Select(s => s.ParameterSetName);

    public static IEnumerable<DeclaredParameter> Of(Type cmdlet, CmdletAttribute facts, XmlDocs docs)
    {
        object? instance = cmdlet.GetConstructor(Type.EmptyTypes) is null ? null : Activator.CreateInstance(cmdlet);

        // A class's own parameters first: those of its base are common to several cmdlets.
        foreach (PropertyInfo property in cmdlet.GetProperties().OrderByDescending(p => Depth(p.DeclaringType!)).ThenBy(p => p.MetadataToken))
        {
            ParameterAttribute[] sets = [.. property.GetCustomAttributes<ParameterAttribute>(inherit: true).Where(s => !s.DontShow)];
            if (sets.Length > 0)
                yield return new(sets, Describe(property, instance, docs, sets.All(s => s.Mandatory)));
        }

        if (facts.SupportsShouldProcess)
        {
            yield return Standard("WhatIf", "wi", "Shows what would happen; nothing is written.");
            yield return Standard("Confirm", "cf", "Asks before anything is written.");
        }
    }

    /// <summary>As it is in a parameter set; null when it is not in it.</summary>
    public ParameterHelp? In(string set)
        => _sets.FirstOrDefault(s => s.ParameterSetName == set || s.ParameterSetName == ParameterAttribute.AllParameterSets) is { } found ? With(found) : null;

    /// <summary>As it is told of outside of a set: mandatory where it is so in all of its sets.</summary>
    public ParameterHelp OverAll() => With(_sets[0]) with { IsMandatory = _sets.All(s => s.Mandatory) };

    private static DeclaredParameter Standard(string name, string alias, string description)
        => new([new ParameterAttribute()], new ParameterHelp(name, nameof(SwitchParameter), [description]) { IsSwitch = true, Aliases = [alias], DefaultValue = "False" });

    private static ParameterHelp Describe(PropertyInfo property, object? instance, XmlDocs docs, bool mandatory)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        Type element = type.GetElementType() ?? type;
        element = Nullable.GetUnderlyingType(element) ?? element;
        bool isSwitch = type == typeof(SwitchParameter);
        IReadOnlyList<string> choices = property.GetCustomAttribute<ValidateSetAttribute>() is { } set ? [.. set.ValidValues]
            : element.IsEnum ? Enum.GetNames(element)
            : [];
        return new ParameterHelp(property.Name, TypeName(type), XmlDocs.Paragraphs(docs.Of(property)?.Element("summary")))
        {
            IsSwitch = isSwitch,
            TakesList = type.IsArray,
            TakesWildcards = property.GetCustomAttribute<SupportsWildcardsAttribute>() is not null,
            Aliases = [.. property.GetCustomAttributes<AliasAttribute>().SelectMany(a => a.AliasNames)],
            Choices = choices,
            DefaultValue = Default(property, instance, docs, mandatory, isSwitch),
        };
    }

    // What the comment says, else an attribute, else what the property holds in a cmdlet that was given nothing.
    private static string Default(PropertyInfo property, object? instance, XmlDocs docs, bool mandatory, bool isSwitch)
    {
        const string Lead = "Default:";
        string said = XmlDocs.Text(docs.Of(property)?.Element("value"));
        if (said.Length > 0)
            return said.StartsWith(Lead, StringComparison.OrdinalIgnoreCase) ? said[Lead.Length..].Trim().TrimEnd('.') : said;
        if (property.GetCustomAttribute<PSDefaultValueAttribute>() is { } shown)
            return shown.Help ?? Show(shown.Value) ?? "None";
        if (property.GetCustomAttribute<DefaultValueAttribute>() is { } value)
            return Show(value.Value) ?? "None";
        if (isSwitch)
            return "False";
        return mandatory || instance is null || !property.CanRead ? "None" : Show(property.GetValue(instance)) ?? "None";
    }

    internal static string? Show(object? value) => value switch
    {
        null or "" or ICollection { Count: 0 } => null,
        bool on => on ? "True" : "False",
        double.NaN => null,
        string text => text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable list => string.Join(", ", list.Cast<object?>().Select(Show)),
        _ => null,
    };

    internal static string TypeName(Type type)
        => type.IsArray ? TypeName(type.GetElementType()!) + "[]" : (Nullable.GetUnderlyingType(type) ?? type).Name;

    private static int Depth(Type type) => type.BaseType is null ? 0 : 1 + Depth(type.BaseType);

    private ParameterHelp With(ParameterAttribute set)
    {
        string[] ways = [.. new[] { set.ValueFromPipeline ? "ByValue" : null, set.ValueFromPipelineByPropertyName ? "ByPropertyName" : null }.OfType<string>()];
        return _common with
        {
            IsMandatory = set.Mandatory,
            Position = set.Position == int.MinValue ? null : set.Position,
            Pipeline = ways.Length == 0 ? "False" : $"True ({string.Join(", ", ways)})",
        };
    }
}
