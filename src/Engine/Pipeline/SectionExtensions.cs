using EmTools.Engine.Calibration;
using EmTools.Engine.Filters;

namespace EmTools.Engine.Pipeline;

/// <summary>What is done to sections, one call a step: nothing is computed before pixels are asked for, or <see cref="Save"/> is called.</summary>
public static class SectionExtensions
{
    /// <summary>The section with a filter after its steps, with its published parameters but for those that are given.</summary>
    /// <param name="section">The section. A filter over neighbouring sections sees it alone; <see cref="NeighbourhoodWindows"/> gives it a stack.</param>
    /// <param name="name">The filter's name, as in <c>Invoke-EmFilter</c>; <see cref="FilterCatalog"/> lists them.</param>
    /// <param name="parameters">Names and values.</param>
    /// <exception cref="EmException">No such filter or parameter, or a value out of range.</exception>
    public static EmSection Filter(this EmSection section, string name, params (string Name, object? Value)[] parameters)
    {
        ArgumentNullException.ThrowIfNull(section);
        FilterDefinition filter = FilterCatalog.Get(name);
        return section.With(new FilterStep(filter, filter.CreateOptions(parameters.ToDictionary(p => p.Name, p => p.Value))));
    }

    /// <summary>The section with a filter after its steps, by its options.</summary>
    /// <param name="section">The section.</param>
    /// <param name="options">The filter's parameters.</param>
    /// <param name="mask">Which pixels are tissue, or null for all.</param>
    /// <exception cref="EmException">A value out of range, a mask for a filter that takes none, or one of another size than the section.</exception>
    public static EmSection Filter(this EmSection section, IFilterOptions options, MaskSource? mask = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(options);
        return section.With(new FilterStep(FilterCatalog.All.First(filter => filter.OptionsType == options.GetType()), options, mask));
    }

    /// <summary>The section less an intensity offset, in grey levels.</summary>
    /// <exception cref="EmException">Not a finite number.</exception>
    public static EmSection Subtract(this EmSection section, double offset)
    {
        ArgumentNullException.ThrowIfNull(section);
        return section.With(new IntensityOffsetStep(offset));
    }

    /// <summary>The section less what a table holds for its index.</summary>
    /// <exception cref="EmException">The table does not reach the section, or is another stack's.</exception>
    public static EmSection Subtract(this EmSection section, IntensityOffsetTable offsets)
    {
        ArgumentNullException.ThrowIfNull(section);
        return section.With(new IntensityOffsetStep(offsets));
    }

    /// <summary>The section less the background of the volume of which it is a full section.</summary>
    /// <param name="section">The section.</param>
    /// <param name="background">The volume's background.</param>
    /// <param name="volume">The volume's shape (z, y, x).</param>
    /// <exception cref="EmException">The section is not of the volume.</exception>
    public static EmSection Subtract(this EmSection section, BackgroundModel background, VolumeShape volume)
    {
        ArgumentNullException.ThrowIfNull(section);
        return section.With(new BackgroundStep(background, new BackgroundVolume(volume)));
    }

    /// <summary>Computes the section and writes it as a compressed TIFF file that says what was done.</summary>
    /// <param name="section">The section.</param>
    /// <param name="path">The destination.</param>
    /// <param name="overwrite">Replace a file that is there.</param>
    /// <param name="context">Threads, cancellation and listeners; null for the defaults.</param>
    /// <exception cref="EmException">As for <see cref="SectionWriter.Write"/>.</exception>
    public static SectionWriteResult Save(this EmSection section, string path, bool overwrite = false, EvaluationContext? context = null)
        => SectionWriter.Write(section, path, overwrite: overwrite, context: context);
}
