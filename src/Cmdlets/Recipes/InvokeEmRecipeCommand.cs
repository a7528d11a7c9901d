using System.Management.Automation;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Adds all steps of a recipe to what is to be done to a section.</summary>
/// <remarks>
/// <para>
/// Takes sections from the pipeline and passes them on with the recipe's steps, as the cmdlets would add them one by one.
/// Nothing is computed before the pixels are needed. Each section takes its own value from the recipe's offset table.
/// </para>
/// <para>
/// A recipe may hold filters over neighbouring sections (NonLocalMeans, NeighborhoodCorrelation, MillingCorrection): give it the
/// sections of a stack in order. Each section is passed on when the last one that it looks at has come.
/// </para>
/// <para>
/// A section that does not fit the recipe (beyond the table, outside of the volume, or not of its size) is an error of that
/// section; the others go on. Where -CalibrationFolder is one that Measure-EmStack made, the volume's shape and the level of
/// Contrast are that stack's, unless the recipe says another mean.
/// </para>
/// </remarks>
/// <example>
/// <para>Restores a stack by a recipe.</para>
/// <code>Read-EmSection raw/*.tif -Invert | Invoke-EmRecipe restore.json | Write-EmSection restored/</code>
/// </example>
/// <example>
/// <para>Restores a stack on Slurm by the recipe that comes with the module.</para>
/// <code>Read-EmSection raw/*.tif -Invert | Invoke-EmRecipe Published -CalibrationFolder calibration | Invoke-EmStack restored/ -Scheduler Slurm -Partition main -Submit</code>
/// </example>
/// <seealso cref="ImportEmRecipeCommand"/>
/// <seealso cref="ExportEmRecipeCommand"/>
/// <seealso cref="GetEmSuggestionCommand"/>
/// <seealso cref="InvokeEmFilterCommand"/>
/// <seealso href="about_EmTools_Recipes"/>
[Cmdlet(VerbsLifecycle.Invoke, "EmRecipe", HelpUri = HelpPages.InvokeEmRecipe)]
[OutputType(typeof(EmSection))]
public sealed class InvokeEmRecipeCommand : EmCmdlet
{
    private readonly HashSet<string> _folders = [];
    private Recipe _recipe = null!;
    private RecipeApplication _stream = null!;

    /// <summary>The sections.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public EmSection[] Section { get; set; } = [];

    /// <summary>The recipe: a file's path, the name of one that comes with the module, what Import-EmRecipe or Get-EmSuggestion gave, or a section whose steps are to be done.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(RecipeNameCompleter))]
    [ValidateNotNull]
    public object? Recipe { get; set; }

    /// <summary>Where relative paths of calibration files begin. The default is the recipe's folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CalibrationFolder { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _recipe = ForAll(() => RecipeLocator.Find(SessionState, Recipe!, CalibrationFolder));
        _stream = new RecipeApplication(_recipe, (section, trouble) => Report(trouble, section), WriteWarning);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (EmSection section in Section)
        {
            // Tables of another stack are told of before the first section goes on, and is written.
            if (section.Path is { } path && _folders.Add(System.IO.Path.GetDirectoryName(path)!))
                ForAll(() => Require(section));
            ForItem(section, () => WriteObject(_stream.Push(section), enumerateCollection: true));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => WriteObject(_stream.Complete(), enumerateCollection: true);

    private Recipe Require(EmSection section)
    {
        _recipe.RequireStack(section, WriteWarning);
        return _recipe;
    }
}
