using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ML.Thermo.Scans;

/// <summary>Sums over the outcomes of two laws, eight at a time.</summary>
internal static class LawKernel
{
    /// <summary>½ Σ (P − Q)²/(P + Q).</summary>
    public static double Linear(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        ref double a = ref MemoryMarshal.GetReference(left), b = ref MemoryMarshal.GetReference(right);
        Vector512<double> first = default, second = default;
        int i = 0;
        for (; i <= left.Length - (2 * Vector512<double>.Count); i += 2 * Vector512<double>.Count)
        {
            first += Square(Vector512.LoadUnsafe(ref a, (nuint)i), Vector512.LoadUnsafe(ref b, (nuint)i));
            second += Square(Vector512.LoadUnsafe(ref a, (nuint)(i + 8)), Vector512.LoadUnsafe(ref b, (nuint)(i + 8)));
        }

        double sum = Vector512.Sum(first + second);
        for (; i < left.Length; i++)
        {
            double difference = left[i] - right[i], total = left[i] + right[i];
            sum += total > 0 ? difference * difference / total : 0;
        }

        return sum / 2;

        static Vector512<double> Square(Vector512<double> p, Vector512<double> q)
        {
            Vector512<double> difference = p - q;
            return difference * difference / Vector512.Max(p + q, Vector512.Create(double.Epsilon * (1L << 52)));
        }
    }

    /// <summary>All four distances.</summary>
    public static Distances All(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        ref double a = ref MemoryMarshal.GetReference(left), b = ref MemoryMarshal.GetReference(right);
        Vector512<double> linear = default, variation = default, information = default, hellinger = default;
        Vector512<double> least = Vector512.Create(double.Epsilon * (1L << 52));
        int i = 0;
        for (; i <= left.Length - Vector512<double>.Count; i += Vector512<double>.Count)
        {
            Vector512<double> p = Vector512.LoadUnsafe(ref a, (nuint)i), q = Vector512.LoadUnsafe(ref b, (nuint)i);
            Vector512<double> difference = p - q, total = Vector512.Max(p + q, least), root = Vector512.Sqrt(p) - Vector512.Sqrt(q);
            linear += difference * difference / total;
            variation += Vector512.Abs(difference);
            hellinger += root * root;
            information += (p * Vector512.Log(Vector512.Max(2 * p / total, least))) + (q * Vector512.Log(Vector512.Max(2 * q / total, least)));
        }

        var sums = new Distances(Vector512.Sum(linear), Vector512.Sum(variation), Vector512.Sum(information), Vector512.Sum(hellinger));
        for (; i < left.Length; i++)
            sums = Plus(sums, Outcome(left[i], right[i]));
        return new(sums.Linear / 2, sums.TotalVariation / 2, sums.JensenShannon / 2, sums.Hellinger / 2);
    }

    /// <summary>Twice what one outcome of weights P and Q adds to each distance; the weights need not be normalised.</summary>
    public static Distances Outcome(double p, double q)
    {
        double total = p + q, difference = p - q, root = Math.Sqrt(p) - Math.Sqrt(q);
        if (total <= 0)
            return default;
        double information = (p > 0 ? p * Math.Log(2 * p / total) : 0) + (q > 0 ? q * Math.Log(2 * q / total) : 0);
        return new(difference * difference / total, Math.Abs(difference), information, root * root);
    }

    /// <summary>Adds up.</summary>
    public static Distances Plus(Distances a, Distances b) =>
        new(a.Linear + b.Linear, a.TotalVariation + b.TotalVariation, a.JensenShannon + b.JensenShannon, a.Hellinger + b.Hellinger);
}
