using System.Management.Automation;
using System.Management.Automation.Runspaces;
using EmTools.Engine.Filters;
using EmTools.Engine.Metrics;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Schedulers;
using EmTools.Engine.Stacks;
using EmTools.Engine.Suggestions;

namespace EmTools.Cmdlets;

/// <summary>
/// What is shown of an object where no view fits, such as behind objects of another type. All else is there, too: Format-List *.
/// </summary>
/// <remarks>
/// Said when the module is imported, and not by a file of the manifest: PowerShell refuses such a file where another copy of the
/// module, of a newer version for instance, is at work already.
/// </remarks>
public sealed class DisplayProperties : IModuleAssemblyInitializer
{
    private const string UpdateTypeData = "Update-TypeData";
    private const string Implementation = "Microsoft.PowerShell.Commands.UpdateTypeDataCommand, Microsoft.PowerShell.Commands.Utility";

    /// <summary>Type by type, in the order in which they are shown.</summary>
    private static TypeData[] All =>
    [
        Of<EmSection>(nameof(EmSection.Index), nameof(EmSection.Name), nameof(EmSection.Height), nameof(EmSection.Width), nameof(EmSection.PixelType), nameof(EmSection.VoxelSize), nameof(EmSection.Inverted), nameof(EmSection.StepNames)),
        Of<SectionStep>(nameof(SectionStep.Name), nameof(SectionStep.OutputType), nameof(SectionStep.Parameters)),
        Of<Recipe>(nameof(Recipe.Steps), nameof(Recipe.Radius), nameof(Recipe.Hash)),
        Of<EmCalibration>(nameof(EmCalibration.Path), nameof(EmCalibration.VolumeShape), nameof(EmCalibration.FirstIndex), nameof(EmCalibration.Measured), nameof(EmCalibration.Missing), nameof(EmCalibration.Jumps), nameof(EmCalibration.Outliers), nameof(EmCalibration.Duplicates), nameof(EmCalibration.Target), nameof(EmCalibration.Background), nameof(EmCalibration.Report)),
        Of<EmSectionOffset>(nameof(EmSectionOffset.Index), nameof(EmSectionOffset.Mean), nameof(EmSectionOffset.Change), nameof(EmSectionOffset.ChangeError), nameof(EmSectionOffset.CorrectedMean), nameof(EmSectionOffset.Offset), nameof(EmSectionOffset.MaskedShare), nameof(EmSectionOffset.Quality)),
        Of<EmFilterInfo>(nameof(EmFilterInfo.Name), nameof(EmFilterInfo.TakesMask), nameof(EmFilterInfo.Summary)),
        Of<FilterParameter>(nameof(FilterParameter.Name), nameof(FilterParameter.Type), nameof(FilterParameter.Default), nameof(FilterParameter.Range), nameof(FilterParameter.Unit), nameof(FilterParameter.Description)),
        Of<EmSuggestion>(nameof(EmSuggestion.Sections), nameof(EmSuggestion.Recipe)),
        Of<SuggestedParameter>(nameof(SuggestedParameter.Choice), nameof(SuggestedParameter.Reason)),
        Of<EmStatistics>(nameof(EmStatistics.Index), nameof(EmStatistics.Section), nameof(EmStatistics.Step), nameof(EmStatistics.Mean), nameof(EmStatistics.StandardDeviation), nameof(EmStatistics.Median), nameof(EmStatistics.MedianAbsoluteDeviation), nameof(EmStatistics.Minimum), nameof(EmStatistics.Maximum), nameof(EmStatistics.SaturatedDark), nameof(EmStatistics.SaturatedBright), nameof(EmStatistics.NoiseLevel), nameof(EmStatistics.StripeAmplitude), nameof(EmStatistics.MaskedShare)),
        Of<StripeEnergy>(nameof(StripeEnergy.Scale), nameof(StripeEnergy.Width), nameof(StripeEnergy.Along), nameof(StripeEnergy.Across), nameof(StripeEnergy.Amplitude), nameof(StripeEnergy.Significance)),
        Of<EmComparison>(nameof(EmComparison.Index), nameof(EmComparison.Section), nameof(EmComparison.Reference), nameof(EmComparison.Psnr), nameof(EmComparison.Ssim), nameof(EmComparison.Range), nameof(EmComparison.RootMeanSquareError), nameof(EmComparison.MeanAbsoluteDifference), nameof(EmComparison.MaximumAbsoluteDifference), nameof(EmComparison.MaximumY), nameof(EmComparison.MaximumX), nameof(EmComparison.Percentiles)),
        Of<Percentile>(nameof(Percentile.Percent), nameof(Percentile.Value)),
        Of<EmStackInfo>(nameof(EmStackInfo.Destination), nameof(EmStackInfo.Sections), nameof(EmStackInfo.Done), nameof(EmStackInfo.Running), nameof(EmStackInfo.Failed), nameof(EmStackInfo.Pending), nameof(EmStackInfo.OutOfDate), nameof(EmStackInfo.SectionsPerHour), nameof(EmStackInfo.TimeLeft)),
        Of<EmStackRun>(nameof(EmStackRun.Destination), nameof(EmStackRun.Run), nameof(EmStackRun.Scheduler), nameof(EmStackRun.Sections), nameof(EmStackRun.Tasks), nameof(EmStackRun.Command), nameof(EmStackRun.Jobs)),
        Of<StackReport>(nameof(StackReport.Sections), nameof(StackReport.Sound), nameof(StackReport.Problems), nameof(StackReport.Warnings)),
        Of<SectionFailure>(nameof(SectionFailure.Section), nameof(SectionFailure.Path), nameof(SectionFailure.ErrorId), nameof(SectionFailure.Error), nameof(SectionFailure.Host), nameof(SectionFailure.Job)),
        Of<SectionWarning>(nameof(SectionWarning.Section), nameof(SectionWarning.Step), nameof(SectionWarning.Message)),
        Of<StackProblem>(nameof(StackProblem.Section), nameof(StackProblem.Kind), nameof(StackProblem.Message), nameof(StackProblem.Path)),
        Of<SlurmJob>(nameof(SlurmJob.Job), nameof(SlurmJob.Name), nameof(SlurmJob.State), nameof(SlurmJob.Elapsed), nameof(SlurmJob.Node)),
    ];

    /// <summary>Tells the session.</summary>
    public void OnImport()
    {
        // By its class: a host may keep PowerShell's own modules from being found.
        if (Type.GetType(Implementation) is not { } command)
            return;
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand(new CmdletInfo(UpdateTypeData, command)).AddParameter("TypeData", All).AddParameter("Force").Invoke();
    }

    private static TypeData Of<T>(params string[] properties)
        => new(typeof(T)) { DefaultDisplayPropertySet = new PropertySetData(properties) };
}
