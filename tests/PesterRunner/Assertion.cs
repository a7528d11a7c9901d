using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace EmTools.PesterRunner;

/// <summary>Pester's operators but for Throw: what holds, and what is said when it does not.</summary>
internal sealed class Assertion(string name, object? expected, bool not, string because, SessionState state)
{
    private static readonly HashSet<string> s_takeList = ["Be", "BeExactly", "BeNullOrEmpty", "Contain", "HaveCount"];

    /// <summary>True for operators that judge all that is piped to them together.</summary>
    public bool TakesList => s_takeList.Contains(name);

    private static CultureInfo Culture => CultureInfo.InvariantCulture;

    /// <summary>Null when it holds, else the message.</summary>
    public string? Check(object? actual) => Holds(actual) != not
        ? null
        : $"Expected {Values.Show(actual)} to {(not ? "not " : "")}{Words()}{Reason(because)}.";

    internal static string Reason(string because) => string.IsNullOrWhiteSpace(because) ? "" : $", because {Regex.Replace(because.Trim(), @"^because\s+", "")}";

    private bool Holds(object? actual) => name switch
    {
        "Be" => Values.AreEqual(actual, expected, ignoreCase: true),
        "BeExactly" => Values.AreEqual(actual, expected, ignoreCase: false),
        "BeGreaterThan" => Compare(actual) > 0,
        "BeGreaterOrEqual" => Compare(actual) >= 0,
        "BeLessThan" => Compare(actual) < 0,
        "BeLessOrEqual" => Compare(actual) <= 0,
        "BeNullOrEmpty" => Values.IsNullOrEmpty(actual),
        "BeTrue" => LanguagePrimitives.IsTrue(actual),
        "BeFalse" => !LanguagePrimitives.IsTrue(actual),
        "BeOfType" => ExpectedType().IsInstanceOfType(actual),
        "Match" => Matches(actual, RegexOptions.IgnoreCase),
        "MatchExactly" => Matches(actual, RegexOptions.None),
        "BeLike" => IsLike(actual, WildcardOptions.IgnoreCase),
        "BeLikeExactly" => IsLike(actual, WildcardOptions.None),
        "Contain" => Values.ToList(actual).Any(one => LanguagePrimitives.Equals(one, expected, ignoreCase: true, Culture)),
        "BeIn" => Values.ToList(expected).Any(one => LanguagePrimitives.Equals(one, actual, ignoreCase: true, Culture)),
        "HaveCount" => Count(actual) == LanguagePrimitives.ConvertTo<int>(expected),
        "Exist" => state.InvokeProvider.Item.Exists(LanguagePrimitives.ConvertTo<string>(actual)),
        _ => throw new InvalidOperationException($"Should has no operator {name}."),
    };

    private string Words() => name switch
    {
        "Be" => $"be {Values.Show(expected)}",
        "BeExactly" => $"be exactly {Values.Show(expected)}",
        "BeGreaterThan" => $"be greater than {Values.Show(expected)}",
        "BeGreaterOrEqual" => $"be greater than or equal to {Values.Show(expected)}",
        "BeLessThan" => $"be less than {Values.Show(expected)}",
        "BeLessOrEqual" => $"be less than or equal to {Values.Show(expected)}",
        "BeNullOrEmpty" => "be $null or empty",
        "BeTrue" => "be $true",
        "BeFalse" => "be $false",
        "BeOfType" => $"be of type [{ExpectedType().FullName}]",
        "Match" => $"match the regular expression {Values.Show(expected)}",
        "MatchExactly" => $"match the regular expression {Values.Show(expected)} in the same case",
        "BeLike" => $"be like {Values.Show(expected)}",
        "BeLikeExactly" => $"be like {Values.Show(expected)} in the same case",
        "Contain" => $"contain {Values.Show(expected)}",
        "BeIn" => $"be one of {Values.Show(expected)}",
        "HaveCount" => $"have {Values.Show(expected)} items",
        _ => "exist",
    };

    // $null is less than everything, as for the language's own -lt and -gt.
    private int Compare(object? actual) => LanguagePrimitives.Compare(actual, expected, ignoreCase: true, Culture);

    private bool Matches(object? actual, RegexOptions options)
        => Regex.IsMatch(LanguagePrimitives.ConvertTo<string>(actual) ?? "", LanguagePrimitives.ConvertTo<string>(expected), options);

    private bool IsLike(object? actual, WildcardOptions options)
        => new WildcardPattern(LanguagePrimitives.ConvertTo<string>(expected), options).IsMatch(LanguagePrimitives.ConvertTo<string>(actual) ?? "");

    private static int Count(object? actual)
    {
        object?[] list = [.. Values.ToList(actual)];

        // A table is one object to the pipeline; its entries are counted.
        return actual is null ? 0 : list is [IDictionary table] ? table.Count : list.Length;
    }

    private Type ExpectedType() => expected switch
    {
        Type type => type,
        string text => LanguagePrimitives.TryConvertTo(text.Trim('[', ']'), out Type type) ? type : throw new ArgumentException($"Could not find type [{text.Trim('[', ']')}]. Make sure that the assembly that contains it is loaded."),
        _ => throw new ArgumentException("BeOfType needs a type."),
    };
}
