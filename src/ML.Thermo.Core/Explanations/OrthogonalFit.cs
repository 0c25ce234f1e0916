namespace ML.Thermo.Explanations;

/// <summary>From sums to an explanation.</summary>
internal static class OrthogonalFit
{
    /// <summary>Explains a neighbourhood with finite outputs, one a row.</summary>
    public static Explanation Explain(OrthogonalNeighbourhood neighbourhood, ReadOnlySpan<double> outputs)
    {
        int d = neighbourhood.Features.Count;
        OrthogonalSums whole = new(d);
        var parts = new OrthogonalSlopes[neighbourhood.Options.Replicates];
        var even = new EvenBlock();
        int row = 1;
        for (int r = 0; r < parts.Length; r++)
        {
            OrthogonalSums part = new(d);
            for (int block = 0; block < neighbourhood.Blocks; block++)
            {
                even.See(part.Add(neighbourhood, r, block, outputs.Slice(row, neighbourhood.RowsOfBlock), outputs[0]), r, block);
                row += neighbourhood.RowsOfBlock;
            }

            whole.Add(part);
            parts[r] = part.Slopes();
        }

        OrthogonalSlopes fit = whole.Slopes();
        FeatureChoice choice = neighbourhood.Options.Choice;
        var path = new SurrogatePath(fit);
        int chosen = path.Choose(choice);
        return new()
        {
            Terms = Terms(neighbourhood, whole, fit, path, parts, chosen),
            Models = path.Models,
            Chosen = chosen,
            Value = outputs[0],
            Rows = outputs.Length,
            Variance = whole.Variance,
            LinearShare = whole.IsConstant ? double.NaN : fit.Linear,
            OddShare = whole.OddShare,
            Stability = Stability(parts, choice),
            Choice = choice,
            MostEvenBlock = even.Features(neighbourhood),
            Status = StatusOf(whole, path, chosen, choice),
        };
    }

    private static ExplanationStatus StatusOf(OrthogonalSums whole, SurrogatePath path, int chosen, FeatureChoice choice)
    {
        if (whole.IsConstant)
            return ExplanationStatus.ConstantOutput;
        ExplanationStatus status = whole.OddShare < 0.5 ? ExplanationStatus.Nonlinear : ExplanationStatus.Defined;
        return chosen > 0 && !choice.IsMet(path.Models[chosen - 1]) ? status | ExplanationStatus.Unreached : status;
    }

    private static Term[] Terms(
        OrthogonalNeighbourhood neighbourhood, OrthogonalSums whole, OrthogonalSlopes fit, SurrogatePath path, OrthogonalSlopes[] parts, int chosen)
    {
        var terms = new Term[fit.Slopes.Length];
        double[] errors = Errors(whole, parts);
        for (int j = 0; j < terms.Length; j++)
        {
            var effect = new Estimate(fit.Slopes[j], errors[j]);
            terms[j] = new(neighbourhood.Features[j], j, effect, whole.Spread(j), path.Shares[j], path.Ranks[j], path.Ranks[j] <= chosen);
        }

        Array.Sort(terms, (a, b) => (-Math.Abs(a.Effect.Value), a.Rank).CompareTo((-Math.Abs(b.Effect.Value), b.Rank)));
        return terms;
    }

    /// <summary>
    /// sd/√R over replicates, and at least the root mean square of that of all features, each in units of its spread: third-order terms of the others
    /// reach all features of a block alike, and few replicates may have met none.
    /// </summary>
    private static double[] Errors(OrthogonalSums whole, OrthogonalSlopes[] parts)
    {
        int d = parts[0].Slopes.Length;
        double[] errors = new double[d], slopes = new double[parts.Length];
        double square = 0;
        for (int j = 0; j < d; j++)
        {
            for (int r = 0; r < slopes.Length; r++)
                slopes[r] = parts[r].Slopes[j];
            double error = MeanEffect.Of(slopes).StandardError;
            errors[j] = error <= whole.Rounding(j) ? 0 : error;
            square += errors[j] * errors[j] * whole.Spread(j) * whole.Spread(j) / d;
        }

        for (int j = 0; j < d; j++)
            errors[j] = Math.Max(errors[j], Math.Sqrt(square) / whole.Spread(j));
        return errors;
    }

    /// <summary>Mean Jaccard overlap of what single replicates choose; two that choose nothing agree.</summary>
    private static double Stability(OrthogonalSlopes[] parts, FeatureChoice choice)
    {
        if (parts.Length == 1)
            return double.NaN;
        (int[] Ranks, int Chosen)[] sets = [.. parts.Select(part => new SurrogatePath(part)).Select(path => (path.Ranks, path.Choose(choice)))];
        double sum = 0;
        for (int a = 0; a < sets.Length; a++)
        {
            for (int b = a + 1; b < sets.Length; b++)
                sum += Overlap(sets[a], sets[b]);
        }

        return sum / (sets.Length * (sets.Length - 1) / 2.0);
    }

    private static double Overlap((int[] Ranks, int Chosen) a, (int[] Ranks, int Chosen) b)
    {
        int common = 0;
        for (int j = 0; j < a.Ranks.Length; j++)
        {
            if (a.Ranks[j] <= a.Chosen && b.Ranks[j] <= b.Chosen)
                common++;
        }

        int either = a.Chosen + b.Chosen - common;
        return either == 0 ? 1 : common / (double)either;
    }

    /// <summary>Where curvature and pairs are strongest.</summary>
    private sealed class EvenBlock
    {
        private double _most = double.NegativeInfinity;
        private (int Replicate, int Block) _at;

        public void See(double even, int replicate, int block)
        {
            if (even > _most)
                (_most, _at) = (even, (replicate, block));
        }

        public int[] Features(OrthogonalNeighbourhood neighbourhood)
        {
            ReadOnlySpan<int> order = neighbourhood.OrderOf(_at.Replicate)[(_at.Block * OrthogonalNeighbourhood.Order)..];
            return order[..Math.Min(order.Length, OrthogonalNeighbourhood.Order)].ToArray();
        }
    }
}
