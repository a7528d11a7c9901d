using System.Collections;
using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Formats;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>What users give as -Mask: the path of a file, a file, or a section.</summary>
internal static class MaskArgument
{
    /// <summary>The mask that is meant.</summary>
    /// <param name="mask">What was given.</param>
    /// <param name="cmdlet">The cmdlet that it was given to.</param>
    /// <exception cref="EmException">It is several, or there is no such file, or it cannot be read.</exception>
    public static MaskSource Of(object mask, PSCmdlet cmdlet) => new(Section(mask, cmdlet));

    private static EmSection Section(object mask, PSCmdlet cmdlet) => mask switch
    {
        PSObject wrapped => Section(wrapped.BaseObject, cmdlet),
        EmSection section => section,
        FileInfo file => OfFile(file.FullName, cmdlet),
        IList { Count: 1 } one when one[0] is { } only => Section(only, cmdlet),
        IList several => throw new EmException(EmErrorKind.InvalidArgument, "MaskNotOne", $"-Mask: expected one file or section, which is the mask of all sections, found a list of {several.Count}. Call {cmdlet.MyInvocation.MyCommand.Name} once for each mask, with the sections that it belongs to.", "Mask"),
        _ => OfFile(FilePaths.Full(cmdlet.SessionState, LanguagePrimitives.ConvertTo<string>(mask)), cmdlet),
    };

    private static EmSection OfFile(string path, PSCmdlet cmdlet)
    {
        try
        {
            ImageSource source = ImageSource.OpenMask(path);
            foreach (FileRemark remark in source.Image.Remarks)
                cmdlet.WriteWarning($"Mask '{path}' {remark.Text}.");
            return new EmSection(source, index: 0); // a mask belongs to no place in the stack
        }
        catch (EmException missing) when (missing.Kind == EmErrorKind.NotFound)
        {
            // Among paths of sections, "no such file" alone would not tell which of them is meant.
            throw new EmException(missing.Kind, missing.Id, $"There is no mask '{path}'. Check the path given as -Mask.", missing.Target, missing);
        }
    }
}
