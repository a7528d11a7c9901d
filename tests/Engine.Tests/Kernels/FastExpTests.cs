using System.Numerics;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Tests.Kernels;

/// <summary>e^x in single precision.</summary>
public sealed class FastExpTests
{
    [Fact]
    public void Agrees_with_the_exponential_function_in_double_precision()
    {
        for (float x = 0; x > -87; x -= 0.00731f)
        {
            double expected = Math.Exp(x);
            Assert.Equal(1, FastExp.OfNegative(new Vector<float>(x))[0] / expected, 3e-7);
        }
    }

    [Fact]
    public void Vanishes_far_out_and_keeps_what_is_no_number()
    {
        Assert.Equal(1f, FastExp.OfNegative(Vector<float>.Zero)[0]);
        Assert.InRange(FastExp.OfNegative(new Vector<float>(-1e30f))[0], 0, 2e-38f);
        Assert.InRange(FastExp.OfNegative(new Vector<float>(float.NegativeInfinity))[0], 0, 2e-38f);
        Assert.Equal(float.NaN, FastExp.OfNegative(new Vector<float>(float.NaN))[0]);
    }
}
