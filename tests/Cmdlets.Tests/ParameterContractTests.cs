using System.Management.Automation;

namespace EmTools.Cmdlets.Tests;

/// <summary>Names, kinds and defaults of parameters on which scripts outside the project rely.</summary>
public sealed class ParameterContractTests : IClassFixture<ModuleSession>
{
    private readonly ModuleSession _session;

    public ParameterContractTests(ModuleSession session) => _session = session;

    [Theory]
    [InlineData("Read-EmSection", "Path", "String[]", true)]
    [InlineData("Read-EmSection", "LiteralPath", "String[]", false)]
    [InlineData("Read-EmSection", "Invert", "SwitchParameter", false)]
    [InlineData("Read-EmSection", "Index", "Nullable`1", false)]
    [InlineData("Set-IntensityOffset", "Section", "EmSection[]", true)]
    [InlineData("Set-IntensityOffset", "Path", "String", false)]
    [InlineData("Set-IntensityOffset", "Dataset", "String", false)]
    [InlineData("Set-IntensityOffset", "Value", "Double", false)]
    [InlineData("Remove-Background", "Section", "EmSection[]", true)]
    [InlineData("Remove-Background", "Path", "String", false)]
    [InlineData("Remove-Background", "VolumeShape", "Int32[]", false)]
    [InlineData("Remove-Background", "Origin", "Int32[]", false)]
    [InlineData("Set-IntensityOffset", "Calibration", "String", false)]
    [InlineData("Remove-Background", "Calibration", "String", false)]
    [InlineData("Measure-EmStack", "Section", "EmSection[]", true)]
    [InlineData("Measure-EmStack", "Destination", "String", false)]
    [InlineData("Measure-EmStack", "Step", "CalibrationStep", false)]
    [InlineData("Measure-EmStack", "Sample", "Double", false)]
    [InlineData("Measure-EmStack", "Degree", "Int32", false)]
    [InlineData("Get-EmCalibration", "Path", "String[]", true)]
    [InlineData("Invoke-EmFilter", "Section", "EmSection[]", true)]
    [InlineData("Invoke-EmFilter", "Name", "String", false)]
    [InlineData("Invoke-EmFilter", "Mask", "Object", false)]
    [InlineData("Write-EmSection", "Section", "EmSection[]", true)]
    [InlineData("Write-EmSection", "Destination", "String", false)]
    [InlineData("Write-EmSection", "Compression", "TiffCompression", false)]
    [InlineData("Write-EmSection", "Force", "SwitchParameter", false)]
    [InlineData("Write-EmSection", "PassThru", "SwitchParameter", false)]
    [InlineData("Write-EmSection", "WhatIf", "SwitchParameter", false)]
    [InlineData("New-EmPhantom", "Count", "Int32", false)]
    [InlineData("New-EmPhantom", "Height", "Int32", false)]
    [InlineData("New-EmPhantom", "Width", "Int32", false)]
    [InlineData("New-EmPhantom", "Seed", "Int32", false)]
    [InlineData("New-EmPhantom", "FirstIndex", "Int32", false)]
    public void Cmdlets_take_the_published_parameters(string cmdlet, string parameter, string type, bool fromPipeline)
    {
        ParameterMetadata found = Command(cmdlet).Parameters[parameter];

        Assert.Equal(type, found.ParameterType.Name);
        Assert.Equal(fromPipeline, found.ParameterSets.Values.Any(set => set.ValueFromPipeline));
    }

    [Theory]
    [InlineData("Read-EmSection", "Path")]
    [InlineData("Invoke-EmFilter", "Name")]
    [InlineData("Write-EmSection", "Destination")]
    public void The_first_position_is_the_published_one(string cmdlet, string parameter)
        => Assert.Contains(Command(cmdlet).Parameters[parameter].ParameterSets.Values, set => set.Position == 0);

    [Fact]
    public void Literal_paths_have_the_usual_aliases()
        => Assert.Equal(["PSPath", "LP", "FullName"], Command("Read-EmSection").Parameters["LiteralPath"].Aliases);

