using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace EmTools.PesterRunner;

/// <summary>Values as Pester compares and shows them.</summary>
internal static class Values
{
    private const int MaximumShown = 10;

    /// <summary>Equal in the language's sense, lists item by item; an empty list, and one that holds only $null, are null.</summary>
    public static bool AreEqual(object? actual, object? expected, bool ignoreCase)
    {
        object?[] first = [.. ToList(actual)];
        object?[] second = [.. ToList(expected)];
        bool firstEmpty = IsNothing(first);
        bool secondEmpty = IsNothing(second);
        if (firstEmpty || secondEmpty)
            return firstEmpty && secondEmpty;
        if (first.Length != second.Length)
            return false;
        for (int i = 0; i < first.Length; i++)
        {
            bool same = IsList(first[i]) || IsList(second[i])
                ? AreEqual(first[i], second[i], ignoreCase)
                : LanguagePrimitives.Equals(second[i], first[i], ignoreCase, CultureInfo.InvariantCulture);
            if (!same)
                return false;
        }

        return true;
    }

    public static bool IsNullOrEmpty(object? actual)
    {
        object?[] list = [.. ToList(actual)];
        return IsNothing(list) || (list is [var one] && (one is string { Length: 0 } || one is ICollection { Count: 0 }));
    }

    public static IEnumerable<object?> ToList(object? value) => Bare(value) switch
    {
        null => [],
        IList list when IsList(list) => list.Cast<object?>().Select(Bare),
        var one => [one],
    };

    public static string Show(object? value) => Bare(value) switch
    {
        null => "$null",
        bool on => on ? "$true" : "$false",
        string text => $"'{text}'",
        Type type => $"[{type.FullName}]",
        object[] { Length: 1 } single => Show(single[0]),
        IList list when IsList(list) => ShowList(list),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        var other => other.ToString() ?? "",
    };

    private static string ShowList(IList list)
    {
        string items = string.Join(", ", list.Cast<object?>().Take(MaximumShown).Select(Show));
        return list.Count > MaximumShown ? $"@({items}, ... {list.Count} in all)" : $"@({items})";
    }

    private static object? Bare(object? value) => value is PSObject wrapped && wrapped.BaseObject is not PSCustomObject ? wrapped.BaseObject : value;

    private static bool IsList(object? value) => Bare(value) is IList and not IDictionary;

    private static bool IsNothing(object?[] list) => list.Length == 0 || list is [null];
}
