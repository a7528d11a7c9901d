using System.Globalization;
using BitMiracle.LibTiff.Classic;

namespace EmTools.Engine.Formats;

/// <summary>Keeps what LibTiff.NET reports for our own errors; by itself it would write to the standard error stream.</summary>
internal sealed class LibTiffMessages : TiffErrorHandler
{
    [ThreadStatic]
    private static string? t_last;

    private LibTiffMessages()
    {
    }

    /// <summary>The last error on this thread since <see cref="Clear"/>, or null.</summary>
    public static string? Last => t_last;

    /// <summary>Installs the handler for the whole process; only the first call does anything.</summary>
    public static void Install() => Installation.Run();

    /// <summary>Forgets this thread's last error.</summary>
    public static void Clear() => t_last = null;

    public override void ErrorHandler(Tiff tif, string method, string format, params object[] args)
        => t_last = string.Format(CultureInfo.InvariantCulture, format, args);

    public override void ErrorHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
    {
    }

    public override void WarningHandler(Tiff tif, string method, string format, params object[] args)
    {
    }

    public override void WarningHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
    {
    }

    private static class Installation
    {
        static Installation() => Tiff.SetErrorHandler(new LibTiffMessages());

        public static void Run()
        {
        }
    }
}
