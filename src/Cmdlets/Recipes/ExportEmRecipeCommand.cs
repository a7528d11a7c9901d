using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Saves what a pipeline does to its sections as a recipe.</summary>
/// <remarks>
/// <para>
/// Writes a JSON file with every step and all of its parameters, one a line, so that two recipes can be compared line by line.
/// Calibration files and masks are noted with their path and their SHA-256. Nothing is computed.
/// </para>
/// <para>
/// All sections must have the same steps. Whether intensities are inverted belongs to reading (Read-EmSection -Invert) and is
/// not in the recipe. A mask or a model that is no file cannot be saved, nor -Reference of a filter over
/// neighbouring sections, unless the references are the sections themselves with further steps.
/// </para>
/// </remarks>
/// <example>
/// <para>Saves a chain of filters as it was tried out on one section.</para>
/// <code>Read-EmSection raw/05600.tif -Invert | Invoke-EmFilter Destripe | Invoke-EmFilter Denoise -ScaleCount 2 | Export-EmRecipe restore.json</code>
/// </example>
/// <example>
/// <para>Saves the recipe that comes with the module, with all of its defaults and the hashes of your calibration files.</para>
/// <code>Export-EmRecipe mine.json -Recipe (Import-EmRecipe Published -CalibrationFolder calibration)</code>
/// </example>
/// <example>
/// <para>Saves parameters that were chosen from the stack itself.</para>
/// <code>Read-EmSection raw -Invert | Get-EmSuggestion | Export-EmRecipe restore.json</code>
/// </example>
/// <seealso cref="ImportEmRecipeCommand"/>
/// <seealso cref="InvokeEmRecipeCommand"/>
/// <seealso cref="GetEmSuggestionCommand"/>
/// <seealso href="about_EmTools_Recipes"/>
[Cmdlet(VerbsData.Export, "EmRecipe", HelpUri = HelpPages.ExportEmRecipe, SupportsShouldProcess = true, DefaultParameterSetName = "Section")]
[OutputType(typeof(FileInfo))]
public sealed class ExportEmRecipeCommand : EmCmdlet
{
    private readonly InputFiles _inputs = new();
    private EmSection? _first;

    /// <summary>The sections whose steps are saved; all have the same.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Section")]
    public EmSection[] Section { get; set; } = [];

    /// <summary>A recipe that Import-EmRecipe gave, or, through the pipeline, what Get-EmSuggestion gave.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Recipe")]
    [ValidateNotNull]
    public Recipe? Recipe { get; set; }

    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Writes over a file that exists.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Hands on the written file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (EmSection section in Section)
        {
            Recipe recipe = ForAll(() => Engine.Pipeline.Recipe.Of(section));
            _first ??= section;
            _inputs.Add(section);
            Recipe ??= recipe;
            ForAll(() => Recipe.DoesTheSameAs(recipe) ? recipe : throw new EmException(EmErrorKind.InvalidArgument, "RecipesDiffer", $"{Describe(section)} has other steps ({recipe}) than {Describe(_first)} ({Recipe}); a recipe holds one chain. Save them one by one.", section.Name));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (Recipe is null)
            return;
        string path = FullPath(Path);
        if (!ShouldProcess(path, $"Write the recipe {Recipe}"))
            return;
        ForAll(() =>
        {
            _inputs.Add(Recipe.Files);
            _inputs.RequireNone(path, "The recipe");
            RecipeFile.Write(Recipe, path, Force);
            return path;
        });
        if (PassThru)
            WriteObject(new FileInfo(path));
    }
}
