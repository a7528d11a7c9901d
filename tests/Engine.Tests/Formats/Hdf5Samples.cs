using System.IO.Compression;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Small HDF5 files as h5py 3.7 wrote them, for machines without h5py.</summary>
internal static class Hdf5Samples
{
    /// <summary>The layout that HDF5 writes by default: tables <c>offset</c> (0 to 49, float32, chunks of 20, shuffled, Deflate, Fletcher's checksum), <c>mean</c> (0 to 9, 16-bit, big-endian) and <c>g/deep</c> (1, 2, 3, 16-bit floats).</summary>
    public static byte[] Classic { get; } = Unpacked(
        "H4sIAAAAAAACA+v0cHHj5ZLiYgABDg4GFgYBBmTwHwouSKPyYfIJUJoRSndA6RVMMHFGsJwEVFwQaj66upAgV1eQ6v9oAGaPAQuE5mAYBSMReLg6BoDoCChfAUqfYEJVl5+WVpxawsCQm5qYB+Kno6" +
        "VPCxLtZWRgg+hlhPEhKZmRESJgBFUHo5mB8iAZQQV5BhaoS8U5GMTrofKswBQMkmdihpjIzRAAZjAyQ+SZwPKMDMUZpWlpOalQM0D2QsRTUtNyEksQ4szQ/ARUW5KckVpkbATLJxB3MjMxVbBChESA" +
        "mAXhMwOy4iHYz9+FEexLCNghhhq+D6B8BkkIBStNVojiNxeWrxWYR0Z6BpV3oHBEL++0cKhfwQuhYfIiaPKXeFHzhQaa/B9eVL4NlGYZLVpGwSgYBaNgFIyCQQsq4pITFIRMDCxMdCw+NDg6HDygqL" +
        "BwwcLkQzxs1ewGBS5MDNxZPDbbXH3UwSr5dCI2Jh5vFBbPs6n4+JCdmZu9v6GjpUdZqKCJiaE1lF+We9vZ4xCVGisyXkjMiLhhsUPhyJwHDIpsDDlBLJ3qOTffg5t1TMBGCguw2crGwA5spHECGw4O" +
        "DE6j8TEKRsEoGAWjYBTQAzACq2B841BcUHUwGjQuBJIR4ASNKYEAZCQGPv7ExATWCB8nYpThwz6yMGGQhgf2cWX08SdC48odUhB6dFx5ZAL0cWXYeKWCJKq6lNTUAqTsx+BB4/zMDM/HMBo2rswPz8" +
        "9crAxc/FB53PnaAJqv2dBc0DGo4gEyrswIz4cVkqNpkxwAAODRidHQGwAA");

    /// <summary>The newest layout (<c>libver='latest'</c>): <c>offset</c> (a fixed array of chunks), <c>grows</c> (an extensible one, 0 to 49), <c>plane</c> (a tree of chunks, 0 to 29 in 5 x 6), and <c>a0</c> to <c>a8</c>, names in a heap.</summary>
    public static byte[] Newest { get; } = Unpacked(
        "H4sIAAAAAAACA+2af2wTZRjHn/fu2h7XDjuy2TGHPcfEiUT3s0y32Xa0t4oDxobggmFbgRkzBwtDHIzJjIm4YcxMCIlOmfPHHyT+ICYIiSMugSgaA6iJiQrMzYzFALLsD8M/OO/ee96WXkaKFgyr9+" +
        "16n/d57/ree9/n3vu57lBASZEyJV4UgWkKFbhXj/OwvmX1y8qKUKCGk3OWWJuv/bZzc7QFyubpC/5k0ylxQFQ8CbdMf/wylk27RICQNACOEFKA8xj5NCCpshsEGsngEsG1Sy1Z1N7xvN0BRP0VaB9t" +
        "CTEVQODUhtIEXjpFsI0BuP219v2HJMUfCgCZLfFYdwE34IfDyqTiD1QAiWwS5rtMn2JUTqfbMVpAp919r353PY/ZrqJ77MVGfVBkh6IpnnkspqOnoijIguCUCln/PoKZpTvdf7UGNY9BlAWnIBnnM3" +
        "P3IXEgQBqyAzfcc67tzaD/sQoAZkU/ej6MdM/SWY/8QIh1/P+iX6smVwW1PTfiFHULXRlGuqX/1p2Jd/pWRsZEjjom1EFhwb5ZYfq+xBkjLjpGeMIJokVbZkNuJWup77YeE6UHTx6sWKWOCUnrdgZo" +
        "XQcn84Jtw3jv7gnjUYTDeYy8eix2imwUibozkqieWwQybI9dFo7AjNU5l71Oqa0Nwkk8YZIggc+pS96slJuzDpoRi2aXnWZEvluvd6gfXQH7nx5oX7e+AV60dsgjEPCdgeP2rivg9ELYWmm1Enk1hH" +
        "l5G4yCvBxGOXkTjM6W98PxwiwyuNRR1r4u5djAHJ8PLEMuwe8URl74svNAbs+7+t/ZN5adv7/uqbNnysuODnbuvFq1LHNtaYet8vGr5PTkHfO0FVe3hhuqSThF/pGo6/GQsF3+jIRt8jYSHlXz/5LQ" +
        "HbtNE14s+PAUhnQi05AZyCykjMxG5iAXIHORC5GLkA8i85D5yAJkIbIIWYz0IBcjS5APIx9BliLLkOXIR5FepE9nFxL8GCOhAmMkLMEYqWZWj5EQxBgJCsZIqMQYCSGMkf9a18tfvHwZ82uUMZ9Gxc" +
        "tvvHwa82+UMd9Gxct/PBn3j38g9SDL8bwgWCxWq80mirPAlClTpthlQpUCUr00/dx+afrbm2EpNmZy22PrGeuNF2+sfUM9W75uQ++YmRtTpkyZMmXqVimRRzIjSfRI5vtX3GsS8eK3JPLii9NbXk/E" +
        "i7Ek8mKyZsCbiBfjSeTFUNh5PhEvfk8iL5SeT15TakLV9A0Pxx53a2KP+4N4M8Oe8YLRKpTjBtcoXPNLvWlZZWA+q/u0Z/1+pVZ7NcXWbLwLi7ZUDe3qr9mc7fiWKhNi6Uzv/5neH1ouu6rn03egKb" +
        "Cmmc8HjzYX3lo6VQwNtPbDZ54rhxZaXH7i4kr65tAJ+9x7n4BaWrvi2x2NkK4WU2HsmyudsJvWvne0axAUWjyy59QJ+JgWv5r7wEXYQYuHeg9MwV5avFTQlmmer2fS9cGFJBrvh1oGdibixaUk8mLX" +
        "29J4Il5cTiIvmoeaFiqhQEXkf180lR7+WiBg3dzU1LZx67HIUdjy9JbNz7fdx0Xi1mcbN20stbCYa8xrsUaDfPouFYMCx9xoUJiRGQ2Kcu6KBsV5WdHAI8vRYPGie6JBSUm2eWi7afobcpIvYkQlAA" +
        "A=");

    private static byte[] Unpacked(string packed)
    {
        using var gzip = new GZipStream(new MemoryStream(Convert.FromBase64String(packed)), CompressionMode.Decompress);
        var bytes = new MemoryStream();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }
}
