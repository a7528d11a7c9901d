using System.Globalization;

namespace EmTools.Shell;

/// <summary>
/// The invariant culture, which says that it is English. emsh runs without culture data (clusters often lack libicu), and
/// PowerShell breaks lines at words only in languages that it knows by name.
/// </summary>
internal sealed class EnglishCulture : CultureInfo
{
    private EnglishCulture()
        : base("")
    {
    }

    public static EnglishCulture Instance { get; } = new();

    public override string TwoLetterISOLanguageName => "en";
}
