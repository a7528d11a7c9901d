using System.Collections;
using System.Runtime.InteropServices;
using EmTools.Engine.Estimation.Background;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Estimation;

/// <summary>
/// The box means of a stack in one file, gone through from disk as often as the fit needs: memory holds one section's at
/// a time, however long the stack.
/// </summary>
internal sealed class BoxStore : IEnumerable<BoxSection>
{
    private readonly string _path;
    private readonly int[] _indices;
    private readonly int _boxes;
    private readonly Func<int, double> _level;

    /// <param name="path">The file, written section after section.</param>
    /// <param name="indices">The sections in it, in order.</param>
    /// <param name="boxes">Boxes of a section.</param>
    /// <param name="level">The sections' offsets; NaN for one whose boxes do not count.</param>
    public BoxStore(string path, int[] indices, int boxes, Func<int, double> level) => (_path, _indices, _boxes, _level) = (path, indices, boxes, level);

    public IEnumerator<BoxSection> GetEnumerator()
    {
        using FileStream file = Open();
        foreach (int index in _indices)
        {
            var boxes = new float[_boxes];
            if (file.ReadAtLeast(MemoryMarshal.AsBytes(boxes.AsSpan()), _boxes * sizeof(float), throwOnEndOfStream: false) < _boxes * sizeof(float))
                throw new EmException(EmErrorKind.InvalidData, "BoxesTruncated", $"'{_path}' ends before section {index}; run Measure-EmStack -Step Offset again.", _path);
            double level = _level(index);
            if (!double.IsFinite(level))
                Array.Fill(boxes, float.NaN);
            yield return new BoxSection(index, double.IsFinite(level) ? level : 0, boxes);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private FileStream Open()
    {
        try
        {
            return new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(_path, e);
        }
    }
}
