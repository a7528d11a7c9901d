using System.Diagnostics;
using System.Text;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Schedulers;
using EmTools.Engine.Stacks;

namespace EmTools.Engine.Tests.Stacks;

/// <summary>Recipes, plans, runs and ledgers that were damaged or made up: errors that name the file, soon and in little memory.</summary>
public sealed class DamagedBookkeepingTests : IDisposable
{
    /// <summary>What one damaged file may take at most: far above what any takes, far below what harms.</summary>
    private const long Memory = 200 << 20;

    private static readonly string[] s_words = ["null", "-1", "2147483647", "1e999", "\"\\ud800\"", "\"a\\u0000b\"", "\"0-2147483647\"", "[]", "{}", "true", "\"NaN\"", "0.5", "99999999999999999999"];

    private readonly StackSamples _samples = new();

    public void Dispose() => _samples.Dispose();

    [Theory]
    [InlineData("recipe-duplicate-key.json", """{"schema":1,"steps":[{"step":"IntensityOffset","parameters":{"Value":3,"Value":4}}]}""")]
    [InlineData("recipe-lone-surrogate.json", """{"schema":1,"steps":[{"step":"\ud800"}]}""")]
    [InlineData("recipe-nul-in-file.json", """{"schema":1,"steps":[{"step":"IntensityOffset","file":"a\u0000b.h5"}]}""")]
    [InlineData("null.json", "null")]
    [InlineData("list.json", "[1]")]
    [InlineData("comment.json", """{"schema":1,"comment":["\udc00"],"steps":[]}""")]
    public void A_recipe_that_is_none_is_refused_by_name(string name, string text)
    {
        string path = _samples.Folder.File(name);
        File.WriteAllText(path, text);
        EmException error = Assert.Throws<EmException>(() => RecipeFile.Read(path));
        Assert.StartsWith($"'{path}' is no recipe: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"tasks\":1", "\"tasks\":0")]
    [InlineData("\"sections\":\"0-3\"", "\"sections\":\"0-2147483647\"")]
    [InlineData("\"sections\":\"0-3\"", "\"sections\":\"3-0\"")]
    [InlineData("\"sections\":\"0-3\"", "\"sections\":\"0-3-5\"")]
    [InlineData("\"sections\":\"0-3\"", "\"sections\":null")]
    [InlineData("\"number\":1", "\"number\":7")]
    [InlineData("\"number\":1", "\"number\":1,\"number\":1")]
    [InlineData("\"settings\":{}", "\"settings\":null")]
    public void A_run_that_is_none_is_refused_by_name(string from, string to)
    {
        StackWork work = _samples.Plan();
        StackSamples.Run(work);
        string path = work.Folder.RunFile(1), text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
        EmException error = Assert.Throws<EmException>(() => StackRun.Read(work.Folder, 1));
        Assert.Equal("RunNotReadable", error.Id);
        Assert.StartsWith($"'{path}' cannot be read as a run: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"count\":4", "\"count\":2147483647")]
    [InlineData("\"compression\":\"Deflate\"", "\"compression\":\"Zip\"")]
    [InlineData("\"compression\":\"Deflate\"", "\"compression\":\"3,1\"")]
    [InlineData("\"compression\":\"Deflate\"", "\"compression\":17")]
    [InlineData("\"index\":2", "\"index\":-2")]
    [InlineData("\"index\":2", "\"index\":1")]
    [InlineData("\"index\":2", "\"index\":2,\"index\":2")]
    [InlineData("\"height\":20", "\"height\":0")]
    [InlineData("00003.tif", "\\u0000.tif")]
    [InlineData("00003.tif", "\\ud800.tif")]
    public void A_plan_that_is_none_is_refused_by_name(string from, string to)
    {
        string path = _samples.Plan().Folder.PlanFile, text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
        EmException error = Assert.Throws<EmException>(() => StackWork.Open(_samples.Stack));
        Assert.Equal("PlanNotReadable", error.Id);
        Assert.Contains($"'{path}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_torn_line_does_not_hide_the_next_one()
    {
        StackWork work = _samples.Plan();
        TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions());
        string file = Assert.Single(Directory.GetFiles(work.Folder.Ledger));
        string[] lines = File.ReadAllLines(file);
        int done = Array.FindIndex(lines, line => line.Contains("\"Done\"", StringComparison.Ordinal) && line.Contains("\"section\":1", StringComparison.Ordinal));
        lines[done] = lines[done - 1][..20] + lines[done];
        File.WriteAllLines(file, lines);
        Assert.NotNull(Ledger.Read(work.Folder).Of(1)?.Done);

        File.WriteAllText(work.Folder.JobsFile, "{\"run\":1,\"sched{\"run\":2,\"scheduler\":\"Slurm\",\"job\":\"77\",\"part\":\"tasks\"}\n");
        Assert.Equal(["77"], SubmittedJob.In(work.Folder).Select(job => job.Job));
    }

    [SkippableFact]
    public void A_pipe_among_the_bookkeeping_is_not_waited_for()
    {
        Skip.If(OperatingSystem.IsWindows(), "no such pipes there");
        StackWork work = _samples.Plan();
        StackSamples.Run(work);
        Pipe(Path.Combine(work.Folder.Ledger, "pipe.jsonl"));
        Pipe(work.Folder.StopFile);
        Directory.CreateDirectory(work.Folder.Claims);
        Pipe(work.Folder.Claim(1));
        Assert.Equal(4, TaskRunner.Run(work, StackRun.Read(work.Folder, 1), 0, new TaskOptions()).Done);

        foreach (string file in (string[])[work.Folder.RunFile(1), work.Folder.JobsFile, work.Folder.RecipeFile, work.Folder.PlanFile])
        {
            File.Delete(file);
            Pipe(file);
        }

        Assert.All((Action[])[() => StackRun.Read(work.Folder, 1), () => SubmittedJob.In(work.Folder), () => RecipeFile.Read(work.Folder.RecipeFile), () => StackWork.Open(work.Folder)], read => Assert.Equal("NotRegularFile", Assert.Throws<EmException>(read).Id));

        static void Pipe(string path) => Process.Start("mkfifo", path).WaitForExit();
    }

    [Fact]
    public void Changed_recipes_are_read_or_refused()
        => Try(_samples.Plan().Folder.RecipeFile, 2000, () => _ = RecipeFile.Read(_samples.Stack.RecipeFile).Hash);

    [Fact]
    public void Changed_plans_are_read_or_refused()
        => Try(_samples.Plan().Folder.PlanFile, 2000, () => _ = StackStatus.Of(StackWork.Open(_samples.Stack)).ToDo());

    [Fact]
    public void Changed_runs_are_read_or_refused()
    {
        StackWork work = _samples.Plan();
        (StackSamples.Run(work) with { Number = 2, Scheduler = "Slurm", Settings = new ClusterOptions { Partition = "p", Prologue = ["a"], Directive = ["--b"] }.ToJson() }).Write(work.Folder);
        Try(work.Folder.RunFile(2), 2000, () =>
        {
            var run = StackRun.Read(work.Folder, 2);
            _ = run.SectionsOf(0);
            ClusterOptions.From(run.Settings).Check();
        });
    }

    [Fact]
    public void Changed_ledgers_are_read()
    {
        StackWork work = _samples.Plan();
        TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions());
        Try(Assert.Single(Directory.GetFiles(work.Folder.Ledger)), 2000, () => Assert.Equal(4, StackStatus.Of(work).Done));
    }

