using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using EmTools.Engine;

namespace EmTools.Cmdlets;

/// <summary>
/// Serves the files of a folder on 127.0.0.1, to viewers in a browser: whole or in ranges, and to pages from elsewhere too. The
/// address holds a word that nobody can guess, so other pages that the browser has open find nothing.
/// </summary>
internal sealed class FolderServer : IDisposable
{
    private const int TokenBytes = 16, BufferBytes = 1 << 16, Tries = 20;

    private readonly HttpListener _listener;
    private readonly string _root;
    private readonly string _prefix;

    private FolderServer(HttpListener listener, string root, int port, string token)
    {
        (_listener, _root, _prefix) = (listener, root, $"/{token}/");
        Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/{token}/");
    }

    /// <summary>The folder's address, with a slash at its end.</summary>
    public string Address { get; }

    /// <summary>Where a browser is sent that opens <see cref="Address"/> itself; null for nowhere.</summary>
    public string? Viewer { get; set; }

    /// <summary>Begins to listen.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="port">The port; null for one that is free.</param>
    /// <exception cref="EmException">The port is taken (<c>PortTaken</c>).</exception>
    public static FolderServer Start(string folder, int? port)
    {
        string root = new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(folder);
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
        for (int i = 0; ; i++)
        {
            int chosen = port ?? FreePort();
            var listener = new HttpListener();
            listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{chosen}/"));
            try
            {
                listener.Start();
                return new FolderServer(listener, Path.TrimEndingDirectorySeparator(root), chosen, token);
            }
            catch (Exception e) when (e is HttpListenerException or SocketException)
            {
                listener.Close();
                if (port is not null || i == Tries) // another process may have been quicker for a port that was free
                    throw new EmException(EmErrorKind.InvalidArgument, "PortTaken", $"Port {chosen} of this machine cannot be listened at ({e.Message.TrimEnd('.')}). Give another -Port, or none for one that is free.", "Port", e);
            }
        }
    }

    /// <summary>Answers until it is cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    [DoesNotReturn]
    public void Run(CancellationToken cancellation)
    {
        while (true)
        {
            HttpListenerContext asked = _listener.GetContextAsync().WaitAsync(cancellation).GetAwaiter().GetResult();
            ThreadPool.QueueUserWorkItem(_ => Answer(asked));
        }
    }

    public void Dispose() => _listener.Close();

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private void Answer(HttpListenerContext asked)
    {
        HttpListenerResponse response = asked.Response;
        try
        {
            response.Headers["Access-Control-Allow-Origin"] = "*";
            response.Headers["Access-Control-Allow-Headers"] = "Range, If-Range, Cache-Control";
            response.Headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS";
            response.Headers["Access-Control-Expose-Headers"] = "Content-Range, Content-Length, Accept-Ranges";
            response.Headers["Access-Control-Allow-Private-Network"] = "true";
            response.Headers["Accept-Ranges"] = "bytes";
            response.Headers["Cache-Control"] = "no-cache"; // a volume may grow while it is looked at
            if (asked.Request.HttpMethod == "OPTIONS")
                response.StatusCode = (int)HttpStatusCode.NoContent;
            else if (asked.Request.HttpMethod is not ("GET" or "HEAD"))
                response.StatusCode = (int)HttpStatusCode.MethodNotAllowed;
            else if (asked.Request.Url!.AbsolutePath == _prefix && Viewer is { } viewer)
                response.Redirect(viewer);
            else if (FileOf(asked.Request.Url.AbsolutePath) is { } path)
                Send(path, asked.Request, response);
            else
                response.StatusCode = (int)HttpStatusCode.NotFound;
            response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or UnauthorizedAccessException or InvalidOperationException)
        {
            response.Abort(); // the browser has gone away, or the file has: it asks again
        }
    }

    /// <summary>The file that a path means; null where it means none, or one that is not of the volume.</summary>
    private string? FileOf(string asked)
    {
        if (!asked.StartsWith(_prefix, StringComparison.Ordinal))
            return null;
        string path = _root;
        foreach (string part in Uri.UnescapeDataString(asked[_prefix.Length..]).Split('/'))
        {
            // Hidden bookkeeping is nobody's concern, but the metadata of Zarr 2 begin with a dot.
            bool metadata = part is ".zgroup" or ".zattrs" or ".zarray" or ".zmetadata";
            if (part.Length == 0 || (part[0] == '.' && !metadata) || part.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || part.Contains('\\', StringComparison.Ordinal))
                return null;
            path = Path.Combine(path, part);
            if (new FileInfo(path).Attributes is var attributes && attributes != (FileAttributes)(-1) && attributes.HasFlag(FileAttributes.ReparsePoint))
                return null; // a link may lead anywhere
        }

        return File.Exists(path) ? path : null;
    }

    private static void Send(string path, HttpListenerRequest request, HttpListenerResponse response)
    {
        using var file = new FileStream(path, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
        (long first, long count) = (0, file.Length);
        if (request.Headers["Range"] is { } range)
        {
            if (RangeOf(range, file.Length) is not { } part)
            {
                response.StatusCode = (int)HttpStatusCode.RequestedRangeNotSatisfiable;
                response.Headers["Content-Range"] = string.Create(CultureInfo.InvariantCulture, $"bytes */{file.Length}");
                return;
            }

            (first, count) = part;
            response.StatusCode = (int)HttpStatusCode.PartialContent;
            response.Headers["Content-Range"] = string.Create(CultureInfo.InvariantCulture, $"bytes {first}-{first + count - 1}/{file.Length}");
        }

        response.ContentType = Path.GetFileName(path) is "info" or "provenance" || path.EndsWith(".json", StringComparison.Ordinal) || Path.GetFileName(path)[0] == '.' ? "application/json" : "application/octet-stream";
        response.ContentLength64 = count;
        if (request.HttpMethod == "HEAD")
            return;
        file.Position = first;
        byte[] buffer = new byte[BufferBytes];
        for (long left = count; left > 0;)
        {
            int got = file.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (got == 0)
                throw new EndOfStreamException();
            response.OutputStream.Write(buffer, 0, got);
            left -= got;
        }
    }

    /// <summary>The part that a header asks for; null where it asks for nothing that is there. Several ranges are answered by none.</summary>
    private static (long First, long Count)? RangeOf(string header, long length)
    {
        const string Bytes = "bytes=";
        string[] ends = header.StartsWith(Bytes, StringComparison.Ordinal) ? header[Bytes.Length..].Split('-') : [];
        if (ends.Length != 2)
            return null;
        bool from = long.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out long first), to = long.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out long last);
        if (!from && to && ends[0].Length == 0)
            return last > 0 && length > 0 ? (Math.Max(0, length - last), Math.Min(last, length)) : null;
        if (!from || first >= length || (!to && ends[1].Length > 0))
            return null;
        last = to ? Math.Min(last, length - 1) : length - 1;
        return last >= first ? (first, last - first + 1) : null;
    }
}
