using System.Management.Automation;

namespace EmTools.PesterRunner;

/// <summary><c>Should</c>: an assertion. Its operators are Pester's, one parameter set each.</summary>
[Cmdlet(NoVerb, "Should")]
public sealed class ShouldCommand : KeywordCmdlet
{
    private readonly List<object?> _actual = [];

    /// <summary>The value that is judged.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public object? ActualValue { get; set; }

    /// <summary>Turns the assertion round.</summary>
    [Parameter]
    public SwitchParameter Not { get; set; }

    /// <summary>The reason, for the message.</summary>
    [Parameter]
    public string Because { get; set; } = "";

    /// <summary>Equal; text in any case.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Be")]
    [Alias("EQ")]
    public SwitchParameter Be { get; set; }

    /// <summary>Equal; text in the same case.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "BeExactly")]
    [Alias("CEQ")]
    public SwitchParameter BeExactly { get; set; }

    /// <summary>Greater.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "BeGreaterThan")]
    [Alias("GT")]
    public SwitchParameter BeGreaterThan { get; set; }

    /// <summary>Less.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "BeLessThan")]
    [Alias("LT")]
    public SwitchParameter BeLessThan { get; set; }

    /// <summary>Greater or equal.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "BeGreaterOrEqual")]
    [Alias("GE")]
    public SwitchParameter BeGreaterOrEqual { get; set; }

    /// <summary>Less or equal.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "BeLessOrEqual")]
    [Alias("LE")]
    public SwitchParameter BeLessOrEqual { get; set; }

    /// <summary>Null, empty text or an empty list.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "BeNullOrEmpty")]
    public SwitchParameter BeNullOrEmpty { get; set; }

    /// <summary>True, or what converts to it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "BeTrue")]
    public SwitchParameter BeTrue { get; set; }

    /// <summary>False, or what converts to it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "BeFalse")]
    public SwitchParameter BeFalse { get; set; }

    /// <summary>Of a type.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "BeOfType")]
    [Alias("HaveType")]
    public SwitchParameter BeOfType { get; set; }

    /// <summary>Matches a regular expression, in any case.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Match")]
    public SwitchParameter Match { get; set; }

    /// <summary>Matches a regular expression, in the same case.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "MatchExactly")]
    [Alias("CMATCH")]
    public SwitchParameter MatchExactly { get; set; }

    /// <summary>Matches a wildcard pattern, in any case.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "BeLike")]
    public SwitchParameter BeLike { get; set; }

    /// <summary>Matches a wildcard pattern, in the same case.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "BeLikeExactly")]
    public SwitchParameter BeLikeExactly { get; set; }

    /// <summary>Is a list that holds the value.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Contain")]
    public SwitchParameter Contain { get; set; }

    /// <summary>Is one of a list.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "BeIn")]
    public SwitchParameter BeIn { get; set; }

    /// <summary>Is a list of that length.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "HaveCount")]
    public SwitchParameter HaveCount { get; set; }

    /// <summary>Is a path that exists.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Exist")]
    public SwitchParameter Exist { get; set; }

    /// <summary>Is a script block that throws.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Throw")]
    public SwitchParameter Throw { get; set; }

    /// <summary>What is expected.</summary>
    [Parameter(Position = 0, ParameterSetName = "Be")]
    [Parameter(Position = 0, ParameterSetName = "BeExactly")]
    [Parameter(Position = 0, ParameterSetName = "BeGreaterThan")]
    [Parameter(Position = 0, ParameterSetName = "BeLessThan")]
    [Parameter(Position = 0, ParameterSetName = "BeGreaterOrEqual")]
    [Parameter(Position = 0, ParameterSetName = "BeLessOrEqual")]
    [Parameter(Position = 0, ParameterSetName = "BeLike")]
    [Parameter(Position = 0, ParameterSetName = "BeLikeExactly")]
    [Parameter(Position = 0, ParameterSetName = "Contain")]
    [Parameter(Position = 0, ParameterSetName = "BeIn")]
    [Parameter(Position = 0, ParameterSetName = "HaveCount")]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public object? ExpectedValue { get; set; }

    /// <summary>The regular expression.</summary>
    [Parameter(Position = 0, ParameterSetName = "Match")]
    [Parameter(Position = 0, ParameterSetName = "MatchExactly")]
    public string RegularExpression { get; set; } = "";

    /// <summary>The type, or its name.</summary>
    [Parameter(Position = 0, ParameterSetName = "BeOfType")]
    public object? ExpectedType { get; set; }

    /// <summary>A wildcard pattern for the message.</summary>
    [Parameter(Position = 0, ParameterSetName = "Throw")]
    public string ExpectedMessage { get; set; } = "";

    /// <summary>A wildcard pattern for the fully qualified error id.</summary>
    [Parameter(Position = 1, ParameterSetName = "Throw")]
    public string ErrorId { get; set; } = "";

    /// <summary>The exception's type.</summary>
    [Parameter(Position = 2, ParameterSetName = "Throw")]
    public Type? ExceptionType { get; set; }

    /// <summary>Gives the error record.</summary>
    [Parameter(ParameterSetName = "Throw")]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _actual.Add(ActualValue is PSObject wrapped && wrapped.BaseObject is not PSCustomObject ? wrapped.BaseObject : ActualValue);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        object? expected = MyInvocation.BoundParameters.ContainsKey(nameof(RegularExpression)) ? RegularExpression
            : MyInvocation.BoundParameters.ContainsKey(nameof(ExpectedType)) ? ExpectedType
            : ExpectedValue;
        var judge = new Assertion(ParameterSetName, expected, Not, Because, SessionState);
        if (Throw)
        {
            foreach (object? block in _actual)
            {
                ErrorRecord? caught = Demand(new ThrowAssertion(ExpectedMessage, ErrorId, ExceptionType, Not, Because).Check(block));
                if (PassThru && caught is not null)
                    WriteObject(caught);
            }
        }
        else if (_actual.Count == 0 || judge.TakesList)
        {
            Demand((judge.Check(_actual.Count == 0 ? null : _actual.ToArray()), null));
        }
        else
        {
            foreach (object? one in _actual)
                Demand((judge.Check(one), null));
        }
    }

    private ErrorRecord? Demand((string? Failure, ErrorRecord? Caught) result)
    {
        if (result.Failure is not null)
        {
            ThrowTerminatingError(new ErrorRecord(
                new InvalidOperationException(result.Failure),
                "PesterAssertionFailed",
                ErrorCategory.InvalidResult,
                new ShouldFailure(MyInvocation.ScriptName, MyInvocation.ScriptLineNumber, MyInvocation.Line)));
        }

        return result.Caught;
    }
}
