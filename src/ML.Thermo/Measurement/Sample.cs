using Microsoft.ML.Data;
using ML.Thermo.Energies;

namespace ML.Thermo.Measurement;

/// <summary>Receives the outputs of each row of a sample: a value, a logit, or one log-probability a class.</summary>
internal interface IOutputSink
{
    void Add(ReadOnlySpan<double> outputs, double target);
}

/// <summary>Losses and targets of rows that a model has scored. The outputs themselves are passed on and not kept.</summary>
internal sealed class Sample
{
    private readonly List<double> _losses = [], _targets = [];

    private Sample(int width) => Width = width;

    /// <summary>Numbers an output: 1, or one log-probability a class.</summary>
    public int Width { get; }

    /// <summary>n.</summary>
    public int Rows => _targets.Count;

    /// <summary>Rows left out: label, score or a needed feature was missing.</summary>
    public long Skipped { get; private set; }

    /// <summary>The loss of each row, loss units.</summary>
    public ReadOnlySpan<double> Losses => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_losses);

    /// <summary>n values or class numbers.</summary>
    public ReadOnlySpan<double> Targets => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_targets);

    /// <summary>Reads all rows once.</summary>
    /// <param name="scored">The data.</param>
    /// <param name="output">How scores become outputs.</param>
    /// <param name="energy">The loss.</param>
    /// <param name="cancellation">Stops between rows.</param>
    /// <param name="outputs">Receives the outputs of each row that is kept.</param>
    /// <param name="features">Receives the features and the target of each row that is kept.</param>
    /// <exception cref="UnusableDataException">A target is outside the energy's domain.</exception>
    public static Sample Of(
        ScoredData scored, ModelOutput output, Energy energy, CancellationToken cancellation, IOutputSink? outputs = null, IFeatureSink? features = null)
    {
        var sample = new Sample(output.IsDistribution ? scored.Width : 1);
        double[] read = new double[sample.Width];
        scored.Visit(
            (in VBuffer<float> x, in VBuffer<float> scores, double label) =>
            {
                output.Read(scores.GetValues(), read);
                if (!double.IsFinite(label) || double.IsNaN(read[0]) || (features is not null && !ScoredData.IsComplete(x)))
                {
                    sample.Skipped++;
                    return;
                }

                sample._losses.Add(sample.Loss(energy, read, label));
                sample._targets.Add(label);
                outputs?.Add(read, label);
                features?.Add(x, label);
            },
            cancellation);
        return sample;
    }

    private double Loss(Energy energy, ReadOnlySpan<double> outputs, double target)
    {
        if (Width > 1)
        {
            return target < Width
                ? -outputs[(int)target]
                : throw new UnusableDataException($"The label of row {Rows + 1} is class {target + 1}: the model knows {Width} classes.");
        }

        return energy.Reject(target) is string expected
            ? throw new UnusableDataException($"The label of row {Rows + 1} is {target}: {energy} expects {expected}.")
            : energy.Loss(outputs[0], target);
    }
}
