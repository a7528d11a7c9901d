using EmTools.Engine.Calibration;
using EmTools.Engine.Estimation;
using EmTools.Engine.Estimation.Background;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Filters;
using EmTools.Engine.Filters.Contrasting;
using EmTools.Engine.Filters.Denoising;
using EmTools.Engine.Filters.Destriping;
using EmTools.Engine.Filters.Ranges;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Metrics;
using EmTools.Engine.Phantoms;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Suggestions;

namespace EmTools.Engine.Tests.Bits;

/// <summary>What is measured, estimated and made, beside filters: steps, figures and files that must be the same bits everywhere too.</summary>
internal static class OtherBitCases
{
    private const string Steps = "src/Engine/Pipeline/Steps/";
    private const string Measuring = "src/Engine/Estimation/MeasurementKey.cs";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<BitCase> All { get; } =
    [
        new("Phantom", (hash, context) =>
        {
            var phantom = new Phantom(new PhantomOptions { Height = 150, Width = 203, Seed = 3 });
            foreach (EmSection section in (EmSection[])[phantom.Section(7), phantom.Truth(8)])
            {
                using Plane plane = section.Compute(context);
                hash.Add(plane);
            }
        }),
        new("Statistics", (hash, context) =>
        {
            foreach (BitInput input in BitInput.All.Values.Where(input => !input.Name.StartsWith("part", StringComparison.Ordinal)))
            {
                using Plane<float> section = input.Sections()[0];
                using Plane<byte> mask = input.Mask();
                foreach (SectionStatistics s in (SectionStatistics[])[SectionStatistics.Of(section, null, StripeDirection.Vertical, context), SectionStatistics.Of(section, mask, StripeDirection.Horizontal, context)])
                {
                    hash.Add(s.Count, s.MaskedShare, s.Mean, s.StandardDeviation, s.Median, s.MedianAbsoluteDeviation, s.Minimum, s.Maximum, s.SaturatedDark, s.SaturatedBright, s.NoiseLevel);
                    foreach (StripeEnergy stripe in s.Stripes)
                        hash.Add(stripe.Along, stripe.Across, stripe.Error);
                }
            }
        }),
        new("Comparison", (hash, context) =>
        {
            Plane<float>[] sections = BitInput.All["holes"].Sections();
            ImageComparison c = ImageQuality.Compare(sections[1], sections[0], new ComparisonOptions { MatchIntensities = true }, context);
            hash.Add(c.Psnr, c.Ssim, c.Match.Gain, c.Match.Offset, c.Difference.Mean, c.Difference.Maximum);
        }),
        new("Spectrum", (hash, context) =>
        {
            using Plane<float> section = BitInput.All["plain"].Sections()[0], spectrum = PowerSpectrum.Of(section, context);
            hash.Add(spectrum);
        }),
        new("BackgroundMask", BackgroundMaskStep.CurrentRevision, Steps + "BackgroundMaskStep.cs", "holes", (hash, context) =>
        {
            using Plane mask = Section("holes").With(new BackgroundMaskStep(1500, 3)).Compute(context);
            hash.Add(mask);
        }),
        new("IntensityOffset", IntensityOffsetStep.CurrentRevision, Steps + "IntensityOffsetStep.cs", "holes", (hash, context) =>
        {
            using Plane plane = Section("holes").With(new IntensityOffsetStep(1234.567f)).Compute(context);
            hash.Add(plane);
        }),
        new("Background", BackgroundStep.CurrentRevision, Steps + "BackgroundStep.cs", "holes", (hash, context) =>
        {
            var model = new BackgroundModel([new BackgroundTerm(0, 0, 1, 310.7), new BackgroundTerm(2, 1, 3, -1507.3), new BackgroundTerm(3, 4, 2, 911.1), new BackgroundTerm(0, 2, 5, 77.9)]);
            EmSection section = Section("holes");
            using Plane plane = section.With(new BackgroundStep(model, new VolumeShape(7, 500, 411), 13, 17)).Compute(context);
            hash.Add(plane);
        }),
        new("Realign", RealignStep.CurrentRevision, Steps + "RealignStep.cs", "holes", (hash, context) =>
        {
            EmSection section = Section("holes");
            using Plane plane = section.With(new RealignStep(5, -7, 180, 310)).Compute(context);
            hash.Add(plane);
        }),
        new("Reading and writing", OutputKey.Revision, "src/Engine/Pipeline/OutputKey.cs", "", (hash, context) =>
        {
            using var temporary = new TemporaryFolder();
            using Plane<float> section = BitInput.All["plain"].Sections()[0];
            int number = 0;
            foreach (PixelType type in (PixelType[])[PixelType.UInt8, PixelType.UInt16, PixelType.Single])
            {
                foreach (TiffCompression compression in (TiffCompression[])[TiffCompression.None, TiffCompression.Deflate, TiffCompression.Lzw])
                {
                    string raw = temporary.File($"{number++}.tif"), copy = temporary.File($"{number++}.tif");
                    var stored = new FilterStep(FilterCatalog.Get("Rescale"), new RescaleOptions { PixelType = type, Range = [0, type == PixelType.UInt8 ? 255 : 65535] });
                    SectionWriter.Write(new EmSection(new PixelSource(section.Clone()), 0).With(stored), raw, compression, context: context);
                    SectionWriter.Write(new EmSection(ImageSource.Open(raw), 0, inverted: type != PixelType.Single), copy, compression, context: context);
                    using Plane read = new EmSection(ImageSource.Open(copy), 0).Compute(context);
                    hash.Add(read);
                }
            }
        }),
        new("Chain", (hash, context) =>
        {
            using Plane plane = Published.ApplyTo(Section("plain")).Compute(context);
            hash.Add(plane);
        }),
        new("Suggestion", (hash, context) =>
        {
            var phantom = new Phantom(new PhantomOptions { Height = 200, Width = 241, Seed = 5 });
            foreach (SuggestedParameter parameter in Suggester.Suggest([phantom.Section(3), phantom.Section(60)], Published, null, context).Parameters)
                hash.Add(parameter.ToString());
        }),
        new("Measuring", MeasurementKey.Revision, Measuring, "whole numbers", (hash, context) => Calibrate(hash, context, raw => raw, new Phantom(new PhantomOptions { Height = 90, Width = 203, Depth = 12, SectionThickness = 30, StripeAmplitude = 100, OffsetJump = 600, Seed = 9 }))),
        new("Measuring", MeasurementKey.Revision, Measuring, "fractions", (hash, context) => Calibrate(hash, context, raw => raw.With(new FilterStep(FilterCatalog.Get("Destripe"), new DestripeOptions())), new Phantom(new PhantomOptions { Height = 90, Width = 161, Depth = 10, SectionThickness = 30, OffsetJump = 600, Seed = 4 }))),
        new("Measuring", MeasurementKey.Revision, Measuring, "narrow sections", (hash, context) => Calibrate(hash, context, raw => raw.With(new IntensityOffsetStep(0.37f)), new Phantom(new PhantomOptions { Height = 130, Width = 11, Depth = 12, SectionThickness = 30, OffsetJump = 600, Seed = 4 }), background: false)),
    ];

