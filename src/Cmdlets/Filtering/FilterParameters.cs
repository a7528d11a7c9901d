using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Reflection;
using EmTools.Engine.Filters;

namespace EmTools.Cmdlets;

/// <summary>A filter's parameters as parameters of a cmdlet, and back.</summary>
internal static class FilterParameters
{
    /// <summary>One cmdlet parameter for each parameter of the filter.</summary>
    public static RuntimeDefinedParameterDictionary ToDynamic(FilterDefinition filter)
    {
        var dictionary = new RuntimeDefinedParameterDictionary();
        foreach (FilterParameter parameter in filter.Parameters)
        {
            var attributes = new Collection<Attribute> { new ParameterAttribute { HelpMessage = HelpFor(parameter) } };
            if (IsOptional(filter, parameter))
                attributes.Add(new AllowNullAttribute());
            dictionary.Add(parameter.Name, new RuntimeDefinedParameter(parameter.Name, CmdletType(filter, parameter), attributes));
        }

        return dictionary;
    }

    /// <summary>The filter's options with the values that were given; the others keep their defaults.</summary>
    /// <exception cref="Engine.EmException">A value out of range, or values that do not fit together.</exception>
    public static IFilterOptions ToOptions(FilterDefinition filter, RuntimeDefinedParameterDictionary dictionary)
    {
        var values = dictionary.Values.Where(given => given.IsSet).ToDictionary(given => given.Name, given => given.Value switch
        {
            SwitchParameter on => (object?)on.ToBool(),
            null when given.ParameterType == typeof(double?) => double.NaN,
            object value => value,
            null => null,
        });
        return filter.CreateOptions(values);
    }

    /// <summary>An on/off parameter is a switch. A number that may be left out can be $null, which PowerShell would else turn into 0.</summary>
    private static Type CmdletType(FilterDefinition filter, FilterParameter parameter)
        => parameter.IsSwitch ? typeof(SwitchParameter)
            : parameter.ValueType == typeof(double) && IsOptional(filter, parameter) ? typeof(double?)
            : parameter.ValueType;

    private static bool IsOptional(FilterDefinition filter, FilterParameter parameter)
        => filter.OptionsType.GetProperty(parameter.Name)?.GetCustomAttribute<FilterParameterAttribute>()?.Optional ?? false;

    private static string HelpFor(FilterParameter parameter)
        => parameter.Unit.Length == 0 ? parameter.Description : $"{parameter.Description} In {parameter.Unit}.";
}
