using System.Management.Automation;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace EmTools.Cmdlets.Tests;

/// <summary>A volume on 127.0.0.1: what is given out, and what is not.</summary>
public sealed class ShowEmVolumeTests : IDisposable
{
    private readonly ModuleSession _session = new();
    private readonly HttpClient _browser = new() { Timeout = TimeSpan.FromSeconds(30) };

    public void Dispose()
    {
        _browser.Dispose();
        _session.Dispose();
    }

    [Fact]
    public async Task A_volume_is_served_in_parts_until_the_pipeline_is_stopped()
    {
        _session.Run("New-EmPhantom -Count 9 -Height 64 -Width 96 -Destination ph; Export-EmVolume fly.zarr -Path ph/raw -VoxelSize 40, 8, 8").RequireNoErrors();
        File.WriteAllText(_session.In("secret.json"), "{}");
        File.CreateSymbolicLink(_session.In("fly.zarr", "link.json"), _session.In("secret.json"));
        using PowerShell shell = PowerShell.Create(_session.Runspace);
        shell.AddScript("Show-EmVolume fly.zarr -Viewer http://viewer/");
        var output = new PSDataCollection<PSObject>();
        IAsyncResult running = shell.BeginInvoke<PSObject, PSObject>(null, output);
        SpinWait.SpinUntil(() => output.Count > 0 || running.IsCompleted, TimeSpan.FromSeconds(30));
        Assert.Empty(shell.Streams.Error.ReadAll());
        PSObject view = output[0];
        string address = (string)view.Properties["Address"].Value;

        byte[] shard = File.ReadAllBytes(_session.In("fly.zarr", "0", "c", "0", "0", "0"));
        using HttpResponseMessage whole = await _browser.GetAsync(new Uri(address + "0/c/0/0/0"));
        Assert.Equal(shard, await whole.Content.ReadAsByteArrayAsync());
        Assert.Equal("*", Assert.Single(whole.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal(shard[^12..], await Part(address, new RangeHeaderValue(null, 12), shard.Length));
        Assert.Equal(shard[5..10], await Part(address, new RangeHeaderValue(5, 9), shard.Length));
        Assert.Equal(shard[100..], await Part(address, new RangeHeaderValue(100, null), shard.Length));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, await Status(new HttpRequestMessage(HttpMethod.Get, address + "0/c/0/0/0") { Headers = { Range = new RangeHeaderValue(shard.Length, null) } }));
        Assert.Equal(HttpStatusCode.NoContent, await Status(new HttpRequestMessage(HttpMethod.Options, address + "zarr.json")));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, await Status(new HttpRequestMessage(HttpMethod.Put, address + "zarr.json")));
        foreach (string hidden in (string[])["link.json", ".emstack/plan.jsonl", "..%2Fsecret.json", "%2e%2e/secret.json", "0/../../secret.json", "0/c/9/9/9", "0"])
            Assert.Equal((hidden, HttpStatusCode.NotFound), (hidden, await Status(new HttpRequestMessage(HttpMethod.Get, address + hidden))));
        Assert.Equal(HttpStatusCode.NotFound, await Status(new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(address), "/zarr.json"))));

        using (var once = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }))
        using (HttpResponseMessage sent = await once.GetAsync(new Uri(address)))
            Assert.Equal(view.Properties["Link"].Value, sent.Headers.Location!.OriginalString);
        JsonNode state = JsonNode.Parse(Uri.UnescapeDataString(((string)view.Properties["Link"].Value)["http://viewer/#!".Length..]))!;
        Assert.Equal($"zarr://{address}", state["layers"]![0]!["source"]!.GetValue<string>());
        Assert.Equal("[48,32,4]", state["position"]!.ToJsonString());
        Assert.Equal(40e-9, state["dimensions"]!["z"]![0]!.GetValue<double>(), 1e-15);

        shell.Stop();
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _browser.GetAsync(new Uri(address + "zarr.json")));
    }

    [Fact]
    public void A_file_that_no_viewer_shows_is_refused()
    {
        TestTiff.WriteRamp(_session.In("0.tif"));
        Assert.StartsWith("VolumeNotServed,", _session.Run("Show-EmVolume 0.tif").RequireTerminating().FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    private async Task<byte[]> Part(string address, RangeHeaderValue range, int length)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address + "0/c/0/0/0") { Headers = { Range = range } };
        using HttpResponseMessage answer = await _browser.SendAsync(request);
        Assert.Equal((HttpStatusCode.PartialContent, length), (answer.StatusCode, answer.Content.Headers.ContentRange!.Length));
        return await answer.Content.ReadAsByteArrayAsync();
    }

    private async Task<HttpStatusCode> Status(HttpRequestMessage request)
    {
        using HttpResponseMessage answer = await _browser.SendAsync(request);
        request.Dispose();
        return answer.StatusCode;
    }
}
