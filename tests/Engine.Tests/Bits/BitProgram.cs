using System.Numerics;
using System.Runtime.Intrinsics;

namespace EmTools.Engine.Tests.Bits;

/// <summary>
/// The tests' own program. <c>hashes</c> prints which vectors this process has and a line with the hash of every case: tests
/// start it with settings that take instructions away. <c>renew</c> writes the golden hashes.
/// </summary>
internal static class BitProgram
{
    /// <summary>Threads that a case is computed with; tests use another number.</summary>
    private const int Threads = 2;

    public static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["hashes"]:
                Console.WriteLine(Vectors());
                foreach (BitCase each in BitCase.All)
                    Console.WriteLine($"{each.Name}\t{each.Hash(Threads)}");
                return 0;
            case ["renew"]:
                return Renew(Path.Combine(TestData.RepositoryRoot, "tests", "Golden", GoldenHashes.FileName));
            default:
                Console.Error.WriteLine($"Tests run with dotnet test. To renew the golden hashes: {GoldenHashes.Command}");
                return 1;
        }
    }

    /// <summary>The longest vectors that are used (0: none), and the length of Vector&lt;T&gt;, in bits.</summary>
    private static string Vectors()
    {
        int longest = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        return $"vectors {longest} {8 * Vector<byte>.Count}";
    }

    private static int Renew(string path)
    {
        (BitCase Case, string Hash)[] computed = [.. BitCase.All.Where(each => each.Revision > 0).Select(each => (each, each.Hash(Threads)))];
        (IReadOnlyList<GoldenHash> hashes, IReadOnlyList<string> refusals) = GoldenHashes.Renew(computed, File.Exists(path) ? GoldenHashes.Read(File.ReadLines(path)) : []);
        foreach (string refusal in refusals)
            Console.Error.WriteLine(refusal);
        if (refusals.Count > 0)
            return 1;
        File.WriteAllText(path, GoldenHashes.Text(hashes));
        Console.WriteLine($"{hashes.Count} hashes written to '{path}'.");
        return 0;
    }
}
