using System.Collections;
using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>What users give where sections beside those of the pipeline are wanted (-Mask, -Before, -Reference): paths of files, files, or sections.</summary>
internal static class SectionArgument
{
    /// <summary>The mask of all sections; null where none is given.</summary>
    /// <param name="given">What was given as -Mask.</param>
    /// <param name="cmdlet">The cmdlet that it was given to.</param>
    /// <exception cref="EmException">It is several (<c>MaskNotOne</c>), or there is no such file, or it cannot be read.</exception>
    public static MaskSource? Mask(object? given, EmCmdlet cmdlet)
    {
        if (given is null)
            return null;
        object mask = One(given, cmdlet, "Mask", "the mask of all sections", "mask");
        return new MaskSource(mask as EmSection ?? Open(Path(mask, cmdlet), cmdlet, "Mask", "Mask", path => ImageSource.OpenMask(path)));
    }

    /// <summary>The section that all are shown or compared with; null where none is given.</summary>
    /// <param name="given">What was given.</param>
    /// <param name="cmdlet">The cmdlet that it was given to.</param>
    /// <param name="parameter">The parameter's name.</param>
    /// <param name="role">What it is to be, for messages.</param>
    /// <exception cref="EmException">It is several (<c>BeforeNotOne</c> for -Before), or there is no such file, or it cannot be read.</exception>
    public static EmSection? Section(object? given, EmCmdlet cmdlet, string parameter, string role)
    {
        if (given is null)
            return null;
        object one = One(given, cmdlet, parameter, role, "of them");
        return one as EmSection ?? Read(Path(one, cmdlet), cmdlet, parameter, index: null);
    }

    /// <summary>The sections among which each finds its own: sections, and the files of paths, which may have wildcards or be folders.</summary>
    /// <param name="given">What was given.</param>
    /// <param name="cmdlet">The cmdlet that they were given to.</param>
    /// <param name="parameter">The parameter's name.</param>
    /// <param name="oneForAll">True where a single one serves all sections, whatever its index.</param>
    /// <exception cref="EmException">There is no such file, it cannot be read, or one of those found by their index has no number in its name (<c>NoIndex</c>).</exception>
    public static EmSection[] Sections(object[] given, EmCmdlet cmdlet, string parameter, bool oneForAll)
    {
        var found = new List<EmSection>();
        string? nameless = null;
        foreach (object each in Flat(given))
        {
            if (each is EmSection section)
                found.Add(section);

            string[] paths = each is EmSection ? [] : each is FileInfo file ? [file.FullName] : Files(LanguagePrimitives.ConvertTo<string>(each), cmdlet, parameter);
            foreach ((string path, int? index) in FileOrder.Sections(paths, null, cmdlet.WriteWarning))
            {
                nameless ??= index is null ? path : null;
                found.Add(Read(path, cmdlet, parameter, index));
            }
        }

        return nameless is null || (oneForAll && found.Count == 1)
            ? [.. found]
            : throw new EmException(EmErrorKind.InvalidArgument, "NoIndex", $"The name of '{nameless}' holds no number that could be the section's index, by which it is found; read it with Read-EmSection -Index, and give that as -{parameter}.", parameter);
    }

    private static string[] Files(string pattern, EmCmdlet cmdlet, string parameter)
    {
        try
        {
            return SectionFiles.Matching(cmdlet.SessionState, pattern, cmdlet.WriteWarning);
        }
        catch (EmException missing) when (missing.Kind == EmErrorKind.NotFound)
        {
            throw new EmException(missing.Kind, missing.Id, $"-{parameter}: {missing.Message}", missing.Target, missing);
        }
    }

    private static object One(object given, EmCmdlet cmdlet, string parameter, string role, string each)
    {
        object[] all = [.. Flat(new[] { given })];
        return all.Length == 1
            ? all[0]
            : throw new EmException(EmErrorKind.InvalidArgument, $"{parameter}NotOne", $"-{parameter}: expected one file or section, which is {role}, found a list of {all.Length}. Call {cmdlet.MyInvocation.MyCommand.Name} once for each {each}, with the sections that it belongs to.", parameter);
    }

    /// <summary>What was given, without PowerShell's wrapping and lists in lists.</summary>
    private static IEnumerable<object> Flat(IEnumerable given)
    {
        foreach (object? each in given)
        {
            object? plain = each is PSObject wrapped ? wrapped.BaseObject : each;
            if (plain is IList list)
            {
                foreach (object inner in Flat(list))
                    yield return inner;
            }
            else if (plain is not null)
            {
                yield return plain;
            }
        }
    }

    private static string Path(object given, EmCmdlet cmdlet)
        => given is FileInfo file ? file.FullName : FilePaths.Full(cmdlet.SessionState, LanguagePrimitives.ConvertTo<string>(given));

    private static EmSection Read(string path, EmCmdlet cmdlet, string parameter, int? index) => Open(path, cmdlet, parameter, "File", path => ImageSource.Open(path), index);

    private static EmSection Open(string path, EmCmdlet cmdlet, string parameter, string kind, Func<string, ImageSource> open, int? index = null)
    {
        try
        {
            ImageSource source = open(path);
            foreach (FileRemark remark in source.Image.Remarks)
                cmdlet.WriteWarning($"{kind} '{path}' {remark.Text}.");
            return new EmSection(source, index);
        }
        catch (EmException missing) when (missing.Kind == EmErrorKind.NotFound)
        {
            // Among paths of sections, "no such file" alone would not tell which of them is meant.
            throw new EmException(missing.Kind, missing.Id, $"There is no {kind.ToLowerInvariant()} '{path}'. Check the path given as -{parameter}.", missing.Target, missing);
        }
        catch (EmException several) when (several.Id == StoredImage.SeveralId)
        {
            throw new EmException(several.Kind, several.Id, $"-{parameter}: {several.Message} Read it with Read-EmSection -Page, and give that section.", several.Target, several);
        }
    }
}