    /// <summary>Damages a file in so many ways, always the same, and does something with it each time.</summary>
    private static void Try(string path, int times, Action use)
    {
        byte[] sound = File.ReadAllBytes(path);
        var random = new Random(12345);
        var started = Stopwatch.StartNew();
        for (int i = 0; i < times; i++)
        {
            File.WriteAllBytes(path, Damaged(sound, random));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                use();
            }
            catch (EmException refused)
            {
                Assert.False(string.IsNullOrWhiteSpace(refused.Message));
            }
            catch (Exception trouble)
            {
                Assert.Fail($"Case {i}: {trouble.GetType().Name}: {trouble.Message}\n{File.ReadAllText(path)}\n{trouble.StackTrace}");
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < Memory, $"case {i} took {GC.GetAllocatedBytesForCurrentThread() - before} bytes:\n{File.ReadAllText(path)}");
        }

        Assert.True(started.Elapsed < TimeSpan.FromMinutes(5), $"{times} cases took {started.Elapsed}"); // a guard against endless ones
    }

    private static byte[] Damaged(byte[] sound, Random random)
    {
        string text = Encoding.UTF8.GetString(sound);
        switch (random.Next(6))
        {
            case 0: // another value
                int colon = NextOf(text, ':', random);
                int end = text.IndexOfAny([',', '}', '\n'], colon + 1);
                return Encoding.UTF8.GetBytes(text[..(colon + 1)] + s_words[random.Next(s_words.Length)] + (end < 0 ? "" : text[end..]));
            case 1: // a part twice
                int from = random.Next(text.Length), length = random.Next(Math.Min(80, text.Length - from));
                return Encoding.UTF8.GetBytes(text[..(from + length)] + text[from..]);
            case 2: // a part gone
                from = random.Next(text.Length);
                length = random.Next(Math.Min(80, text.Length - from));
                return Encoding.UTF8.GetBytes(text[..from] + text[(from + length)..]);
            case 3: // cut
                return sound[..random.Next(sound.Length)];
            default: // bytes
                byte[] bytes = [.. sound];
                for (int i = random.Next(1, 5); i > 0; i--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
        }
    }

    private static int NextOf(string text, char wanted, Random random)
    {
        int at = text.IndexOf(wanted, random.Next(text.Length));
        return at < 0 ? text.IndexOf(wanted, StringComparison.Ordinal) : at;
    }
}
