using EmTools.Engine.Calibration;
using EmTools.Engine.Imaging;
using EmTools.Engine.Metrics;
using EmTools.Engine.Phantoms;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Tests.Phantoms;

public sealed class PhantomFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emtools-phantom-").FullName;

    [Fact]
    public void The_folder_holds_sections_and_tables_that_lead_back_to_the_truth()
    {
        var phantom = new Phantom(new PhantomOptions { Height = 120, Width = 150, Depth = 40, StripeAmplitude = 0, NoiseSigma = 0 });
        phantom.WriteStack(_folder, 7, 2, new PhantomFolderOptions { Truth = true });

        Assert.Equal(["00007.tif", "00008.tif"], Directory.GetFiles(Path.Combine(_folder, "raw")).Select(Path.GetFileName).Order());
        var raw = new EmSection(ImageSource.Open(Path.Combine(_folder, "raw", "00008.tif")), 8, inverted: true);
        var truth = new EmSection(ImageSource.Open(Path.Combine(_folder, "truth", "00008.tif")), 8);
        IntensityOffsetTable offsets = IntensityOffsetTable.Read(Path.Combine(_folder, "info.h5"));
        BackgroundModel model = BackgroundModel.Read(Path.Combine(_folder, "polymodel.h5"));
        Assert.Equal(40, offsets.Count);

        using var restored = (Plane<float>)PlaneConversion.ToSingle(raw.Compute(), invert: false, EvaluationContext.Default);
        Subtraction.Background(restored, model, phantom.VolumeShape, 8, 0, 0, offsets.At(8), EvaluationContext.Default);
        using var wanted = (Plane<float>)truth.Compute();
        Assert.InRange(ImageQuality.Compare(restored, wanted).RootMeanSquareError, 0.2, 0.32); // rounding alone: 1/sqrt(12)
    }

    [Fact]
    public void Nothing_is_overwritten_unasked_and_bad_ranges_are_refused()
    {
        var phantom = new Phantom(new PhantomOptions { Height = 20, Width = 20, Depth = 4 });
        phantom.WriteStack(_folder, 0, 1);
        Assert.Equal(EmErrorKind.AlreadyExists, Assert.Throws<EmException>(() => phantom.WriteStack(_folder, 0, 1)).Kind);
        phantom.WriteStack(_folder, 0, 1, new PhantomFolderOptions { Overwrite = true });
        Assert.Equal("The phantom has the sections 0 to 3, so there is no section 4; give another index or a larger Depth.", Assert.Throws<EmException>(() => phantom.WriteStack(_folder, 3, 2)).Message);
        Assert.Equal("At least one section must be written, not 0.", Assert.Throws<EmException>(() => phantom.WriteStack(_folder, 3, 0)).Message);
        Assert.Equal("PhantomIndex", Assert.Throws<EmException>(() => phantom.WriteStack(_folder, 3, int.MaxValue)).Id);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
