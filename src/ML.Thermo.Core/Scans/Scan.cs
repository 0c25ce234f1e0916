using System.Numerics.Tensors;
using System.Runtime.ExceptionServices;

namespace ML.Thermo.Scans;

/// <summary>Asks at every split between values of a control parameter how well one output tells an ideal observer left from right.</summary>
/// <remarks>
/// <para>Data stand in the order of the grid, one entry a value. The stronger the knowledge, the smaller the errors: laws, then samples with likelihoods, then
/// counts, then vectors.</para>
/// <para>Source: arXiv 2405.17088; estimators by symmetrised and pooled scores, pairs and cross-fitted bounds are this library's.</para>
/// </remarks>
[Maturity(Maturity.Theorem, "for laws")]
[Maturity(Maturity.Estimator, "for samples")]
public static class Scan
{
    private const double LawTolerance = 1e-3;

    /// <summary>The laws themselves: no errors.</summary>
    /// <param name="grid">K values.</param>
    /// <param name="laws">K laws over the same outcomes; each adds up to 1 within 1e-3 and is normalised.</param>
    /// <param name="options">How to look.</param>
    /// <param name="cancellation">Stops between splits.</param>
    /// <exception cref="UnusableDataException">A law is none, or laws do not fit the grid or one another.</exception>
    public static ScanReport Laws(
        ControlGrid grid, IReadOnlyList<IReadOnlyList<double>> laws, ScanOptions? options = null, CancellationToken cancellation = default)
    {
        options = Begin(grid, laws?.Count ?? 0, options);
        double[][] normal = [.. laws!.Select((law, k) =>
            Checked(law is double[] shares ? [.. shares] : [.. law], $"The law at {grid.Name} = {grid.Values[k]}"))];
        int other = Array.FindIndex(normal, law => law.Length != normal[0].Length);
        if (other >= 0)
            throw new UnusableDataException($"The law at {grid.Name} = {grid.Values[other]} has {normal[other].Length} outcomes: expected "
                + $"{normal[0].Length}, as before.");
        return LawScan.Run(grid, normal, options, cancellation);
    }

    /// <summary>Laws of fixed inputs, such as class probabilities of the same rows under every model: errors over the inputs.</summary>
    /// <param name="grid">K values.</param>
    /// <param name="inputs">K laws for each input.</param>
    /// <param name="options">How to look.</param>
    /// <exception cref="UnusableDataException">A law is none, or there are fewer than two inputs.</exception>
    public static ScanReport Inputs(ControlGrid grid, IReadOnlyList<IReadOnlyList<double[]>> inputs, ScanOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        options = Begin(grid, inputs.Count == 0 ? grid?.Count ?? 0 : inputs[0].Count, options);
        var sums = new InputSums(grid!, inputs.Count == 0 ? 0 : inputs[0][0].Length, options);
        for (int i = 0; i < inputs.Count; i++)
            sums.Add([.. inputs[i].Select((law, k) => Checked(law, $"Input {i} at {grid!.Name} = {grid.Values[k]}"))]);
        return sums.Report();
    }

    /// <summary>Samples with their log likelihoods: pooled where ln P is known under every law, else by windows.</summary>
    /// <param name="grid">K values.</param>
    /// <param name="samples">For each value the samples drawn there, each with ln P under all K laws (NaN: unknown).</param>
    /// <param name="options">How to look.</param>
    /// <param name="pooled">Forces the pooled estimate or the one by windows; null chooses.</param>
    /// <param name="cancellation">Stops between samples.</param>
    /// <exception cref="UnusableDataException">There are fewer than two samples at a value, or a number is no log likelihood.</exception>
    public static ScanReport Likelihoods(
        ControlGrid grid,
        IReadOnlyList<IReadOnlyList<double[]>> samples,
        ScanOptions? options = null,
        bool? pooled = null,
        CancellationToken cancellation = default)
    {
        options = Begin(grid, samples?.Count ?? 0, options);
        bool pool = pooled ?? samples!.All(group => group.All(logs => !logs.Any(double.IsNaN)));
        var sums = new LikelihoodSums(grid, options, pool ? [.. samples!.Select(group => (long)group.Count)] : null);
        Each(grid.Count, options, cancellation, k =>
        {
            foreach (double[] logs in samples![k])
            {
                cancellation.ThrowIfCancellationRequested();
                sums.Add(k, logs);
            }
        });
        return sums.Report();
    }

