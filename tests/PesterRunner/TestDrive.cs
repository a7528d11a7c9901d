using System.Management.Automation;

namespace EmTools.PesterRunner;

/// <summary>
/// <c>$TestDrive</c> and <c>TestDrive:</c>, one for each outermost block; what an inner block leaves in it is removed when
/// that block ends.
/// </summary>
internal sealed class TestDrive : IDisposable
{
    private const string Name = "TestDrive";
    private string? _folder;

    public void Dispose() => Delete();

    public void Enter(Block block, SessionState state)
    {
        if (block.Parent is null)
            return;
        if (_folder is null)
        {
            _folder = Directory.CreateTempSubdirectory("pester-").FullName;
            ProviderInfo provider = state.Provider.GetOne("FileSystem");
            state.Drive.New(new PSDriveInfo(Name, provider, _folder, "Pester test drive", null), "Global");
            state.PSVariable.Set($"global:{Name}", _folder);
        }

        block.DriveContent.UnionWith(Content());
    }

    public void Leave(Block block, SessionState state)
    {
        if (_folder is null || block.Parent is null)
            return;
        if (block.Parent.Parent is null)
        {
            state.Drive.Remove(Name, force: true, "Global");
            state.PSVariable.Set($"global:{Name}", null);
            Delete();
            return;
        }

        // Files before their folders.
        foreach (string path in Content().Where(p => !block.DriveContent.Contains(p)).OrderByDescending(p => p.Length))
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else
                File.Delete(path);
        }
    }

    private IEnumerable<string> Content() => [.. Directory.EnumerateFileSystemEntries(_folder!, "*", SearchOption.AllDirectories)];

    private void Delete()
    {
        if (_folder is not null && Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        _folder = null;
    }
}
