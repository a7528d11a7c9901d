namespace EmTools.Engine.Imaging;

/// <summary>A box of voxels: its first voxel and its lengths, along (z, y, x).</summary>
internal readonly record struct VoxelBox(int Z, int Y, int X, int Depth, int Height, int Width)
{
    /// <summary>How many voxels it has.</summary>
    public long Count => (long)Depth * Height * Width;
}
