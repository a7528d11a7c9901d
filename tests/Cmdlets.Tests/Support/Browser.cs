using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace EmTools.Cmdlets.Tests;

/// <summary>A Chromium without a window, asked by its debugging protocol, and a server for the page that it shows.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";

    private readonly string _profile = Directory.CreateTempSubdirectory("emtools-browser-").FullName;
    private readonly HttpListener _server = new();
    private readonly ClientWebSocket _socket = new();
    private Process? _process;
    private int _asked;

    public static bool IsHere => File.Exists(Program);

    /// <summary>Where the page is served.</summary>
    public string Page { get; private set; } = "";

    /// <summary>Serves a folder, and starts the browser at an address of it.</summary>
    public static async Task<Browser> Start(string folder)
    {
        var browser = new Browser();
        using (var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            browser.Page = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        }

        browser._server.Prefixes.Add(browser.Page);
        browser._server.Start();
        _ = Task.Run(() => browser.Serve(folder));
        browser._process = Process.Start(new ProcessStartInfo(Program, ["--headless=new", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--window-size=800,600", "--remote-debugging-port=0", $"--user-data-dir={browser._profile}", "about:blank"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _ = browser._process.StandardError.ReadToEndAsync();
        _ = browser._process.StandardOutput.ReadToEndAsync();
        string[] port = [];
        Assert.True(SpinWait.SpinUntil(() => (port = Lines(Path.Combine(browser._profile, "DevToolsActivePort"))).Length > 1, TimeSpan.FromSeconds(60)), "Chromium does not start.");
        using var client = new HttpClient();
        JsonNode targets = JsonNode.Parse(await client.GetStringAsync(new Uri($"http://127.0.0.1:{port[0]}/json")))!;
        string address = targets.AsArray().First(target => target!["type"]!.GetValue<string>() == "page")!["webSocketDebuggerUrl"]!.GetValue<string>();
        await browser._socket.ConnectAsync(new Uri(address), CancellationToken.None);
        return browser;
    }

    /// <summary>Goes to an address.</summary>
    public async Task Open(string address)
    {
        await Ask("Page.navigate", new JsonObject { ["url"] = "about:blank" });
        await Ask("Page.navigate", new JsonObject { ["url"] = address });
    }

    /// <summary>The value of an expression in the page; null where it has none yet.</summary>
    public async Task<JsonNode?> Evaluate(string expression)
        => (await Ask("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true }))?["result"]?["value"];

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _server.Close();
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // One of its processes has just written something more.
        }
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            Thread.Sleep(50);
            return [];
        }
    }

    private async Task<JsonNode?> Ask(string method, JsonObject parameters)
    {
        int id = ++_asked;
        var question = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        await _socket.SendAsync(Encoding.UTF8.GetBytes(question.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        byte[] buffer = new byte[1 << 16];
        while (true)
        {
            using var answer = new MemoryStream();
            WebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                answer.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);
            JsonNode message = JsonNode.Parse(answer.ToArray())!;
            if (message["id"]?.GetValue<int>() == id)
                return message["result"];
        }
    }

    private void Serve(string folder)
    {
        while (true)
        {
            try
            {
                HttpListenerContext asked = _server.GetContext();
                string path = Path.Combine(folder, asked.Request.Url!.AbsolutePath.TrimStart('/') is { Length: > 0 } name ? name : "index.html");
                asked.Response.ContentType = Path.GetExtension(path) switch { ".html" => "text/html", ".js" => "text/javascript", ".css" => "text/css", ".wasm" => "application/wasm", _ => "application/octet-stream" };
                if (File.Exists(path))
                    asked.Response.Close(File.ReadAllBytes(path), willBlock: true);
                else
                    asked.Response.Abort();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                if (!_server.IsListening)
                    return;
            }
        }
    }
}
