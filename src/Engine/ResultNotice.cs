namespace EmTools.Engine;

/// <summary>Something that is no error and may well mean that a result is worth nothing.</summary>
/// <param name="Id">A stable name for scripts: <c>PixelsAtEnd</c>, <c>ResultConstant</c>, <c>ResultFlat</c>, <c>ResultEmpty</c>, <c>OutsideRange</c>.</param>
/// <param name="Step">The step that it was found at.</param>
/// <param name="Message">What was found, and what to do.</param>
public sealed record ResultNotice(string Id, string Step, string Message);
