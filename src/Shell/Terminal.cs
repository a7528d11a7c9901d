using System.Globalization;

namespace EmTools.Shell;

/// <summary>What is known of the terminal.</summary>
internal static class Terminal
{
    private const int WidthOfFiles = 120;

    /// <summary>False on a dumb terminal, and where the user wants no such thing.</summary>
    public static bool UnderstandsEscapes { get; }
        = Environment.GetEnvironmentVariable("TERM") is not "dumb" && (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable("TERM") is { Length: > 0 });

    /// <summary>Columns; COLUMNS or 120 when there is no terminal.</summary>
    public static int Width
    {
        get
        {
            if (!Console.IsOutputRedirected || !Console.IsErrorRedirected)
            {
                int width = Measure(() => Console.WindowWidth);
                if (width > 0)
                    return width;
            }

            return int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out int columns) && columns > 0 ? columns : WidthOfFiles;
        }
    }

    /// <summary>Rows.</summary>
    public static int Height => Measure(() => Console.WindowHeight) is > 0 and int height ? height : 50;

    private static int Measure(Func<int> measure)
    {
        try
        {
            return measure();
        }
        catch (Exception error) when (error is IOException or PlatformNotSupportedException)
        {
            return 0;
        }
    }
}
