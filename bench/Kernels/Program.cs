using BenchmarkDotNet.Running;

// dotnet run -c Release --project bench/Kernels -- --filter '*Conversion*'
BenchmarkSwitcher.FromAssembly(typeof(EmTools.Benchmarks.ConversionBenchmarks).Assembly).Run(args);
