namespace EmTools.Shell;

/// <summary>How a line ended.</summary>
internal enum LineReadKind
{
    Line,
    Cancelled,
    EndOfInput,
}

/// <summary>A line, or why there is none.</summary>
internal readonly record struct LineRead(LineReadKind Kind, string Text);

/// <summary>Where the prompt gets its lines.</summary>
internal interface ILineReader
{
    LineRead Read(string prompt);
}

/// <summary>Lines of a pipe, a file or a dumb terminal.</summary>
internal sealed class PlainLineReader(bool showPrompt) : ILineReader
{
    public LineRead Read(string prompt)
    {
        if (showPrompt)
            Console.Out.Write(prompt);
        return Console.In.ReadLine() is { } line ? new(LineReadKind.Line, line) : new(LineReadKind.EndOfInput, "");
    }
}