    private static Recipe Published => new(new IFilterOptions[] { new DestripeOptions(), new DenoiseOptions(), new ContrastOptions() }
        .Select(options => new FilterStep(FilterCatalog.All.First(f => f.OptionsType == options.GetType()), options)));

    private static EmSection Section(string input) => new(new PixelSource(BitInput.All[input].Sections()[1]), 2);

    /// <summary>Measures a stack and hashes the tables; what the description's file says of versions does not count.</summary>
    private static void Calibrate(BitHash hash, EvaluationContext context, Func<EmSection, EmSection> steps, Phantom phantom, bool background = true)
    {
        using var temporary = new TemporaryFolder();
        var folder = new CalibrationFolder(temporary.File("calibration"));
        var meter = new StackMeter(folder, new MeasuringOptions());
        EmSection? previous = null;
        for (int z = 0; z < phantom.Options.Depth; z++)
        {
            EmSection section = steps(phantom.Section(z));
            SectionMeasurement m = meter.Measure(section, previous, context);
            hash.Add(m.Mean, m.MeanError, m.MaskedShare, m.SaturatedShare, m.Change, m.ChangeError, m.ComparedShare);
            foreach (float box in m.Boxes)
                hash.Add(box);
            previous = section;
        }

        var builder = new CalibrationBuilder(folder, phantom.VolumeShape, new MeasuringOptions());
        builder.BuildOffsets(32768);
        hash.Add(File.ReadAllBytes(folder.OffsetFile));
        if (!background)
            return;
        builder.BuildBackground(new BackgroundFitOptions());
        hash.Add(File.ReadAllBytes(folder.BackgroundFile));
    }
}
