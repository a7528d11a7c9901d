using EmTools.Engine.Calibration;

namespace EmTools.Engine.Filters;

/// <summary>A filter's options some of which are grey levels, with defaults for 16-bit sections as published: where nobody gives them, they follow the stack.</summary>
public interface ILevelledOptions : IFilterOptions
{
    /// <summary>The parameters that follow the stack's levels unless they are given.</summary>
    IReadOnlyList<string> Levelled { get; }

    /// <summary>The options for a stack's levels.</summary>
    /// <param name="levels">The levels.</param>
    /// <param name="given">Names of parameters that were given, and stay.</param>
    ILevelledOptions ForLevels(GreyLevels levels, IReadOnlySet<string> given);

    /// <summary>What to tell the user where parameters that were given do not fit the levels; else null.</summary>
    string? Misfit(GreyLevels levels);
}
