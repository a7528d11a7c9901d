namespace EmTools.Cmdlets;

/// <summary>How a task of a stack ended.</summary>
/// <param name="Done">Sections that it did (or, of a final job, outputs that are sound).</param>
/// <param name="Skipped">Sections that were complete already.</param>
/// <param name="Failed">Sections that could not be done.</param>
/// <param name="ExitCode">0 all done, 1 some failed, 2 nothing could run, 143 told to end.</param>
public sealed record EmTaskResult(int Done, int Skipped, int Failed, int ExitCode);
