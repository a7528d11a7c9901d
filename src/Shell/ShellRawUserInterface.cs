using System.Management.Automation.Host;

namespace EmTools.Shell;

/// <summary>The console's size and keys. Its cells cannot be read back, so what asks for them is told so.</summary>
internal sealed class ShellRawUserInterface : PSHostRawUserInterface
{
    // "The terminal's own": no ConsoleColor stands for it.
    private const ConsoleColor OwnColour = (ConsoleColor)(-1);

    public override ConsoleColor ForegroundColor { get; set; } = OwnColour;

    public override ConsoleColor BackgroundColor { get; set; } = OwnColour;

    public override Size BufferSize
    {
        get => WindowSize;
        set => throw Unsupported();
    }

    public override Coordinates CursorPosition
    {
        get => Console.IsOutputRedirected ? default : new Coordinates(Console.CursorLeft, Console.CursorTop);
        set
        {
            if (!Console.IsOutputRedirected)
                Console.SetCursorPosition(value.X, value.Y);
        }
    }

    public override int CursorSize { get; set; } = 25;

    public override bool KeyAvailable => !Console.IsInputRedirected && Console.KeyAvailable;

    public override Size MaxPhysicalWindowSize => WindowSize;

    public override Size MaxWindowSize => WindowSize;

    public override Coordinates WindowPosition
    {
        get => default;
        set => throw Unsupported();
    }

    public override Size WindowSize
    {
        get => new(Terminal.Width, Terminal.Height);
        set => throw Unsupported();
    }

    public override string WindowTitle
    {
        get => "emsh";
        set
        {
            if (Terminal.UnderstandsEscapes && !Console.IsOutputRedirected)
                Console.Title = value;
        }
    }

    public override void FlushInputBuffer()
    {
        while (KeyAvailable)
            Console.ReadKey(intercept: true);
    }

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw Unsupported();

    public override KeyInfo ReadKey(ReadKeyOptions options)
    {
        ConsoleKeyInfo key = Console.ReadKey(options.HasFlag(ReadKeyOptions.NoEcho));
        return new KeyInfo((int)key.Key, key.KeyChar, default, keyDown: true);
    }

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw Unsupported();

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw Unsupported();

    // The whole screen, which is what Clear-Host asks for.
    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        if (!Console.IsOutputRedirected)
            Console.Clear();
    }

    private static NotSupportedException Unsupported() => new("emsh writes to a terminal as a stream; it has no screen buffer.");
}
