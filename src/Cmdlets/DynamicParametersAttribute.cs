namespace EmTools.Cmdlets;

/// <summary>Says which class holds the parameters that a cmdlet takes beside its own when one of them has a certain value; the help is built from it.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class DynamicParametersAttribute : Attribute
{
    /// <summary>Names the class.</summary>
    /// <param name="parameter">The parameter that decides.</param>
    /// <param name="value">Its value.</param>
    /// <param name="type">The class that holds the parameters.</param>
    public DynamicParametersAttribute(string parameter, string value, Type type)
    {
        Parameter = parameter;
        Value = value;
        Type = type;
    }

    /// <summary>The parameter that decides.</summary>
    public string Parameter { get; }

    /// <summary>Its value.</summary>
    public string Value { get; }

    /// <summary>The class that holds the parameters.</summary>
    public Type Type { get; }
}
