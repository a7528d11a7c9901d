namespace EmTools.Engine.Estimation.Background;

/// <summary>The box means of one section, ready to be fitted.</summary>
/// <param name="Index">The section's place in the stack.</param>
/// <param name="Level">What is subtracted from them: the section's offset; grey levels.</param>
/// <param name="Boxes">The means, row by row, in grey levels; NaN where there is no tissue.</param>
public readonly record struct BoxSection(int Index, double Level, ReadOnlyMemory<float> Boxes);
