using System.Globalization;

namespace EmTools.Engine.Files;

/// <summary>Finds dates and times of the day among the numbers of names, which are no indices: they jump, and times begin anew at midnight.</summary>
internal static class NameDates
{
    /// <summary>True for each number that is a part of a date or a time in all names of one template.</summary>
    public static bool[] Find(IReadOnlyList<SectionName> names)
    {
        int count = names[0].Numbers.Count;
        bool[] found = new bool[count];
        for (int i = 0; i < count;)
        {
            if (All(i, 1, IsDateAndTime))
            {
                found[i++] = true;
                continue;
            }

            int date = All(i, 1, digits => digits.Length == 8 && IsDate(digits)) ? 1 : All(i, 3, IsDate) ? 3 : 0;
            if (date == 0)
            {
                i++;
                continue;
            }

            Array.Fill(found, true, i, date);
            i += date;
            int time = All(i, 1, IsTime) ? 1 : All(i, 3, IsTime) ? 3 : 0;
            Array.Fill(found, true, i, time);
            i += time;
        }

        return found;

        bool All(int first, int numbers, Func<string, bool> test)
            => first + numbers <= count && names.All(name => Enumerable.Range(first, numbers).All(i => numbers == 1 || name.Numbers[i].Digits.Length is 2 or 4) && test(string.Concat(Enumerable.Range(first, numbers).Select(i => name.Numbers[i].Digits))));
    }

    // With two digits of the year only where three numbers make the date: six digits may be anything.
    private static bool IsDate(string digits) => digits.Length == 8 ? Is(digits, "yyyyMMdd") : digits.Length == 6 && Is(digits, "yyMMdd");

    private static bool IsTime(string digits) => digits.Length == 6 && Is(digits, "HHmmss");

    private static bool IsDateAndTime(string digits)
        => digits.Length switch { 12 => Is(digits, "yyyyMMddHHmm"), 14 => Is(digits, "yyyyMMddHHmmss"), 17 => Is(digits, "yyyyMMddHHmmssfff"), _ => false };

    private static bool Is(string digits, string format)
        => DateTime.TryParseExact(digits, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time) && (format[0] == 'H' || time.Year is >= 1970 and < 2100);
}