    /// <summary>Counts of discrete outcomes.</summary>
    /// <param name="grid">K values.</param>
    /// <param name="counts">How often each outcome was seen at each value; at least two samples a value.</param>
    /// <param name="options">How to look.</param>
    /// <param name="progress">Receives the share of the permutations that are done.</param>
    /// <param name="cancellation">Stops between permutations.</param>
    /// <exception cref="UnusableDataException">Fewer than two samples at a value, a negative count, or no outcome seen twice.</exception>
    public static ScanReport Counts(
        ControlGrid grid,
        IReadOnlyList<long[]> counts,
        ScanOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        options = Begin(grid, counts?.Count ?? 0, options);
        for (int k = 0; k < grid.Count; k++)
        {
            if (counts![k].Length != counts[0].Length || counts[k].Any(count => count < 0))
                throw new UnusableDataException($"{grid.Name} = {grid.Values[k]} has other outcomes than the first value, or negative counts: "
                    + $"expected {counts[0].Length} counts ≥ 0.");
            if (counts[k].Sum() < 2)
                throw new UnusableDataException($"{grid.Name} = {grid.Values[k]} has {counts[k].Sum()} samples: expected at least 2.");
        }

        return OutcomeScan.Run(grid, counts!, options, progress, cancellation);
    }

    /// <summary>Numbers: one a sample are counted in bins between quantiles, vectors are told apart by a classifier.</summary>
    /// <param name="grid">K values.</param>
    /// <param name="samples">At each value the samples, all of the same length.</param>
    /// <param name="options">How to look.</param>
    /// <param name="classifier">Tells sides apart; null: logistic regression, and bins for single numbers.</param>
    /// <param name="progress">Receives the share that is done.</param>
    /// <param name="cancellation">Stops between splits.</param>
    /// <exception cref="UnusableDataException">Fewer than two samples at a value (five for a classifier), or a number is not finite.</exception>
    public static ScanReport Values(
        ControlGrid grid,
        IReadOnlyList<double[][]> samples,
        ScanOptions? options = null,
        SideClassifier? classifier = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        options = Begin(grid, samples?.Count ?? 0, options);
        bool isSingle = classifier is null && samples![0].Length > 0 && samples[0][0].Length == 1;
        for (int k = 0; k < grid.Count; k++)
        {
            if (samples![k].Length < (isSingle ? 2 : 5))
                throw new UnusableDataException($"{grid.Name} = {grid.Values[k]} has {samples[k].Length} samples: expected at least {(isSingle ? 2 : 5)}.");
            if (samples[k].Any(row => row.Length != samples[0][0].Length || !row.All(double.IsFinite)))
                throw new UnusableDataException($"{grid.Name} = {grid.Values[k]} has a sample that is not {samples[0][0].Length} finite numbers.");
        }

        if (!isSingle)
            return ClassifierScan.Run(grid, samples!, classifier ?? LogisticSides.Judge, options, progress, cancellation);
        long[][] bins = QuantileBins.Of([.. samples!.Select(group => group.Select(row => row[0]).ToArray())], options.Window);
        return OutcomeScan.Run(grid, bins, options, progress, cancellation);
    }

    /// <summary>A law as a scan takes it: shares ≥ 0 whose sum is 1 within 1e-3, normalised.</summary>
    /// <param name="law">The shares; overwritten.</param>
    /// <param name="where">What a message calls it.</param>
    /// <exception cref="UnusableDataException">It is no law.</exception>
    public static double[] Checked(double[] law, string where)
    {
        ArgumentNullException.ThrowIfNull(law);
        double sum = TensorPrimitives.Sum<double>(law);
        if (law.Length > 0 && !(TensorPrimitives.Min<double>(law) >= 0) && Array.FindIndex(law, share => !(share >= 0)) is var bad)
            throw new UnusableDataException($"{where} has the probability {law[bad]} (outcome {bad}): expected a number from 0 to 1.");
        if (!(Math.Abs(sum - 1) <= LawTolerance))
            throw new UnusableDataException($"{where} adds up to {sum}: expected 1 within {LawTolerance}.");
        TensorPrimitives.Divide(law, sum, law);
        return law;
    }

    /// <summary>Runs independent parts side by side; the first failure is thrown as it is.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1068", Justification = "What is done reads best at the end.")]
    internal static void Each(int count, ScanOptions options, CancellationToken cancellation, Action<int> part)
    {
        try
        {
            var workers = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, options.Threads), CancellationToken = cancellation };
            Parallel.For(0, count, workers, part);
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.Flatten().InnerExceptions[0]);
        }
    }

    private static ScanOptions Begin(ControlGrid? grid, int groups, ScanOptions? options)
    {
        ArgumentNullException.ThrowIfNull(grid);
        options ??= new ScanOptions();
        options.Check(grid);
        if (groups != grid.Count)
            throw new UnusableDataException($"There are data for {groups} values of {grid.Name}: expected {grid.Count}, one entry a value.");
        return options;
    }
}
