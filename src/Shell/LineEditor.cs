namespace EmTools.Shell;

/// <summary>
/// A line with a cursor, history and completion. Console.ReadLine has neither history nor completion on Linux, and cannot
/// be told to give up at Ctrl+C.
/// </summary>
internal sealed class LineEditor(Completer completer) : ILineReader
{
    private readonly List<string> _history = [];
    private string _prompt = "";
    private string _line = "";
    private int _cursor;
    private int _rowOfCursor;

    public LineRead Read(string prompt)
    {
        _prompt = prompt;
        _line = "";
        _cursor = 0;
        _rowOfCursor = 0;
        int recalled = _history.Count;

        bool before = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
        try
        {
            Draw();
            while (true)
            {
                ConsoleKeyInfo key = Console.ReadKey(intercept: true);
                bool control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
                switch (key.Key)
                {
                    case ConsoleKey.Enter:
                        Finish();
                        if (_line.Length > 0 && (_history.Count == 0 || _history[^1] != _line))
                            _history.Add(_line);
                        return new(LineReadKind.Line, _line);
                    case ConsoleKey.C when control:
                        Finish("^C");
                        return new(LineReadKind.Cancelled, "");
                    case ConsoleKey.D when control && _line.Length == 0:
                        Finish();
                        return new(LineReadKind.EndOfInput, "");
                    case ConsoleKey.UpArrow:
                    case ConsoleKey.P when control:
                        Recall(ref recalled, -1);
                        break;
                    case ConsoleKey.DownArrow:
                    case ConsoleKey.N when control:
                        Recall(ref recalled, 1);
                        break;
                    case ConsoleKey.Tab:
                        Complete();
                        break;
                    default:
                        Edit(key, control);
                        break;
                }

                Draw();
            }
        }
        finally
        {
            Console.TreatControlCAsInput = before;
        }
    }

    private void Edit(ConsoleKeyInfo key, bool control)
    {
        switch (key.Key)
        {
            case ConsoleKey.LeftArrow when control:
                _cursor = WordStart();
                break;
            case ConsoleKey.LeftArrow:
                _cursor = Math.Max(_cursor - 1, 0);
                break;
            case ConsoleKey.RightArrow when control:
                _cursor = WordEnd();
                break;
            case ConsoleKey.RightArrow:
                _cursor = Math.Min(_cursor + 1, _line.Length);
                break;
            case ConsoleKey.Home:
            case ConsoleKey.A when control:
                _cursor = 0;
                break;
            case ConsoleKey.End:
            case ConsoleKey.E when control:
                _cursor = _line.Length;
                break;
            case ConsoleKey.W when control:
            case ConsoleKey.Backspace when control:
                Remove(WordStart(), _cursor);
                break;
            case ConsoleKey.Backspace:
                Remove(_cursor - 1, _cursor);
                break;
            case ConsoleKey.Delete:
            case ConsoleKey.D when control:
                Remove(_cursor, _cursor + 1);
                break;
            case ConsoleKey.U when control:
                Remove(0, _cursor);
                break;
            case ConsoleKey.K when control:
                Remove(_cursor, _line.Length);
                break;
            case ConsoleKey.Escape:
                Remove(0, _line.Length);
                break;
            case ConsoleKey.L when control:
                Console.Clear();
                _rowOfCursor = 0;
                break;
            default:
                if (!char.IsControl(key.KeyChar))
                    Insert(_cursor, 0, key.KeyChar.ToString());
                break;
        }
    }

    private void Recall(ref int recalled, int step)
    {
        int next = recalled + step;
        if (next < 0 || next > _history.Count)
            return;
        recalled = next;
        _line = next == _history.Count ? "" : _history[next];
        _cursor = _line.Length;
    }

    /// <summary>Completes as far as all candidates agree; lists them when that adds nothing.</summary>
    private void Complete()
    {
        (int start, int length, IReadOnlyList<string> candidates) = completer.Complete(_line, _cursor);
        if (candidates.Count == 0)
            return;
        string common = candidates.Count == 1 ? candidates[0] : CommonPrefix(candidates);
        if (common.Length > length || (candidates.Count == 1 && common != _line.Substring(start, length)))
        {
            Insert(start, length, common);
            return;
        }

        if (candidates.Count == 1)
            return;
        Finish();
        Columns.Write(candidates, Terminal.Width, Console.Out);
        _rowOfCursor = 0;
    }

    private static string CommonPrefix(IReadOnlyList<string> words)
    {
        int length = words.Min(w => w.Length);
        for (int i = 0; i < length; i++)
        {
            if (words.Any(w => char.ToUpperInvariant(w[i]) != char.ToUpperInvariant(words[0][i])))
                return words[0][..i];
        }

        return words[0][..length];
    }

    private int WordStart()
    {
        int at = _cursor;
        while (at > 0 && _line[at - 1] == ' ')
            at--;
        while (at > 0 && _line[at - 1] != ' ')
            at--;
        return at;
    }

    private int WordEnd()
    {
        int at = _cursor;
        while (at < _line.Length && _line[at] == ' ')
            at++;
        while (at < _line.Length && _line[at] != ' ')
            at++;
        return at;
    }

    private void Remove(int from, int to)
    {
        from = Math.Clamp(from, 0, _line.Length);
        to = Math.Clamp(to, 0, _line.Length);
        Insert(from, to - from, "");
    }

    private void Insert(int at, int replaced, string text)
    {
        _line = string.Concat(_line.AsSpan(0, at), text, _line.AsSpan(at + replaced));
        _cursor = at + text.Length;
    }

    // A line may be longer than the terminal is wide: rows are counted, and all of them drawn anew.
    private void Draw()
    {
        int width = Terminal.Width;
        int end = _prompt.Length + _line.Length;
        int at = _prompt.Length + _cursor;
        string up = _rowOfCursor > 0 ? $"\e[{_rowOfCursor}A" : "";

        // The terminal wraps only when a character follows the last column.
        string wrap = end % width == 0 && end > 0 ? "\r\n" : "";
        Console.Out.Write($"{up}\r\e[J{_prompt}{_line}{wrap}");
        _rowOfCursor = at / width;
        int back = (end / width) - _rowOfCursor;
        Console.Out.Write((back > 0 ? $"\e[{back}A" : "") + "\r" + (at % width > 0 ? $"\e[{at % width}C" : ""));
    }

    private void Finish(string mark = "")
    {
        _cursor = _line.Length;
        Draw();
        Console.Out.WriteLine(mark);
    }
}
