namespace ML.Thermo.Entropies;

/// <summary>
/// The entropy of a law with one atom beside a density: the atom, of mass p, is read at a resolution ε, the rest by its nearest neighbours:
/// h = H(p) + p h(εξ) + (1 − p) h(rest), nats. It passes smoothly into the entropy of the rest as p → 0, so an estimate does not jump where
/// a sample happens to hold a few of the atom's draws.</summary>
[Maturity(Maturity.Theorem, "for an atom that the rest does not reach to within ε, an approximation else")]
internal static class AtomicPart
{
    private const int FewestTies = 3;

    /// <summary>Of all coinciding energies, the share that one value must hold: rounded losses have many atoms.</summary>
    private const double OneAtom = 0.9;

    /// <summary>The estimate; null where there is no single atom, or too little beside it.</summary>
    /// <param name="sorted">Energies in ascending order.</param>
    /// <param name="estimator">Reads the rest.</param>
    /// <param name="resolution">ε &gt; 0, loss units.</param>
    public static EntropyEstimate? Of(double[] sorted, KozachenkoLeonenko estimator, double resolution)
    {
        (int start, int count, int ties) = LargestTie(sorted);
        int rest = sorted.Length - count;
        if (count < FewestTies || count < OneAtom * ties || rest < 4 * (estimator.Neighbours + 1))
            return null;
        double atom = sorted[start], n = sorted.Length, p = count / n;
        double[] others = [.. sorted.AsSpan(0, start), .. sorted.AsSpan(start + count)];
        EntropyEstimate density = estimator.OfDensity(others);
        double blurred = new EntropyEstimate(0, 0, EntropyMethod.FiniteResolution) { Resolution = resolution }.Differential;
        double ofAtom = blurred - Math.Log(p), ofRest = density.Value - Math.Log(1 - p); // mean information of a draw of either kind
        double between = ofAtom - ofRest, distance = atom - others.Average();
        double variance = (p * (1 - p) / n * between * between) + Math.Pow((1 - p) * density.StandardError, 2);
        return new EntropyEstimate((p * ofAtom) + ((1 - p) * ofRest) - blurred, Math.Sqrt(variance), EntropyMethod.FiniteResolution,
            Status.Atoms | density.Status)
        {
            Resolution = resolution,
            Bias = (1 - p) * density.Bias,
            EnergyCovariance = (p * (1 - p) / n * between * distance) + ((1 - p) * (1 - p) * density.EnergyCovariance),
        };
    }

    private static (int Start, int Count, int Ties) LargestTie(double[] sorted)
    {
        (int Start, int Count, int Ties) largest = (0, 1, 0);
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start + 1; end < sorted.Length && sorted[end] == sorted[start]; end++)
            {
            }

            int count = end - start, ties = largest.Ties + (count > 1 ? count : 0);
            largest = count > largest.Count ? (start, count, ties) : largest with { Ties = ties };
        }

        return largest;
    }
}
