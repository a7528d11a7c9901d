namespace EmTools.Engine.Tests.Architecture;

/// <summary>Dependencies inside the engine point one way: docs/design.md draws them, <see cref="EngineRooms.Allowed"/> lists them.</summary>
public class DependencyTests
{
    [Fact]
    public void Rooms_use_only_what_lies_below_them()
    {
        string[] offenders =
        [
            .. from file in EngineRooms.Files
               from room in EngineRooms.Named(file.Text)
               where room != file.Room && room != EngineRooms.Root && !EngineRooms.Allowed[file.Room].Contains(room)
               select $"src/Engine/{file.Name} uses {room}",
        ];

        Assert.True(offenders.Length == 0, $"Rooms that may not be used from there (see EngineRooms.Allowed):\n{string.Join('\n', offenders)}");
    }

    [Fact]
    public void No_room_uses_itself_through_others()
    {
        // Each may use only what stands before it, so there is no way back.
        var before = new HashSet<string>();
        foreach ((string room, string[] used) in EngineRooms.Allowed)
        {
            Assert.True(used.All(before.Contains), $"{room} may use {string.Join(", ", used.Where(other => !before.Contains(other)))}, which stands above it");
            before.Add(room);
        }
    }

    [Fact]
    public void Overwriting_is_asked_for_where_the_engine_is_called()
        => Assert.All(EngineRooms.Files, file => Assert.DoesNotContain("-Force", file.Text, StringComparison.Ordinal));

    [Fact]
    public void Every_folder_is_a_room_and_every_room_a_folder()
        => Assert.Equal(EngineRooms.Allowed.Keys.Order(StringComparer.Ordinal), EngineRooms.Files.Select(file => file.Room).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Namespaces_follow_the_rooms()
    {
        Assert.All(EngineRooms.Files, file =>
        {
            string room = file.Room == EngineRooms.Root ? "EmTools.Engine" : $"EmTools.Engine.{file.Room}";
            Assert.True(file.Namespace == room || (file.Room != EngineRooms.Root && file.Namespace.StartsWith(room + ".", StringComparison.Ordinal)), $"src/Engine/{file.Name} is of the namespace {file.Namespace}, not of {room}");
        });
    }

    /// <summary>The map in docs/design.md is the one that is held to.</summary>
    [Fact]
    public void The_page_about_the_design_tells_the_same_arrows()
    {
        string page = File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "docs", "design.md")).ReplaceLineEndings("\n");
        foreach ((string room, string[] used) in EngineRooms.Allowed.Where(pair => pair.Key != EngineRooms.Root))
        {
            string row = Assert.Single(page.Split('\n'), line => line.StartsWith($"| `{room}` |", StringComparison.Ordinal));
            Assert.EndsWith($"| {(used.Length == 0 ? "" : string.Join(", ", used) + " ")}|", row, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("using EmTools.Engine.Stacks;", "Stacks")]
    [InlineData("using EmTools.Engine.Filters.Destriping;", "Filters")]
    [InlineData("using static EmTools.Engine.Kernels.PlainMath;", "Kernels")]
    [InlineData("using Section = EmTools.Engine.Pipeline.EmSection;", "Pipeline")]
    [InlineData("using EmTools.Engine;", EngineRooms.Root)]
    [InlineData("    void Take(Pipeline.EmSection section);", "Pipeline")]
    [InlineData("    var a = new EmTools.Engine.Imaging.Region();", "Imaging")]
    [InlineData("using System.IO;\nnamespace EmTools.Engine.Stacks.Deep;\n// Pipeline.EmSection\nint x = plan.Stacks.Count;", null)]
    public void A_room_that_is_named_is_found(string source, string? room)
        => Assert.Equal(room is null ? [] : [room], EngineRooms.Named(source));
}
