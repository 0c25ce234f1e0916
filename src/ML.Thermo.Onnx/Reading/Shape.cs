namespace ML.Thermo.Onnx.Reading;

/// <summary>Arithmetic of shapes that never overflows silently.</summary>
internal static class Shape
{
    public const int MaximalRank = 64;

    /// <summary>The product of the extents.</summary>
    /// <exception cref="OnnxFormatException">An extent is negative or the product exceeds 2⁶³ − 1.</exception>
    public static long Count(IReadOnlyList<long> shape, string whose)
    {
        if (shape.Any(extent => extent < 0))
            throw new OnnxFormatException($"{whose} has the shape [{string.Join(',', shape)}]: expected extents ≥ 0.");
        if (shape.Contains(0))
            return 0;
        long count = 1;
        foreach (long extent in shape)
        {
            if (count > long.MaxValue / extent)
                throw new OnnxFormatException($"{whose} has the shape [{string.Join(',', shape)}]: more elements than can be counted.");
            count *= extent;
        }

        return count;
    }
}
