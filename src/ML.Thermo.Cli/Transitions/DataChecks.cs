using ML.Thermo.Data;

namespace ML.Thermo.Cli.Transitions;

/// <summary>What data must be before a linear model can be trained on them.</summary>
internal static class DataChecks
{
    /// <summary>Refuses columns that do not vary.</summary>
    /// <param name="training">The rows to train on, without an intercept.</param>
    /// <param name="label">Name of the label.</param>
    /// <param name="split">Other rows of the same file were set aside.</param>
    public static void Training(LabelledData training, string label, bool split)
    {
        string rows = split ? "training row" : "row";
        if (training.Targets.Span.IndexOfAnyExcept(training.Targets.Span[0]) < 0)
            throw new UnusableDataException($"The label '{label}' is {training.Targets.Span[0]} in every {rows}: there is nothing to learn; choose another "
                + "--label.");
        int[] constant = Constant(training);
        if (constant.Length == 0)
            return;
        double[] values = [.. constant.Select(j => training.Row(0)[j])];
        string advice = constant.Length == 1 && values[0] == 1
            ? "a column of ones is what --intercept LAW is for"
            : $"leave out with --without {string.Join(',', constant.Select(j => training.FeatureNames[j]))}, and add --intercept LAW if a constant is wanted";
        throw new UnusableDataException($"The feature '{training.FeatureNames[constant[0]]}' is {values[0]} in every {rows}: {advice}.");
    }

    /// <summary>Columns with one value only; a column is done with at its first other value, so the scan is short on real data.</summary>
    private static int[] Constant(LabelledData data)
    {
        var open = Enumerable.Range(0, data.Columns).ToList();
        for (int i = 1; i < data.Rows && open.Count > 0; i++)
        {
            ReadOnlySpan<double> first = data.Row(0), row = data.Row(i);
            for (int k = open.Count - 1; k >= 0; k--)
            {
                if (row[open[k]] != first[open[k]])
                    open.RemoveAt(k);
            }
        }

        return [.. open];
    }
}
