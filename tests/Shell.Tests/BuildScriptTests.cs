using System.Management.Automation.Language;
using Xunit;

namespace EmTools.Shell.Tests;

public sealed class BuildScriptTests
{
    [Fact]
    public void TheBuildScriptParsesAndTakesItsTasks()
    {
        ScriptBlockAst script = Parser.ParseFile(Path.Combine(ShellProcess.Metadata("RepositoryRoot"), "build.ps1"), out _, out ParseError[] errors);
        Assert.Empty(errors);
        Assert.Equal(["Task", "Configuration"], script.ParamBlock.Parameters.Select(p => p.Name.VariablePath.UserPath));

        // Each task is a function of that name, or the script would call a stranger.
        string[] tasks = [.. script.ParamBlock.Parameters[0].Attributes.OfType<AttributeAst>().Single(a => a.TypeName.Name == "ValidateSet").PositionalArguments.Select(a => (string)a.SafeGetValue())];
        string[] functions = [.. script.FindAll(a => a is FunctionDefinitionAst, searchNestedScriptBlocks: false).Select(f => ((FunctionDefinitionAst)f).Name)];
        Assert.Equal(["Build", "Test", "Package", "Install"], tasks);
        Assert.Superset(tasks.ToHashSet(), functions.ToHashSet());
    }
}
