using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Volumes;

namespace EmTools.Engine.Stacks;

/// <summary>A block of a volume, as a unit of work.</summary>
/// <param name="Place">Its number.</param>
/// <param name="Name">What messages call it.</param>
/// <param name="Volume">The volume's folder or file.</param>
internal sealed record BlockUnit(int Place, string Name, string Volume) : WorkUnit
{
    /// <inheritdoc/>
    public override int Number => Place;

    /// <inheritdoc/>
    public override string Label => string.Create(CultureInfo.InvariantCulture, $"block {Place} ({Name})");

    /// <inheritdoc/>
    public override string Source => Volume;
}

/// <summary>
/// Writes the sections into a volume with its pyramid, block by block. A record of each block beside the plan tells which files it
/// gave, with their lengths and checksums, and carries the key: chunks alone, and parts of one file, have no place for it.
/// </summary>
public sealed class VolumeWork : StackWork
{
    /// <summary>Its name in plans.</summary>
    public const string Kind = "volume";

    /// <summary>To be raised when for any volume a byte of its files changes.</summary>
    private const int Revision = 1;

    private const int KeyDigits = 32;

    /// <summary>For so long the states of input files are taken for what they were: a look at a volume would else ask for each many times.</summary>
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(2);

    private readonly Recipe _recipe;
    private readonly PlannedSections _sections;
    private readonly VolumeStore _store;
    private readonly BlockUnit[] _units;
    private readonly string _settings;
    private readonly Dictionary<int, int> _firstOf = []; // by the shards' place along z, the first block of the finest level there
    private readonly ConcurrentDictionary<int, (string Key, long At)> _keys = [];

