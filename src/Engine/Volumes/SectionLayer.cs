using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Volumes;

/// <summary>
/// The sections of a layer of chunks, whose rows can be had in bands. Sections that are only read give just these rows; those
/// that are computed are computed once, as a whole, and wait in a file beside the volume.
/// </summary>
internal sealed class SectionLayer : IDisposable
{
    private readonly VolumeSettings _settings;
    private readonly EmSection?[] _sections;
    private readonly Spool? _spool;

    private SectionLayer(VolumeSettings settings, EmSection?[] sections, Spool? spool) => (_settings, _sections, _spool) = (settings, sections, spool);

    /// <summary>Opens a layer.</summary>
    /// <param name="settings">The volume.</param>
    /// <param name="sections">The sections; null for those that are not there.</param>
    /// <param name="scratch">The folder for computed sections.</param>
    /// <param name="context">Threads, cancellation and notices.</param>
    /// <exception cref="EmException">A section cannot be read or computed, or has another size or type than the volume (<c>SectionOfOtherKind</c>).</exception>
    public static SectionLayer Open(VolumeSettings settings, EmSection?[] sections, string scratch, EvaluationContext context)
    {
        foreach (EmSection section in sections.OfType<EmSection>())
            _ = Checked(settings, section);
        if (!settings.WholeSections)
            return new SectionLayer(settings, sections, null);
        var spool = new Spool(scratch, settings, sections.Length);
        try
        {
            for (int z = 0; z < sections.Length; z++)
            {
                if (sections[z] is not { } section)
                    continue;
                using Plane plane = section.Compute(context);
                if (context.OnNotice is { } tell && ResultWatch.Find(section, PixelLevels.Of(plane)) is { } notice)
                    tell(notice with { Message = $"{section.Label}: {notice.Message}" });
                spool.Put(z, plane, context);
            }

            return new SectionLayer(settings, sections, spool);
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    /// <summary>The section, where it is of the volume's size and type.</summary>
    /// <exception cref="EmException">It is not (<c>SectionOfOtherKind</c>).</exception>
    public static EmSection Checked(VolumeSettings settings, EmSection section)
    {
        if ((section.Height, section.Width, section.PixelType) != (settings.Shape.Y, settings.Shape.X, settings.PixelType))
            throw new EmException(EmErrorKind.InvalidData, "SectionOfOtherKind", $"{section.Title} is {section.Height} x {section.Width} {section.PixelType} (y, x), but the volume is {settings.Shape.Y} x {settings.Shape.X} {settings.PixelType}. All sections of a volume are of one size and type.", section.Name);
        return section;
    }

    /// <summary>Rows of all sections; null for sections that are not there. The caller owns the planes.</summary>
    public Plane?[] Rows(int first, int count, EvaluationContext context)
    {
        var planes = new Plane?[_sections.Length];
        var one = new EvaluationContext { Threads = 1, Cancellation = context.Cancellation };
        try
        {
            RowParallel.For(planes.Length, 1, context, (from, to) =>
            {
                for (int z = from; z < to; z++)
                {
                    if (_sections[z] is not { } section)
                        continue;
                    planes[z] = _spool is null ? section.ReadRows(first, count, one) : _spool.Rows(z, first, count);
                    if ((planes[z]!.Width, planes[z]!.PixelType) != (_settings.Shape.X, _settings.PixelType))
                        throw new InvalidOperationException($"{section.Title} changed its kind.");
                }
            });
            return planes;
        }
        catch
        {
            foreach (Plane? plane in planes)
                plane?.Dispose();
            throw;
        }
    }

    public void Dispose() => _spool?.Dispose();

    /// <summary>Computed sections on disk, uncompressed, gone with the layer.</summary>
    private sealed class Spool : IDisposable
    {
        private readonly AtomicFile _file; // never completed, so that it goes in any case
        private readonly VolumeSettings _settings;
        private readonly int _rowBytes;

        public Spool(string scratch, VolumeSettings settings, int sections)
        {
            _settings = settings;
            _rowBytes = settings.Shape.X * settings.PixelType.BytesPerPixel();
            _file = new AtomicFile(Path.Combine(scratch, "sections"), overwrite: true);
            try
            {
                _file.Stream.SetLength((long)sections * settings.Shape.Y * _rowBytes);
            }
            catch (Exception e) when (FileErrors.IsFileTrouble(e))
            {
                _file.Dispose();
                throw FileErrors.Writing(_file.Path, e);
            }
        }

        private SafeFileHandle Handle => _file.Stream.SafeFileHandle;

        public void Put(int z, Plane plane, EvaluationContext context)
        {
            const int RowsAtATime = 256;
            RowParallel.For(plane.Height, RowsAtATime, context, (first, end) =>
            {
                byte[] rows = new byte[(end - first) * _rowBytes];
                for (int y = first; y < end; y++)
                    plane.RowBytes(y).CopyTo(rows.AsSpan((y - first) * _rowBytes));
                try
                {
                    RandomAccess.Write(Handle, rows, At(z, first));
                }
                catch (Exception e) when (FileErrors.IsFileTrouble(e))
                {
                    throw FileErrors.Writing(_file.Path, e);
                }
            });
        }

        public Plane Rows(int z, int first, int count) => Plane.Make(_settings.PixelType, count, _settings.Shape.X, plane =>
        {
            for (int y = 0; y < count; y++)
            {
                if (!FileErrors.Guarded(_file.Path, () => Handle.Fill(plane.RowBytes(y), At(z, first + y))))
                    throw FileErrors.Reading(_file.Path, new EndOfStreamException("what was just written is not there"));
            }
        });

        public void Dispose() => _file.Dispose();

        private long At(int z, int y) => ((long)z * _settings.Shape.Y + y) * _rowBytes;
    }
}
