using System.Globalization;
using System.Management.Automation;
using System.Text.Json.Nodes;

namespace EmTools.Cmdlets.Tests;

/// <summary>Neuroglancer itself, built from its package, shows what was written: its pixels are the volume's voxels.</summary>
public sealed class NeuroglancerTests : IDisposable
{
    private const int Depth = 24, Side = 96, Step = 5, Reach = 4, PixelsPerVoxel = 4;

    /// <summary>The grey levels at the middles of some voxels around the one in the middle of the window; null while it loads.</summary>
    private static readonly string s_pixels = string.Create(CultureInfo.InvariantCulture, $$"""
        (() => {
            const viewer = window.viewer;
            const panel = viewer && [...viewer.display.panels].find(p => p.sliceView);
            if (!panel) return null;
            viewer.display.draw();
            const gl = viewer.display.gl, canvas = viewer.display.canvas.getBoundingClientRect(), at = panel.element.getBoundingClientRect();
            const x0 = Math.floor(at.left - canvas.left + at.width / 2), y0 = Math.floor(canvas.bottom - at.top - at.height / 2), read = new Uint8Array(4), out = [];
            for (let y = -{{Reach}}; y <= {{Reach}}; y++)
                for (let x = -{{Reach}}; x <= {{Reach}}; x++) {
                    gl.readPixels(x0 + x * {{Step * PixelsPerVoxel}}, y0 - y * {{Step * PixelsPerVoxel}}, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, read);
                    out.push(read[0]);
                }
            return out;
        })()
        """);

    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [SkippableTheory]
    [InlineData("OmeZarr", "")]
    [InlineData("OmeZarr", "-NoShard")]
    [InlineData("OmeZarr04", "")]
    [InlineData("Precomputed", "")]
    [InlineData("Precomputed", "-NoShard")]
    public async Task Its_pixels_are_the_volumes_voxels(string format, string further)
    {
        string page = Environment.GetEnvironmentVariable("EMTOOLS_NEUROGLANCER") ?? "";
        Skip.IfNot(File.Exists(Path.Combine(page, "index.html")), "EMTOOLS_NEUROGLANCER names no folder with Neuroglancer's page (tests/Neuroglancer/build.sh).");
        Skip.IfNot(Browser.IsHere, "Chromium is not installed.");
        for (int z = 0; z < Depth; z++)
        {
            var pixels = new byte[Side, Side];
            for (int i = 0; i < pixels.Length; i++)
                pixels[i / Side, i % Side] = ValueAt(z, i / Side, i % Side);
            TestTiff.Write(_session.In("raw", $"{z}.tif"), pixels);
        }

        _session.Run($"Export-EmVolume fly -Path raw -Format {format} {further} -VoxelSize 8, 8, 8 -ChunkSize 8, 32, 32 -ShardSize 16, 64, 64 -LevelCount 3").RequireNoErrors();
        await using Browser browser = await Browser.Start(page);
        using PowerShell shell = PowerShell.Create(_session.Runspace);
        shell.AddScript($"Show-EmVolume fly -Viewer {browser.Page}");
        var output = new PSDataCollection<PSObject>();
        IAsyncResult running = shell.BeginInvoke<PSObject, PSObject>(null, output);
        SpinWait.SpinUntil(() => output.Count > 0 || running.IsCompleted, TimeSpan.FromSeconds(30));

        // The link's own state, but for one panel and larger voxels.
        string link = (string)output[0].Properties["Link"].Value;
        JsonNode state = JsonNode.Parse(Uri.UnescapeDataString(link[(link.IndexOf("#!", StringComparison.Ordinal) + 2)..]))!;
        (state["layout"], state["crossSectionScale"], state["showAxisLines"], state["showScaleBar"]) = ("xy", 1.0 / PixelsPerVoxel, false, false);
        await browser.Open($"{browser.Page}#!{Uri.EscapeDataString(state.ToJsonString())}");

        int[] expected = [.. from y in Enumerable.Range(-Reach, 2 * Reach + 1) from x in Enumerable.Range(-Reach, 2 * Reach + 1) select (int)ValueAt(Depth / 2, Side / 2 + y * Step, Side / 2 + x * Step)];
        int[] shown = [];
        for (DateTime end = DateTime.UtcNow.AddSeconds(60); DateTime.UtcNow < end && !Same(shown, expected); await Task.Delay(200))
            shown = (await browser.Evaluate(s_pixels))?.AsArray().Select(value => value!.GetValue<int>()).ToArray() ?? [];
        shell.Stop();
        Assert.True(Same(shown, expected), $"Expected {string.Join(' ', expected)}, shown {string.Join(' ', shown)}.");
    }

    private static bool Same(int[] shown, int[] expected) => shown.Length == expected.Length && shown.Zip(expected).All(pair => Math.Abs(pair.First - pair.Second) <= 1);

    private static byte ValueAt(int z, int y, int x) => (byte)((x * 7 + y * 13 + z * 29) % 251);
}