    /// <summary>Makes the work of a plan and its recipe.</summary>
    /// <exception cref="EmException">The plan's settings cannot be read (<c>PlanNotReadable</c>).</exception>
    public VolumeWork(StackFolder folder, Plan plan, Recipe recipe)
        : base(folder, plan)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(recipe);
        (_recipe, _sections) = (recipe, new PlannedSections(plan, recipe));
        _settings = plan.Header.Settings.ToJsonString();
        _store = VolumeStore.Of(SettingsOf(folder, plan), folder.Destination, folder.Blocks, ProvenanceOfVolume);
        _units = [.. _store.Blocks.Select((block, number) => new BlockUnit(number, _store.LabelOf(block), folder.Destination))];
        for (int i = 0; i < _units.Length; i++)
        {
            if (_store.Blocks[i].Level == 0)
                _firstOf.TryAdd(_store.Blocks[i].ShardZ, i);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WorkUnit> Units => _units;

    /// <inheritdoc/>
    public override string UnitName => "block";

    /// <inheritdoc/>
    public override string OutputFolder => Folder.Blocks;

    /// <summary>What the volume is.</summary>
    public VolumeSettings Settings => _store.Settings;

    /// <summary>What is written directly into the destination, for a volume that is to be written anew.</summary>
    internal IEnumerable<string> Entries => _store.Entries;

    /// <summary>The plan of a volume.</summary>
    /// <exception cref="EmException">No section, or two of one index.</exception>
    public static Plan PlanOf(Recipe recipe, IReadOnlyCollection<PlanEntry> entries, VolumeSettings settings)
        => Plan.Of(Kind, recipe, entries, (JsonObject)JsonSerializer.SerializeToNode(settings, StackJson.Default.VolumeSettings)!);

    /// <inheritdoc/>
    public override WorkUnit? UnitAt(int number) => number >= 0 && number < _units.Length ? _units[number] : null;

    /// <inheritdoc/>
    public override string OutputOf(WorkUnit unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        return Path.Combine(Folder.Blocks, string.Create(CultureInfo.InvariantCulture, $"{unit.Number:00000}.json"));
    }

    /// <inheritdoc/>
    public override string KeyOf(WorkUnit unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        return KeyOf(unit.Number, Environment.TickCount64);
    }

    /// <inheritdoc/>
    public override IEnumerable<PlanEntry> InputsOf(WorkUnit unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        (int first, int last) = _store.Sections(_store.Blocks[unit.Number]);
        return Enumerable.Range(first, last - first + 1).Select(Plan.At).OfType<PlanEntry>().SelectMany(_sections.Inputs).DistinctBy(entry => entry.Index);
    }

    /// <inheritdoc/>
    public override FoundOutput Find(WorkUnit unit)
    {
        string path = OutputOf(unit);
        BlockRecord? record;
        try
        {
            record = TryRead(path);
        }
        catch (EmException trouble)
        {
            return new(OutputState.OutOfDate, null, trouble.Message);
        }

        if (record is null)
            return new(OutputState.Missing);
        if (record.Key != KeyOf(unit))
            return new(OutputState.OutOfDate, record.Key, $"{unit.Title} was made with other settings or another version, or of sections that have changed since.");
        foreach (WrittenFile file in record.Files)
        {
            var there = new FileInfo(_store.PathOf(file));
            bool whole = file.Path.Length > 0;
            if (!there.Exists || (whole ? there.Length != file.Bytes : there.Length < file.Offset + file.Bytes))
                return new(OutputState.OutOfDate, record.Key, $"'{there.FullName}' is {(there.Exists ? $"{there.Length} bytes long, where {file.Offset + file.Bytes} were written" : "gone")}.");
        }

        return new(OutputState.Complete, record.Key);
    }

    /// <inheritdoc/>
    public override bool IsMadeOfOthers(WorkUnit unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        return _store.Blocks[unit.Number].Level > 0;
    }

    /// <inheritdoc/>
    public override bool IsReady(WorkUnit unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        return _store.Below(unit.Number).All(below => Find(_units[below]).State == OutputState.Complete);
    }

    /// <inheritdoc/>
    public override WorkResult Perform(WorkUnit unit, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(context);
        string key = KeyOf(unit), path = OutputOf(unit);
        if (!Settings.IsChunked)
            ForgetLost();
        var notices = new ConcurrentQueue<ResultNotice>();
        var told = new EvaluationContext { Threads = context.Threads, Cancellation = context.Cancellation, OnStage = context.OnStage, OnNotice = notices.Enqueue };
        BlockResult result = _store.Build(_store.Blocks[unit.Number], index => Plan.At(index) is { } entry ? _sections.Section(entry) : null, told);
        AtomicFile.WriteText(path, JsonSerializer.Serialize(new BlockRecord(key, result.Files, result.Statistics), StackJson.Default.BlockRecord) + "\n", overwrite: true);
        return new WorkResult(key, result.Bytes, FileHash.Sha256Of(path), null, [.. notices.DistinctBy(notice => (notice.Id, notice.Message))]);
    }

    /// <inheritdoc/>
    public override long PeakOf(WorkUnit unit, int threads)
    {
        ArgumentNullException.ThrowIfNull(unit);
        VolumeBlock block = _store.Blocks[unit.Number];
        PlanEntry any = Plan.Entries[0];
        return _store.PeakOf(block, threads) + (block.Level == 0 && Settings.WholeSections ? SectionMemory.PeakOf(any.Height, any.Width, _recipe, threads) : 0);
    }

    /// <inheritdoc/>
    public override void Announce(IReadOnlyList<WorkUnit> units, int atATime)
    {
        ArgumentNullException.ThrowIfNull(units);
        if (_recipe.Radius == 0)
            return;
        IEnumerable<PlanEntry> wanted = units.Where(unit => !IsMadeOfOthers(unit)).Select(unit => _store.Sections(_store.Blocks[unit.Number])).SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)).Select(Plan.At).OfType<PlanEntry>();
        _sections.Announce([.. wanted], atATime);
    }

    /// <inheritdoc/>
    public override void Release() => _sections.Release();

    /// <summary>Makes the folders, writes what describes the volume, and marks it as one that still grows.</summary>
    /// <exception cref="EmException">They cannot be written.</exception>
    public void Prepare()
    {
        Folder.Create();
        _store.Prepare();
        AtomicFile.WriteText(Folder.IncompleteMark, "Not all blocks of the volume are written yet.\n", overwrite: true);
    }

    /// <inheritdoc/>
    public override bool IsToBeCompleted => File.Exists(Folder.IncompleteMark);

    /// <inheritdoc/>
    public override void CompleteIfDone()
    {
        var results = new List<BlockResult>();
        foreach (BlockUnit unit in _units)
        {
            if (Find(unit).State != OutputState.Complete || TryRead(OutputOf(unit)) is not { } record)
                return;
            results.Add(new BlockResult(record.Files, record.Statistics));
        }

        _store.Complete(results);
        try
        {
            File.Delete(Folder.IncompleteMark);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(Folder.IncompleteMark, e);
        }
    }

    /// <inheritdoc/>
    public override StackReport Finish(EvaluationContext context)
    {
        CompleteIfDone();
        return base.Finish(context);
    }

    /// <inheritdoc/>
    public override string Extent(IReadOnlyCollection<int> units)
    {
        ArgumentNullException.ThrowIfNull(units);
        VolumeBlock[] blocks = [.. units.Select(number => _store.Blocks[number])];
        int voxel = Settings.PixelType.BytesPerPixel();
        double written = blocks.Sum(block => (double)_store.Voxels(block).Count) * voxel, read = blocks.Where(block => block.Level == 0).Sum(block => (double)_store.Voxels(block).Count) * voxel;
        return string.Create(CultureInfo.InvariantCulture, $"{Settings.LevelCount} level{(Settings.LevelCount == 1 ? "" : "s")}, {blocks.Sum(_store.FilesOf)} files, {read / 1e9:0.###} GB of voxels read and {written / 1e9:0.###} GB written, before compression");
    }

    internal override void Decode(WorkUnit unit, EvaluationContext context)
    {
        BlockRecord record = TryRead(OutputOf(unit))!;
        RowParallel.For(record.Files.Count, 1, context, (first, end) =>
        {
            for (int i = first; i < end; i++)
            {
                WrittenFile file = record.Files[i];
                string path = _store.PathOf(file);
                if (FileHash.Sha256Of(path, file.Offset, file.Bytes) is var found && found != file.Sha256)
                    throw new EmException(EmErrorKind.InvalidData, "BlockChanged", $"'{path}' has changed since it was written: expected SHA-256 {file.Sha256}{(file.Path.Length == 0 ? $" of {file.Bytes} bytes from byte {file.Offset}" : "")}, found {found}. Remove '{OutputOf(unit)}', and run the volume again.", path);
            }
        });
    }

    /// <summary>One file that was cut off is lengthened when a part of it is written: what was lost must not look written then.</summary>
    private void ForgetLost()
    {
        foreach (BlockUnit unit in _units)
        {
            if (Find(unit) is { State: OutputState.OutOfDate })
                File.Delete(OutputOf(unit));
        }
    }

    private VolumeProvenance ProvenanceOfVolume()
    {
        EmSection first = _sections.Section(Plan.Entries[0]);
        int[] missing = [.. Enumerable.Range(Settings.FirstIndex, Settings.Shape.Z).Where(index => Plan.At(index) is null)];
        return new VolumeProvenance(Path.GetFileNameWithoutExtension(Folder.Destination), KeyOf(_units[^1]), VolumeInput.Describe(first), missing.Length == 0 ? null : IndexRanges.Format(missing));
    }

    /// <summary>Of a block of the finest level by its sections, of another by the blocks below.</summary>
    private string KeyOf(int number, long now)
    {
        if (_keys.TryGetValue(number, out (string Key, long At) known) && now - known.At < s_fresh.TotalMilliseconds)
            return known.Key;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"volume {Revision}\n{_settings}\n{number}\n");
        VolumeBlock block = _store.Blocks[number];
        if (block.Level == 0 && _firstOf[block.ShardZ] is var first && first != number)
        {
            text.Append(KeyOf(first, now)); // blocks of the same sections share the look at their files
        }
        else if (block.Level == 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{_recipe.Hash}\n");
            foreach (PlanEntry entry in InputsOf(_units[number]))
                text.Append(OutputKey.Of("", TiffCompression.None, entry.Index, [new KeyInput(entry.Index, entry.Inverted, entry.Identity, entry.Page, entry.Dataset)], entry.VoxelSize)).Append('\n');
        }

        foreach (int below in _store.Below(number))
            text.Append(KeyOf(below, now)).Append('\n');
        string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..KeyDigits];
        _keys[number] = (key, now);
        return key;
    }

    private static BlockRecord? TryRead(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), StackJson.Default.BlockRecord) ?? throw new JsonException("it is empty");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new EmException(EmErrorKind.InvalidData, "BlockNotReadable", $"'{path}' cannot be read as the record of a block: {e.Message.TrimEnd('.')}. The block is written again.", path, e);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(path, e);
        }
    }

    private static VolumeSettings SettingsOf(StackFolder folder, Plan plan)
    {
        try
        {
            VolumeSettings settings = plan.Header.Settings.Deserialize(StackJson.Default.VolumeSettings) ?? throw new JsonException("there are none");
            GridSize[] sizes = [settings.Shape, settings.ChunkSize, settings.ShardSize];
            if (sizes.Any(size => size.Z < 1 || size.Y < 1 || size.X < 1) || !settings.ShardSize.IsMultipleOf(settings.ChunkSize) || settings.LevelCount < 1 || settings.VoxelSize is not { Z: > 0, Y: > 0, X: > 0 })
                throw new JsonException("its sizes cannot be");
            return settings;
        }
        catch (JsonException e)
        {
            throw new EmException(EmErrorKind.InvalidData, "PlanNotReadable", $"'{folder.PlanFile}': the settings of the volume cannot be read ({e.Message.TrimEnd('.')}). Write the volume again with Export-EmVolume.", folder.PlanFile, e);
        }
    }
}

/// <summary>What a block gave, and what it was made of.</summary>
/// <param name="Key">A hash of all that decides its bytes.</param>
/// <param name="Files">Its files.</param>
/// <param name="Statistics">Of its voxels, where the format has a place for them.</param>
internal sealed record BlockRecord(string Key, IReadOnlyList<WrittenFile> Files, VoxelStatistics? Statistics = null);
