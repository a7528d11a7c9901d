using EmTools.Engine.Estimation;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Volumes;

namespace EmTools.Engine.Stacks;

/// <summary>
/// Takes the sections of a pipeline one by one and makes a plan of them. Keeps of each section only what the plan says, so
/// that a hundred thousand can pass through.
/// </summary>
public sealed class StackPlanner
{
    private readonly List<PlanEntry> _entries = [];
    private readonly List<(int First, int Last)> _inputs = []; // only where the recipe looks at neighbours
    private readonly StackFolder _folder;
    private readonly SectionKinds _kinds = new();
    private readonly HashSet<StackListing> _listings = [];
    private readonly VolumeInput? _volume;
    private Recipe? _recipe;
    private readonly bool _replaces;
    private EmSection? _first;

    /// <summary>Plans for a destination.</summary>
    /// <param name="folder">The destination.</param>
    /// <param name="replaces">Outputs may go over files that are not this stack's; never over its inputs.</param>
    public StackPlanner(StackFolder folder, bool replaces = false)
    {
        ArgumentNullException.ThrowIfNull(folder);
        (_folder, _replaces) = (folder, replaces);
    }

    /// <summary>Plans a volume.</summary>
    /// <param name="folder">The destination.</param>
    /// <param name="volume">Takes what its sections have in common.</param>
    public StackPlanner(StackFolder folder, VolumeInput volume)
        : this(folder)
        => _volume = volume;

    /// <summary>Sections so far.</summary>
    public int Count => _entries.Count;

    /// <summary>What is done to all sections; null before the first.</summary>
    public Recipe? Recipe => _recipe;

    /// <summary>What is odd about the sections so far, a sentence each, where reading has not told it: sizes, types and voxels that differ.</summary>
    public IEnumerable<string> Oddities => _kinds.Differences().Concat(Gaps()).Where(oddity => !_listings.Any(listing => listing.Told.Contains(oddity)));

    /// <summary>Takes a section.</summary>
    /// <exception cref="EmException">
    /// The section is no file's, has other steps than the ones before (<c>RecipesDiffer</c>), or a step is no file's and cannot be saved.
    /// </exception>
    public void Add(EmSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var entry = PlanEntry.Of(section);
        var recipe = Recipe.Of(section);
        if (_recipe is null)
        {
            _ = recipe.Hash; // tells now, and not on a node, of what cannot be saved
            (_recipe, _first) = (recipe, section);
        }
        else if (!_recipe.DoesTheSameAs(recipe))
        {
            throw new EmException(EmErrorKind.InvalidArgument, "RecipesDiffer", $"{section.Title} has other steps ({recipe}) than section {_first!.Index} ({_first.Name}: {_recipe}); all sections of a stack have the same. Plan the stacks one by one, each to its own destination.", section.Name);
        }

        _volume?.Add(section);
        _entries.Add(entry);
        _kinds.Add(section.Root);
        if (section.Root.Listing is { } listing)
            _listings.Add(listing);
        if (recipe.NeedsNeighbours)
            _inputs.Add((section.Inputs[0].Place, section.Inputs[^1].Place));
    }

    /// <summary>The work on all sections so far.</summary>
    /// <exception cref="EmException">
    /// No section, two of one index, one that looks at other neighbours than the plan's (<c>NeighboursNotPlanned</c>), an output that
    /// is an input (<c>DestinationIsSource</c>), or a file in an output's place that is not this stack's (<c>OutputNotOurs</c>).
    /// </exception>
    public StackWork ToWork(TiffCompression compression)
    {
        Recipe recipe = _recipe ?? new Recipe([]);
        var work = new RestoreWork(_folder, RestoreWork.PlanOf(recipe, _entries, compression, _replaces), recipe);
        for (int i = 0; i < _inputs.Count; i++)
        {
            PlanEntry[] planned = [.. work.InputsOf(_entries[i])];
            if ((planned[0].Index, planned[^1].Index) != _inputs[i])
                throw new EmException(EmErrorKind.InvalidArgument, "NeighboursNotPlanned", $"Section {_entries[i].Index} ('{_entries[i].Path}') looks at the sections {_inputs[i].First} to {_inputs[i].Last}, but in the stack of all sections given it would look at {planned[0].Index} to {planned[^1].Index}. Choose sections before the filter over neighbours ({recipe}), and give them to it in one go.", _entries[i].Path);
        }

        return Guarded(work);
    }

    /// <summary>Measuring all sections so far.</summary>
    /// <param name="stack">The stack's shape and target, and how to measure and fit.</param>
    /// <exception cref="EmException">No section, two of one index, or a recipe with filters over neighbouring sections (<c>NeighboursNotMeasured</c>).</exception>
    public StackWork ToMeasuring(CalibrationInfo stack)
    {
        if (_recipe is { NeedsNeighbours: true })
            throw new EmException(EmErrorKind.NotSupported, "NeighboursNotMeasured", $"The sections go through filters over neighbouring sections ({_recipe}); tasks measure sections with steps of single sections only. Measure them before these filters.", _first!.Name);
        Recipe recipe = _recipe ?? new Recipe([]);
        return Guarded(new MeasureWork(_folder, MeasureWork.PlanOf(recipe, _entries, stack), recipe));
    }

    /// <summary>Writing all sections so far into a volume.</summary>
    /// <param name="settings">The volume.</param>
    /// <param name="replaces">A volume of other settings that was begun there is to be removed, and is no error.</param>
    /// <exception cref="EmException">The destination is, or lies in, what is read (<c>DestinationIsSource</c>), is no volume of this program (<c>DestinationExists</c>), or one of other settings (<c>VolumeDiffers</c>).</exception>
    public VolumeWork ToVolume(VolumeSettings settings, bool replaces = false)
    {
        Recipe recipe = _recipe ?? new Recipe([]);
        var work = new VolumeWork(_folder, VolumeWork.PlanOf(recipe, _entries, settings), recipe);
        VolumeGuard.Require(work, Inputs(), PlanBefore(), replaces);
        return work;
    }

    /// <summary>Writes the plan and the recipe.</summary>
    /// <exception cref="EmException">They cannot be written.</exception>
    public void Write(StackWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        _folder.Create();

        // The recipe first: a plan never stands beside the recipe of an older one for longer than it takes to write it.
        RecipeFile.Write(_recipe!, _folder.RecipeFile, overwrite: true);
        work.Plan.Write(_folder.PlanFile);
    }

    /// <summary>Sections that are missing between the first and the last: one sentence with their indices.</summary>
    private IEnumerable<string> Gaps()
    {
        if (_entries.Count > 1 && SectionOrder.Missing([.. _entries.Select(entry => entry.Index).Distinct().Order()]) is { } missing)
            yield return missing;
    }

    private SectionWork Guarded(SectionWork work)
    {
        _folder.RequireFolder();
        OutputGuard.Require(work, Inputs, PlanBefore(), _replaces);
        return work;
    }

    private InputFiles Inputs()
    {
        var files = new InputFiles();
        files.Add(_entries.Select(entry => entry.Path));
        if (_first is not null)
            files.Add(_first); // masks and tables are the same for all sections
        return files;
    }

    private Plan? PlanBefore()
    {
        try
        {
            return File.Exists(_folder.PlanFile) ? Plan.Read(_folder.PlanFile) : null;
        }
        catch (EmException)
        {
            return null; // it is about to be replaced, and what it says of outputs is lost
        }
    }
}
