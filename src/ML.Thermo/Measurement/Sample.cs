using Microsoft.ML.Data;
using ML.Thermo.Energies;

namespace ML.Thermo.Measurement;

/// <summary>Outputs of a model and targets, row by row.</summary>
internal sealed class Sample
{
    private readonly List<double> _outputs = [], _targets = [];

    private Sample(int width) => Width = width;

    /// <summary>Numbers an output: 1, or one log-probability a class.</summary>
    public int Width { get; }

    /// <summary>n.</summary>
    public int Rows => _targets.Count;

    /// <summary>Rows left out: label, score or a needed feature was missing.</summary>
    public long Skipped { get; private set; }

    /// <summary>n × width.</summary>
    public ReadOnlySpan<double> Outputs => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_outputs);

    /// <summary>n values or class numbers.</summary>
    public ReadOnlySpan<double> Targets => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_targets);

    /// <summary>Reads all rows once.</summary>
    /// <param name="scored">The data.</param>
    /// <param name="output">How scores become outputs.</param>
    /// <param name="cancellation">Stops between rows.</param>
    /// <param name="features">Receives the features and the target of each row that is kept.</param>
    public static Sample Of(ScoredData scored, ModelOutput output, CancellationToken cancellation, IFeatureSink? features = null)
    {
        int width = !output.IsDistribution ? 1 : scored.Model?.Outputs!.Count ?? ((VectorDataViewType)scored.Score!.Value.Type).Size;
        var sample = new Sample(width);
        double[] outputs = new double[width];
        scored.Visit(
            (in VBuffer<float> x, in VBuffer<float> scores, double label) =>
            {
                output.Read(scores.GetValues(), outputs);
                if (!double.IsFinite(label) || double.IsNaN(outputs[0]) || (features is not null && !ScoredData.IsComplete(x)))
                {
                    sample.Skipped++;
                    return;
                }

                sample._outputs.AddRange(outputs);
                sample._targets.Add(label);
                features?.Add(x, label);
            },
            cancellation);
        return sample;
    }

    /// <summary>Refuses targets that an energy does not know.</summary>
    /// <exception cref="UnusableDataException">A target is outside the energy's domain.</exception>
    public void Check(Energy energy)
    {
        for (int i = 0; i < Rows; i++)
        {
            double target = Targets[i];
            if (Width > 1 && target >= Width)
                throw new UnusableDataException($"The label of row {i + 1} is class {target + 1}: the model knows {Width} classes.");
            if (Width == 1 && energy.Reject(target) is string expected)
                throw new UnusableDataException($"The label of row {i + 1} is {target}: {energy} expects {expected}.");
        }
    }

    /// <summary>The loss of each row, loss units; +∞ where a class of probability zero came true.</summary>
    /// <exception cref="UnusableDataException">A target is outside the energy's domain.</exception>
    public double[] Losses(Energy energy)
    {
        Check(energy);
        double[] losses = new double[Rows];
        for (int i = 0; i < losses.Length; i++)
            losses[i] = Width > 1 ? -Outputs[(i * Width) + (int)Targets[i]] : energy.Loss(Outputs[i], Targets[i]);
        return losses;
    }
}
