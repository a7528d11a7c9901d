namespace EmTools.Cmdlets.Tests.Output;

/// <summary>How objects of one kind look in the real PowerShell.</summary>
/// <param name="Name">What they are.</param>
/// <param name="Types">The names of the first one's types.</param>
/// <param name="Headers">The columns of its table, where it has one.</param>
/// <param name="Narrow">As shown on 80 columns.</param>
/// <param name="Wide">As shown on 120 columns.</param>
/// <param name="English">As shown and as text in American English.</param>
/// <param name="German">The same in German.</param>
/// <param name="Confined">As shown in a strict session that was confined to constrained language after the module was imported.</param>
/// <param name="ConfinedAll">As shown in one that was confined before.</param>
/// <param name="Csv">As comma-separated values.</param>
/// <param name="Json">As JSON.</param>
/// <param name="DeepJson">As JSON to a depth of 6.</param>
public sealed record Look(string Name, string[] Types, string?[] Headers, string Narrow, string Wide, string English, string German, string Confined, string ConfinedAll, string Csv, string Json, string DeepJson)
{
    public override string ToString() => Name;
}

/// <summary>How everything looks that the module's cmdlets give.</summary>
/// <param name="Looks">Kind by kind.</param>
/// <param name="Mixed">Objects of different types behind one another.</param>
/// <param name="MixedThere">The same in the session that was confined first.</param>
/// <param name="OutputTypes">The types that cmdlets say they give.</param>
/// <param name="Language">The confined session's language mode.</param>
/// <param name="Completions">What arguments were completed to there.</param>
public sealed record AllLooks(Look[] Looks, string Mixed, string MixedThere, string[] OutputTypes, string Language, string[] Completions)
{
    public Look Of(string name) => Looks.Single(look => look.Name == name);
}
