using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;

namespace EmTools.Engine.Filters;

/// <summary>A filter's parameter: name, type, default, unit, range, meaning.</summary>
public sealed class FilterParameter
{
    private readonly PropertyInfo _property;
    private readonly FilterParameterAttribute _facts;

    private FilterParameter(PropertyInfo property, FilterParameterAttribute facts, object defaults)
    {
        _property = property;
        _facts = facts;
        DefaultValue = property.GetValue(defaults) is Array list ? ReadableList.Create<object>([.. list.Cast<object>()]) : property.GetValue(defaults);
    }

    /// <summary>The name, as in <c>-BandLength</c>.</summary>
    public string Name => _property.Name;

    /// <summary>The value's type as PowerShell shows it: Switch, a choice's name, Int32, Double, or a list of these such as Double[].</summary>
    public string Type => IsSwitch ? "Switch" : ValueType.Name;

    /// <summary>The type of the value: bool (a switch), an enum, int, double, or an array of these.</summary>
    internal Type ValueType => _property.PropertyType;

    /// <summary>The value when nothing is said; null or NaN means "not used". A list where the parameter is one.</summary>
    public object? DefaultValue { get; }

    /// <summary>What holds when nothing is said, in words: the value as it is typed, off, or not used.</summary>
    public string Default => IsSwitch ? "off" : DefaultValue is null or double.NaN ? "not used" : Convert.ToString(DefaultValue, CultureInfo.InvariantCulture)!;

    /// <summary>What it means.</summary>
    public string Description => _facts.Description;

    /// <summary>The unit of the value; empty for pure numbers.</summary>
    public string Unit => _facts.Unit;

    /// <summary>The name in the published package, where it is another; else empty.</summary>
    public string PublishedName => _facts.PublishedName;

    /// <summary>The smallest value allowed.</summary>
    public double Minimum => _facts.Minimum;

    /// <summary>The largest value allowed.</summary>
    public double Maximum => _facts.Maximum;

    /// <summary>True for on/off parameters, which take no value.</summary>
    public bool IsSwitch => ValueType == typeof(bool);

    /// <summary>What values are allowed, in words: "odd, 1 or more", "Vertical, Horizontal".</summary>
    public string Range
    {
        get
        {
            Type element = ValueType.GetElementType() ?? Nullable.GetUnderlyingType(ValueType) ?? ValueType;
            if (element.IsEnum)
                return string.Join(", ", Enum.GetNames(element));
            if (IsSwitch)
                return "on, off";

            var words = new List<string>();
            if (_facts.MaximumCount > 0)
                words.Add(CountInWords);
            if (_facts.Odd)
                words.Add(Minimum <= 0 ? "0 or odd" : "odd");
            if (double.IsFinite(Minimum) && double.IsFinite(Maximum))
                words.Add(string.Create(CultureInfo.InvariantCulture, $"{Minimum} to {Maximum}"));
            else if (Minimum == double.Epsilon)
                words.Add("above 0");
            else if (double.IsFinite(Minimum) && !(_facts.Odd && Minimum <= 0))
                words.Add(string.Create(CultureInfo.InvariantCulture, $"{Minimum} or more"));
            else if (double.IsFinite(Maximum))
                words.Add(string.Create(CultureInfo.InvariantCulture, $"{Maximum} or less"));
            if (words.Count == 0)
                words.Add("any number");
            if (_facts.Optional)
                words.Add("or not used");
            return string.Join(", ", words);
        }
    }

    internal static ImmutableArray<FilterParameter> Of(Type optionsType)
    {
        object defaults = Activator.CreateInstance(optionsType)!;
        return
        [
            .. from property in optionsType.GetProperties(BindingFlags.Public | BindingFlags.Instance)
               let facts = property.GetCustomAttribute<FilterParameterAttribute>()
               where facts is not null
               orderby property.MetadataToken
               select new FilterParameter(property, facts, defaults),
        ];
    }

    internal object? Get(object options) => _property.GetValue(options);

    internal void Set(object options, object? value) => _property.SetValue(options, value);

