using System.Globalization;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Stacks;

/// <summary>Gives the files of an ordered list the names of a stack's sections, by symbolic links.</summary>
public static class StackLinks
{
    /// <summary>The link's path for a file's place in the list: five digits and the file's own extension.</summary>
    public static string PathFor(string folder, int index, string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentException.ThrowIfNullOrEmpty(file);
        return Path.Combine(Path.GetFullPath(folder), string.Create(CultureInfo.InvariantCulture, $"{index:00000}{Path.GetExtension(file)}"));
    }

    /// <summary>Makes a link.</summary>
    /// <param name="link">Where; its folder is created where it is missing.</param>
    /// <param name="file">What it stands for; must exist.</param>
    /// <param name="overwrite">Replace a link that is there. A file that is no link is never replaced.</param>
    /// <exception cref="EmException">The file is missing, the link exists, or the system refuses.</exception>
    public static void Make(string link, string file, bool overwrite)
    {
        ArgumentException.ThrowIfNullOrEmpty(link);
        ArgumentException.ThrowIfNullOrEmpty(file);
        file = Path.GetFullPath(file);
        if (!File.Exists(file))
            throw FileErrors.NotFound(file);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(link))!);
            var there = new FileInfo(link);
            bool isLink = there.LinkTarget is not null;
            if (there.Exists || isLink || Directory.Exists(link))
            {
                if (!isLink)
                    throw new EmException(EmErrorKind.AlreadyExists, "LinkIsFile", $"'{link}' is a file or folder of its own and no link; it is left as it is. Choose another destination or first index.", link);
                if (!overwrite)
                    throw FileErrors.AlreadyExists(link);
                there.Delete();
            }

            File.CreateSymbolicLink(link, file);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(link, e);
        }
    }
}
