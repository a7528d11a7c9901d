using System.Numerics;
using System.Runtime.Intrinsics;

namespace EmTools.Engine.Tests.Bits;

/// <summary>
/// The tests' own program: prints which vectors this process has, and a line with the hash of every case. Tests start it with
/// settings that take instructions away.
/// </summary>
internal static class BitProgram
{
    public static int Main(string[] arguments)
    {
        if (arguments is not ["hashes"])
        {
            Console.Error.WriteLine("dotnet exec EmTools.Engine.Tests.dll hashes; tests themselves run with dotnet test.");
            return 1;
        }

        Console.WriteLine(Vectors());
        foreach (FilterBitCase each in FilterBitCase.All)
            Console.WriteLine($"{each.Name}\t{each.Hash(new EvaluationContext { Threads = 2 })}");
        foreach (FigureBitCase each in FigureBitCase.All)
            Console.WriteLine($"{each.Name}\t{each.Hash(new EvaluationContext { Threads = 2 })}");
        return 0;
    }

    /// <summary>The longest vectors that are used, and the length of Vector&lt;T&gt;, in bits.</summary>
    public static string Vectors()
    {
        int longest = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        return $"vectors {longest} {8 * Vector<byte>.Count}";
    }
}
