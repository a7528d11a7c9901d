namespace EmTools.Engine.Pipeline;

/// <summary>What a step is written down for.</summary>
public enum StepForm
{
    /// <summary>A recipe's file: what was asked for, bound to no section.</summary>
    Recipe,

    /// <summary>A recipe's hash: what decides the pixels, and nothing else.</summary>
    Hash,

    /// <summary>An output's description: what was done to its section.</summary>
    Output,
}