    [Theory]
    [InlineData("Destripe", "Direction", "Vertical")]
    [InlineData("Destripe", "Method", "Predict")]
    [InlineData("Destripe", "ScaleCount", "6")]
    [InlineData("Destripe", "BandLength", "161,161,161,201,251,301")]
    [InlineData("Destripe", "Window", "5,9,13,19,43,75")]
    [InlineData("Destripe", "MaxAngle", "4.8")]
    [InlineData("Destripe", "MaxRatio", "0.3")]
    [InlineData("Destripe", "ThresholdMultiplier", "1.67,1")]
    [InlineData("Destripe", "ThresholdStart", "2.1")]
    [InlineData("Destripe", "ThresholdEnd", "1.5")]
    [InlineData("Destripe", "ThresholdMiddle", "0.6")]
    [InlineData("Destripe", "ThresholdSlope", "20")]
    [InlineData("Destripe", "ThresholdWindow", "187")]
    [InlineData("Destripe", "Weight", "")]
    [InlineData("Destripe", "NoGainCorrection", "False")]
    [InlineData("Denoise", "Gain", "3.418E-06,4.114E-06")]
    [InlineData("Denoise", "Offset", "-1.123,4.394")]
    [InlineData("Denoise", "ScaleCount", "1")]
    [InlineData("Denoise", "Window", "7")]
    [InlineData("Denoise", "NoSplit", "False")]
    [InlineData("Denoise", "NoNoisePropagation", "False")]
    [InlineData("Contrast", "Range", "0,255")]
    [InlineData("Contrast", "PixelType", "UInt8")]
    [InlineData("Contrast", "Smoothing", "501")]
    [InlineData("Contrast", "Method", "Image")]
    [InlineData("Contrast", "Sigma", "2000")]
    [InlineData("Contrast", "Offset", "-2000")]
    [InlineData("Contrast", "Ratio", "2")]
    [InlineData("Contrast", "MinMaxSize", "5")]
    [InlineData("Contrast", "CompressRange", "")]
    [InlineData("Contrast", "CompressRatio", "0.1")]
    [InlineData("Contrast", "Clip", "-0.8,0.8")]
    [InlineData("Contrast", "NoClip", "False")]
    [InlineData("Contrast", "Redistribute", "Leftmost")]
    [InlineData("Contrast", "HighPassSigma", "1250")]
    [InlineData("Contrast", "Mean", "28000")]
    [InlineData("DenoiseExponential", "ScaleCount", "3")]
    [InlineData("DenoiseExponential", "Window", "7")]
    [InlineData("DenoiseExponential", "Sigma", "0.25")]
    [InlineData("DenoiseExponential", "Enhance", "0")]
    [InlineData("DenoiseExponential", "LocalSize", "0")]
    [InlineData("DenoiseExponential", "NoSplit", "False")]
    [InlineData("DenoiseExponential", "NoNoisePropagation", "False")]
    [InlineData("DenoiseExponential", "NoCrop", "False")]
    [InlineData("DenoiseSameSign", "ScaleCount", "3")]
    [InlineData("DenoiseSameSign", "Element", "Minimal")]
    [InlineData("DenoiseSameSign", "ExpandWindow", "False")]
    [InlineData("DenoiseSameSign", "MixLowPass", "0")]
    [InlineData("DenoiseSameSign", "UseLowPass", "False")]
    [InlineData("DenoiseSameSign", "ScaleReduction", "1")]
    [InlineData("NonLocalMeans", "Radius", "2")]
    [InlineData("NonLocalMeans", "Block", "7")]
    [InlineData("NonLocalMeans", "Neighborhood", "11")]
    [InlineData("NonLocalMeans", "WeightCount", "10")]
    [InlineData("NonLocalMeans", "Clip", "NaN")]
    [InlineData("NonLocalMeans", "SourceWeight", "NaN")]
    [InlineData("NonLocalMeans", "SectionWeight", "")]
    [InlineData("NonLocalMeans", "AdjustScore", "False")]
    [InlineData("NonLocalMeans", "PatchSize", "")]
    [InlineData("NonLocalMeans", "PatchOverlap", "16,16")]
    [InlineData("MillingCorrection", "Radius", "2")]
    [InlineData("MillingCorrection", "Sigma", "0.25")]
    [InlineData("MillingCorrection", "Neighborhood", "97")]
    [InlineData("MillingCorrection", "Method", "Correlation")]
    [InlineData("Enhance", "ScaleCount", "3")]
    [InlineData("Enhance", "Method", "SameSign")]
    [InlineData("Enhance", "Amount", "1")]
    [InlineData("Enhance", "HighPass", "1")]
    [InlineData("Enhance", "Sigma", "")]
    [InlineData("Enhance", "Range", "")]
    [InlineData("Enhance", "SigmaRange", "2")]
    public void Filters_take_the_published_parameters_and_defaults(string filter, string parameter, string defaultValue)
    {
        PSObject told = _session.One("((Get-EmFilter $args[0]).Parameters | Where-Object Name -ceq $args[1]).DefaultValue -join ','", filter, parameter);
        Assert.Equal(defaultValue, told.BaseObject);

        PSObject taken = _session.One("(Get-Command Invoke-EmFilter -ArgumentList $args[0]).Parameters.ContainsKey($args[1])", filter, parameter);
        Assert.Equal(true, taken.BaseObject);
    }

    private CommandInfo Command(string name) => (CommandInfo)_session.One("Get-Command $args[0] -Module EmTools", name).BaseObject;
}
