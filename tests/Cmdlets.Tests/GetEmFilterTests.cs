using System.Management.Automation;

namespace EmTools.Cmdlets.Tests;

public sealed class GetEmFilterTests : IClassFixture<ModuleSession>
{
    private readonly ModuleSession _session;

    public GetEmFilterTests(ModuleSession session) => _session = session;

    [Fact]
    public void Lists_the_published_filters_in_the_order_of_a_pipeline()
    {
        object?[] names = _session.Run("Get-EmFilter").RequireNoErrors().Values("Name");

        Assert.Equal(["Destripe", "Denoise", "Contrast"], names.Take(3));
    }

    [Fact]
    public void Takes_wildcards_and_any_case()
    {
        Assert.Equal(["Destripe", "Denoise"], _session.Run("Get-EmFilter de[sn]*e").RequireNoErrors().Values("Name").Take(2));
        Assert.Equal(["Contrast"], _session.Run("Get-EmFilter cONTRAST").RequireNoErrors().Values("Name"));
        Assert.Empty(_session.Run("Get-EmFilter x*").RequireNoErrors().Output);
    }

    [Fact]
    public void An_unknown_name_is_an_error_that_names_the_filters_and_the_others_go_on()
    {
        ModuleSession.Result result = _session.Run("Get-EmFilter Destrip, Contrast");

        Assert.Equal(["Contrast"], result.Values("Name"));
        ErrorRecord error = result.OnlyError();
        Assert.StartsWith("There is no filter 'Destrip'; there are Destripe, Denoise, Contrast", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("UnknownFilter,EmTools.Cmdlets.GetEmFilterCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        Assert.Equal("Destrip", error.TargetObject);
    }

    [Fact]
    public void Asking_for_one_filter_does_not_change_how_the_list_looks()
    {
        _session.Run("Get-EmFilter Destripe").RequireNoErrors();

        PSObject listed = _session.Run("Get-EmFilter").RequireNoErrors().Output[0];
        Assert.DoesNotContain("EmTools.Cmdlets.EmFilterInfo#Detailed", listed.TypeNames);
    }
}
