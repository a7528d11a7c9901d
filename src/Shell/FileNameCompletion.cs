using System.Text;

namespace EmTools.Shell;

/// <summary>
/// Names of files and folders for the word at the cursor. PowerShell's own path completion asks Get-ChildItem, a command of
/// a module that this host does not have.
/// </summary>
internal static class FileNameCompletion
{
    private const string Separators = "|;(){},&<>";

    /// <summary>The candidates for the word at the cursor, and the stretch of the line that they replace.</summary>
    /// <param name="line">The line so far.</param>
    /// <param name="cursor">Where in it the cursor is.</param>
    /// <param name="location">The folder that relative paths begin at.</param>
    /// <returns>Paths as the user began them, folders with a separator at their end, quoted where the shell needs it.</returns>
    public static (int Start, int Length, IReadOnlyList<string> Candidates) Complete(string line, int cursor, string location)
    {
        Word word = WordAt(line, cursor);
        int length = cursor - word.Start;
        if (word.Quote is { } open && cursor < line.Length && line[cursor] == open)
            length++; // the candidates bring their own closing quote
        if (word.Text.Length == 0 && word.IsCommand && word.Quote is null)
            return (word.Start, length, []);

        int name = word.Text.LastIndexOfAny([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar]) + 1;
        string folder = word.Text[..name];
        string[] found = Names(Resolve(folder, location), word.Text[name..]);

        // A file of the current folder runs as a command only with its folder.
        string prefix = folder.Length == 0 && word.IsCommand ? "." + Path.DirectorySeparatorChar : folder;
        string[] paths = [.. found.Select(n => prefix + n)];

        // All alike, so that they have a beginning in common.
        char? quote = word.Quote ?? (Array.Exists(paths, NeedsQuotes) ? '\'' : null);
        return (word.Start, length, [.. paths.Select(p => Quoted(p, quote))]);
    }

    private static string Resolve(string folder, string location)
    {
        bool atHome = folder.StartsWith('~') && folder.IndexOfAny([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar]) == 1;
        return atHome ? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), folder[1..]) : Path.Combine(location, folder);
    }

    private static string[] Names(string folder, string start)
    {
        try
        {
            return new DirectoryInfo(folder).EnumerateFileSystemInfos()
                .Where(e => e.Name.StartsWith(start, StringComparison.OrdinalIgnoreCase) && (start.Length > 0 || !e.Name.StartsWith('.')))
                .OrderBy(e => e.Name, StringComparer.Ordinal)
                .Select(e => Directory.Exists(e.FullName) ? e.Name + Path.DirectorySeparatorChar : e.Name)
                .ToArray();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return []; // a folder that is not there, or not for us, has nothing to offer
        }
    }

    /// <summary>Reads the line up to the cursor as the shell would: quotes, backticks, and what ends a word.</summary>
    private static Word WordAt(string line, int cursor)
    {
        var text = new StringBuilder();
        int start = 0;
        char? quote = null, opened = null;
        bool command = true, nextIsCommand = true;
        for (int i = 0; i < cursor; i++)
        {
            char c = line[i];
            if (c == '`' && quote != '\'' && i + 1 < cursor)
            {
                text.Append(line[++i]);
            }
            else if (quote is not null)
            {
                if (c != quote)
                    text.Append(c);
                else if (i + 1 < cursor && line[i + 1] == c)
                    text.Append(line[++i]);
                else
                    quote = null;
            }
            else if (char.IsWhiteSpace(c) || Separators.Contains(c, StringComparison.Ordinal))
            {
                if (i > start)
                    nextIsCommand = false;
                if (c is '|' or ';' or '(' or '{' or '&')
                    nextIsCommand = true;
                else if (!char.IsWhiteSpace(c))
                    nextIsCommand = false;
                command = nextIsCommand;
                start = i + 1;
                opened = null;
                text.Clear();
            }
            else if (i == start && c is ('\'' or '"'))
            {
                quote = opened = c;
            }
            else
            {
                text.Append(c);
            }
        }

        return new Word(start, text.ToString(), opened, command);
    }

    private static bool NeedsQuotes(string path)
        => path.Any(c => char.IsWhiteSpace(c) || Separators.Contains(c, StringComparison.Ordinal) || c is '\'' or '"' or '`' or '$') || path[0] is '@' or '#' or '-';

    private static string Quoted(string path, char? quote) => quote switch
    {
        null => path,
        '\'' => $"'{path.Replace("'", "''", StringComparison.Ordinal)}'",
        _ => $"\"{path.Replace("`", "``", StringComparison.Ordinal).Replace("$", "`$", StringComparison.Ordinal).Replace("\"", "`\"", StringComparison.Ordinal)}\"",
    };

    /// <param name="Start">Where in the line it begins, with its quote.</param>
    /// <param name="Text">What it says, without quotes.</param>
    /// <param name="Quote">The quote that it begins with, closed or not.</param>
    /// <param name="IsCommand">It stands where a command's name does.</param>
    private sealed record Word(int Start, string Text, char? Quote, bool IsCommand);
}
