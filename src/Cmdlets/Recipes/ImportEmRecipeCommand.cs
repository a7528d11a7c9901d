using System.Management.Automation;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Reads a recipe.</summary>
/// <remarks>
/// <para>
/// Reads a recipe's file and the calibration files that it names. A filter, a parameter or an entry that this version does not
/// know is refused by its name, and so is a recipe of a newer layout: nothing of a recipe is ever left out silently. A
/// calibration file whose SHA-256 is another than the recipe's is refused too.
/// </para>
/// <para>
/// Relative paths of calibration files begin at the recipe's folder, or at -CalibrationFolder. The recipe "Published" comes with
/// the module; it looks for info.h5 and polymodel.h5 in -CalibrationFolder, or in the current folder.
/// </para>
/// </remarks>
/// <example>
/// <para>Reads a recipe, and applies it to a stack.</para>
/// <code>$recipe = Import-EmRecipe restore.json; Read-EmSection raw/*.tif -Invert | Invoke-EmRecipe $recipe | Write-EmSection restored/</code>
/// </example>
/// <example>
/// <para>Shows the steps of the published recipe.</para>
/// <code>(Import-EmRecipe Published -CalibrationFolder calibration).Steps</code>
/// </example>
/// <seealso cref="InvokeEmRecipeCommand"/>
/// <seealso cref="ExportEmRecipeCommand"/>
/// <seealso href="about_EmTools_Recipes"/>
[Cmdlet(VerbsData.Import, "EmRecipe", HelpUri = HelpPages.ImportEmRecipe)]
[OutputType(typeof(Recipe))]
public sealed class ImportEmRecipeCommand : EmCmdlet
{
    /// <summary>The recipe's file, or the name of a recipe that comes with the module.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ArgumentCompleter(typeof(RecipeNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Where relative paths of calibration files begin. The default is the recipe's folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CalibrationFolder { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForItem(Path, () => WriteObject(RecipeLocator.Find(SessionState, Path, CalibrationFolder)));
}
