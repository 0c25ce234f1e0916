using System.Numerics.Tensors;

namespace ML.Thermo.Onnx.Signals;

/// <summary>Sorts numbers that lie evenly enough between their ends, in time proportional to their count; others as the library does.</summary>
internal static class BucketSort
{
    private const int MostInBucket = 24;

    /// <summary>Sorts finite numbers.</summary>
    /// <param name="values">The numbers, in any order.</param>
    /// <param name="sorted">Receives them in ascending order; as long, elsewhere.</param>
    public static void Sort(ReadOnlySpan<float> values, Span<float> sorted)
    {
        int n = values.Length;
        float low = TensorPrimitives.Min(values), scale = (n - 1) / (TensorPrimitives.Max(values) - low);
        Span<int> bucket = stackalloc int[n], ends = stackalloc int[n];
        ends.Clear();
        int most = 0;
        for (int i = 0; i < n; i++)
        {
            bucket[i] = Math.Clamp((int)((values[i] - low) * scale), 0, n - 1);
            most = Math.Max(most, ++ends[bucket[i]]);
        }

        if (most > MostInBucket)
        {
            values.CopyTo(sorted);
            sorted.Sort();
            return;
        }

        for (int i = 1; i < n; i++)
            ends[i] += ends[i - 1];
        for (int i = 0; i < n; i++)
            sorted[--ends[bucket[i]]] = values[i];

        // Every number is now at most a bucket away from its place.
        for (int i = 1; i < n; i++)
        {
            float x = sorted[i];
            int place = i;
            for (; place > 0 && sorted[place - 1] > x; place--)
                sorted[place] = sorted[place - 1];
            sorted[place] = x;
        }
    }
}
