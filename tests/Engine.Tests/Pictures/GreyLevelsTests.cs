using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;
using EmTools.Engine.Pictures;

namespace EmTools.Engine.Tests.Pictures;

public sealed class GreyLevelsTests
{
    private static readonly GreyWindow Window = new(100, 355);

    [Fact]
    public void A_window_is_stretched_over_all_greys_in_every_type()
    {
        using Plane<float> floats = Ramp(37, 53);
        using Plane<ushort> words = Plane.Rent<ushort>(37, 53);
        for (int y = 0; y < 37; y++)
            for (int x = 0; x < 53; x++)
                words.Row(y)[x] = (ushort)floats.Row(y)[x];

        using Plane<byte> fromFloats = GreyLevels.Show(floats, Window, EvaluationContext.Default), fromWords = GreyLevels.Show(words, Window, EvaluationContext.Default);
        for (int y = 0; y < 37; y++)
        {
            for (int x = 0; x < 53; x++)
            {
                byte wanted = (byte)Math.Clamp(floats.Row(y)[x] - 100, 0, 255);
                Assert.Equal(wanted, fromFloats.Row(y)[x]);
                Assert.Equal(wanted, fromWords.Row(y)[x]);
            }
        }
    }

    [Fact]
    public void Bytes_stay_as_they_are_unless_a_window_is_given()
    {
        using Plane<byte> bytes = Plane.FromArray(new byte[,] { { 0, 100, 200, 255 } });
        using Plane<byte> same = GreyLevels.Show(bytes, GreyWindow.Bytes, EvaluationContext.Default), stretched = GreyLevels.Show(bytes, new GreyWindow(100, 200), EvaluationContext.Default);
        Assert.Equal([0, 100, 200, 255], same.Row(0).ToArray());
        Assert.Equal([0, 0, 255, 255], stretched.Row(0).ToArray());
    }

    [Fact]
    public void What_is_no_number_is_black_and_what_is_endless_is_an_end()
    {
        float[,] odd = new float[1, 24];
        (odd[0, 0], odd[0, 1], odd[0, 2], odd[0, 3]) = (float.NaN, float.PositiveInfinity, float.NegativeInfinity, 355);
        (odd[0, 20], odd[0, 21], odd[0, 22]) = (float.NaN, float.PositiveInfinity, 227.5f);
        using Plane<float> plane = Plane.FromArray(odd);
        using Plane<byte> shown = GreyLevels.Show(plane, Window, EvaluationContext.Default);
        Assert.Equal([0, 255, 0, 255], shown.Row(0)[..4].ToArray());
        Assert.Equal([0, 255, 128], shown.Row(0)[20..23].ToArray());
    }

    [Fact]
    public void An_even_section_is_an_even_grey()
    {
        using Plane<float> even = Plane.FromArray(new float[,] { { 7e8f, 7e8f, float.NaN } });
        using Plane<byte> shown = GreyLevels.Show(even, GreyWindow.OfPercentiles(even, 0.2, 99.8), EvaluationContext.Default);
        Assert.InRange(shown.Row(0)[0], 127, 128);
        Assert.Equal([shown.Row(0)[0], shown.Row(0)[0], 0], shown.Row(0).ToArray());
    }

    [Fact]
    public void Windows_are_percentiles_of_the_pixels()
    {
        using Plane<float> ramp = Ramp(20, 50); // 0 to 999
        using Plane<ushort> words = Plane.Rent<ushort>(20, 50);
        for (int y = 0; y < 20; y++)
            for (int x = 0; x < 50; x++)
                words.Row(y)[x] = (ushort)ramp.Row(y)[x];
        Assert.Equal(new GreyWindow(1, 998), GreyWindow.OfPercentiles(words, 0.2, 99.9));
        Assert.Equal(new GreyWindow(1, 998), GreyWindow.OfPercentiles(ramp, 0.2, 99.9));
        Assert.Equal(new GreyWindow(0, 999), new GreyWindow(0, 400).And(new GreyWindow(300, 999)));
    }

    [Fact]
    public void Fractions_between_whole_extremes_are_told_apart()
    {
        float[,] fractions = new float[1, 101];
        for (int i = 0; i <= 100; i++)
            fractions[0, i] = i / 100f;
        using Plane<float> plane = Plane.FromArray(fractions);
        Assert.Equal(0.3, Quantiles.Of(plane, EvaluationContext.Default).At(30.5), 1e-4);
    }

    private static Plane<float> Ramp(int height, int width)
    {
        Plane<float> plane = Plane.Rent<float>(height, width);
        for (int i = 0; i < height * width; i++)
            plane.Row(i / width)[i % width] = i;
        return plane;
    }
}
