namespace ML.Thermo.Onnx.Constants;

/// <summary>Arrays seen through strides.</summary>
internal static class Strided
{
    public static long[] RowMajor(IReadOnlyList<long> shape)
    {
        long[] strides = new long[shape.Count];
        long stride = 1;
        for (int i = shape.Count - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape[i];
        }

        return strides;
    }

    /// <summary>Copies a view; along one axis the source may advance only every so many steps.</summary>
    public static double[] Copy(double[] source, IReadOnlyList<long> shape, long[] strides, long offset, (int Axis, long Block)? blocks = null)
    {
        double[] result = new double[shape.Aggregate(1L, (a, b) => a * b)];
        long[] index = new long[shape.Count];
        for (long i = 0; i < result.Length; i++)
        {
            long position = offset;
            for (int axis = 0; axis < index.Length; axis++)
                position += (blocks is { } b && b.Axis == axis ? index[axis] / b.Block : index[axis]) * strides[axis];
            result[i] = source[position];
            for (int axis = index.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
                index[axis] = 0;
        }

        return result;
    }

    /// <summary>Where each element of an array of a shape lies by some strides.</summary>
    public static IEnumerable<long> Indices(IReadOnlyList<long> shape, long[] strides)
    {
        long[] index = new long[shape.Count];
        long count = shape.Aggregate(1L, (a, b) => a * b);
        for (long i = 0; i < count; i++)
        {
            long position = 0;
            for (int axis = 0; axis < index.Length; axis++)
                position += index[axis] * strides[axis];
            yield return position;
            for (int axis = index.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
                index[axis] = 0;
        }
    }

    public static double[] Broadcast(double[] source, IReadOnlyList<long> from, IReadOnlyList<long> to)
    {
        if (from.SequenceEqual(to))
            return source;
        long[] own = RowMajor(from);
        int added = to.Count - from.Count;
        return Copy(source, to, [.. to.Select((_, i) => i < added || from[i - added] == 1 ? 0 : own[i - added])], 0);
    }
}
