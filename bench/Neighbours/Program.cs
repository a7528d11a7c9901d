using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using EmTools.Engine;
using EmTools.Engine.Imaging;
using EmTools.Engine.Phantoms;
using EmTools.NeighbourBench;

// Filters over neighbouring sections, against the published formulas in numpy and OpenCV (published.py).
const int First = 5600;
const int Depth = 5;

if (args is ["time", var file])
{
    OwnFilter.Time(BenchCase.Read(file));
    return 0;
}

string? only = args.Length == 1 && !args[0].StartsWith('-') ? args[0] : null;
if (args.Length > 0 && only is null)
{
    Console.Error.WriteLine("usage: EmTools.NeighbourBench [nlm | milling]");
    return 2;
}

// The sizes and parameters of the reference cases, and a section of usual size with the filters' defaults.
BenchCase[] cases =
[
    new() { Filter = "nlm", Height = 64, Width = 72, Parameters = new JsonObject { ["BLOCK"] = 5, ["NBHOOD"] = 5, ["WEIGHT_COUNT"] = 6 } },
    new() { Filter = "milling", Height = 64, Width = 72, Parameters = new JsonObject { ["sigma"] = 0.25, ["nbhood"] = 31, ["method"] = "xcorr" } },
    new() { Filter = "milling", Height = 2048, Width = 2048, Parameters = new JsonObject { ["sigma"] = 0.25, ["nbhood"] = 97, ["method"] = "xcorr" } },
    new() { Filter = "nlm", Height = 2048, Width = 2048, Parameters = new JsonObject { ["BLOCK"] = 7, ["NBHOOD"] = 11, ["WEIGHT_COUNT"] = 10 } },
];

string folder = Directory.CreateTempSubdirectory("emtools-neighbour-bench-").FullName;
try
{
    var comparison = new Comparison(folder);
    foreach (BenchCase work in cases.Where(c => only is null || c.Filter == only))
    {
        BenchCase made = work with { Sections = Sections(work) };
        foreach (int threads in Environment.ProcessorCount > 1 ? [1, Environment.ProcessorCount] : (int[])[1])
            comparison.Run(made, threads);
    }

    return 0;
}
finally
{
    Directory.Delete(folder, recursive: true);
}

string Sections(BenchCase work)
{
    string planes = Path.Combine(folder, $"{work.Height}x{work.Width}.f32");
    if (File.Exists(planes))
        return planes;
    var phantom = new Phantom(new PhantomOptions { Height = work.Height, Width = work.Width });
    using FileStream to = File.Create(planes);
    for (int z = 0; z < Depth; z++)
    {
        using Plane<float> section = PlaneConversion.ToSingle(phantom.Section(First + z).Compute(), invert: true, EvaluationContext.Default);
        for (int y = 0; y < section.Height; y++)
            to.Write(MemoryMarshal.AsBytes(section.Row(y)));
    }

    return planes;
}
