using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using EmTools.Benchmarks;

// dotnet run -c Release --project bench/Kernels -- --filter '*Conversion*'
// dotnet run -c Release --project bench/Kernels -- --against ../other/out/EmTools/EmTools.Engine.dll --filter '*Filter*'
ManualConfig config = ManualConfig.Create(DefaultConfig.Instance);
int against = Array.IndexOf(args, "--against");
if (against >= 0)
{
    if (against + 1 == args.Length || !File.Exists(args[against + 1]))
    {
        Console.Error.WriteLine("--against needs the path of another build's EmTools.Engine.dll.");
        return 1;
    }

    string engine = Path.GetFullPath(args[against + 1]);
    config.AddJob(Job.Default.WithId("this"));
    config.AddJob(Job.Default.WithId("other").WithArguments([new MsBuildArgument($"/p:EngineDll={engine}")]).AsBaseline());
    args = [.. args[..against], .. args[(against + 2)..]];
}

BenchmarkSwitcher.FromAssembly(typeof(ConversionBenchmarks).Assembly).Run(args, config);
return 0;