    /// <summary>Holds the value in <paramref name="options"/> to the range.</summary>
    internal void Check(object options, string filter)
    {
        object? value = _property.GetValue(options);
        if (value is null)
        {
            if (!_facts.Optional)
                throw Wrong(filter, "no value", "a value");
            return;
        }

        if (value is Array { Length: 0 })
            throw Wrong(filter, "an empty list", "at least one value");
        if (value is Array list && _facts.MaximumCount > 0 && (list.Length > _facts.MaximumCount || list.Length < _facts.MinimumCount))
            throw Wrong(filter, $"{list.Length} values", CountInWords);

        foreach (object element in value is Array several ? several : new[] { value })
        {
            switch (element)
            {
                case bool:
                    break;
                case Enum choice:
                    if (!Enum.IsDefined(choice.GetType(), choice))
                        throw Wrong(filter, choice.ToString(), Range);
                    break;
                default:
                    CheckNumber(Convert.ToDouble(element, CultureInfo.InvariantCulture), filter);
                    break;
            }
        }
    }

    internal JsonNode? ToJson(object options) => ToNode(_property.GetValue(options));

    /// <summary>A value as <see cref="ToJson"/> wrote it, in the parameter's own type.</summary>
    /// <exception cref="EmException">A value of another kind.</exception>
    internal object? FromJson(JsonNode? node, string filter)
    {
        // What is not used is null in JSON, which knows no NaN.
        if (node is null)
            return ValueType == typeof(double) ? double.NaN : null;
        try
        {
            return FromNode(node, Nullable.GetUnderlyingType(ValueType) ?? ValueType);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            throw Wrong(filter, node.ToJsonString(), Range);
        }
    }

    /// <summary>The value as it is given to <c>Invoke-EmFilter</c>; empty where it is off or not used.</summary>
    internal string AsArgument(object options) => _property.GetValue(options) switch
    {
        null or false or double.NaN => "",
        true => $"-{Name}",
        _ => $"-{Name} {Format(options)}",
    };

    internal string Format(object options) => _property.GetValue(options) switch
    {
        null => "none",
        IEnumerable list and not string => string.Join(", ", list.Cast<object>().Select(FormatOne)),
        object one => FormatOne(one),
    };

    /// <inheritdoc/>
    public override string ToString() => Name;

    private string CountInWords => _facts.MinimumCount == _facts.MaximumCount ? $"{_facts.MaximumCount} values" : $"{_facts.MinimumCount} or {_facts.MaximumCount} values";

    private void CheckNumber(double number, string filter)
    {
        string found = number.ToString(CultureInfo.InvariantCulture);
        if (double.IsNaN(number) && _facts.Optional)
            return;
        if (!double.IsFinite(number))
            throw Wrong(filter, found, "a finite number");
        if (number < Minimum || number > Maximum)
            throw Wrong(filter, found, Range);
        if (_facts.Odd && number != 0 && number % 2 == 0)
            throw Wrong(filter, $"{found}, which is even", "an odd number, so that the window has a centre pixel");
    }

    private EmException Wrong(string filter, string found, string expected)
        => new(EmErrorKind.InvalidArgument, "FilterParameterOutOfRange", $"{filter} -{Name}: expected {expected}{(Unit.Length > 0 ? $" ({Unit})" : "")}, found {found}.", Name);

    private static string FormatOne(object value) => value is IFormattable text ? text.ToString(null, CultureInfo.InvariantCulture) : value.ToString()!;

    private static object FromNode(JsonNode node, Type type)
    {
        if (type == typeof(bool))
            return node.GetValue<bool>();
        if (type == typeof(int))
            return node.GetValue<int>();
        if (type == typeof(double))
            return node.GetValue<double>();
        if (type.IsEnum)
            return Enum.Parse(type, node.GetValue<string>(), ignoreCase: true);
        if (type.GetElementType() is not { } element)
            throw new NotSupportedException($"A filter parameter of type {type.Name}.");
        JsonArray items = node.AsArray();
        Array list = Array.CreateInstance(element, items.Count);
        for (int i = 0; i < items.Count; i++)
            list.SetValue(FromNode(items[i] ?? throw new FormatException("A list holds no null."), element), i);
        return list;
    }

    private static JsonNode? ToNode(object? value) => value switch
    {
        null => null,
        bool on => JsonValue.Create(on),
        int number => JsonValue.Create(number),
        double number => double.IsFinite(number) ? JsonValue.Create(number) : null,
        Enum choice => JsonValue.Create(choice.ToString()),
        Array list => new JsonArray([.. list.Cast<object>().Select(ToNode)]),
        _ => throw new NotSupportedException($"A filter parameter of type {value.GetType().Name}."),
    };
}
