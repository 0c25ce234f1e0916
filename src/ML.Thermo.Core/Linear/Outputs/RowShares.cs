using System.Numerics.Tensors;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Transitions;

namespace ML.Thermo.Linear.Outputs;

/// <summary>What each row has in the energy of random parameters, by draws: ⟨ℓᵢ⟩ and Cov(ℓᵢ, E). It weighs rows in errors, for which a thousand draws are
/// plenty.</summary>
internal static class RowShares
{
    /// <summary>Multiplications: a tenth of a second.</summary>
    private const double Work = 4e8;
    private const int FewestDraws = 128, MostDraws = 1024;

    /// <summary>By row.</summary>
    /// <param name="rows">n rows of d features; with several outputs targets are class numbers.</param>
    /// <param name="ensemble">The energy over the law, on these rows.</param>
    /// <param name="law">Its d entries an output.</param>
    /// <param name="energy">The loss; cross-entropy with several outputs.</param>
    /// <param name="outputs">1, or the number of classes.</param>
    /// <param name="seed">Chooses the draws.</param>
    public static (double[] Means, double[] WithEnergy) Of(LabelledData rows, EnergyEnsemble ensemble, ParameterLaw law, Energy energy, int outputs, ulong seed)
    {
        int draws = (int)Math.Clamp(Work / MonteCarlo.Cost(rows.Rows, rows.Columns, outputs), FewestDraws, MostDraws), columns = rows.Columns;
        double[] energies = new double[draws], parameters = new double[draws * law.Count], means = new double[rows.Rows], shares = new double[rows.Rows];
        ensemble.Draw(seed, 0, energies);
        for (int i = 0; i < draws; i++)
            law.Draw(new RandomStream(seed, (ulong)i), parameters.AsSpan(i * law.Count, law.Count));
        TensorPrimitives.Subtract(energies, energies.Average(), energies);
        double[] byParameter = new double[parameters.Length]; // the draws of a parameter stand together, so that a row meets all of them at once
        for (int j = 0; j < law.Count; j++)
        {
            for (int i = 0; i < draws; i++)
                byParameter[(j * draws) + i] = parameters[(i * law.Count) + j];
        }

        Parallel.For(0, rows.Rows, () => new double[(outputs + 2) * draws], (row, _, buffer) =>
        {
            Span<double> logits = buffer.AsSpan(0, outputs * draws), losses = buffer.AsSpan(outputs * draws, draws), spare = buffer.AsSpan(^draws..);
            ReadOnlySpan<double> x = rows.Row(row);
            logits.Clear();
            for (int k = 0; k < outputs; k++)
            {
                Span<double> output = logits.Slice(k * draws, draws);
                for (int j = 0; j < columns; j++)
                    TensorPrimitives.MultiplyAdd(byParameter.AsSpan(((k * columns) + j) * draws, draws), x[j], output, output);
            }

            double target = rows.Targets.Span[row];
            if (energy != Energy.CrossEntropy)
            {
                for (int i = 0; i < draws; i++)
                    losses[i] = energy.Loss(logits[i], target);
            }
            else if (outputs == 1)
            {
                BinaryLosses(logits, target, losses, spare);
            }
            else
            {
                ClassLosses(logits, (int)target, losses, spare);
            }

            means[row] = TensorPrimitives.Sum<double>(losses) / draws;
            shares[row] = TensorPrimitives.Dot<double>(losses, energies) / (draws - 1);
            return buffer;
        }, _ => { });
        return (means, shares);
    }

    /// <summary>max(z, 0) + ln(1 + e^−|z|) − tz.</summary>
    private static void BinaryLosses(ReadOnlySpan<double> logits, double target, Span<double> losses, Span<double> spare)
    {
        TensorPrimitives.Abs(logits, spare);
        TensorPrimitives.Negate<double>(spare, spare);
        TensorPrimitives.Exp<double>(spare, spare);
        TensorPrimitives.LogP1<double>(spare, spare);
        TensorPrimitives.Max(logits, 0, losses);
        TensorPrimitives.Add<double>(losses, spare, losses);
        TensorPrimitives.MultiplyAdd(logits, -target, losses, losses);
    }

    /// <summary>ln Σ e^zₖ − z_y, of logits that stand class by class and are lost.</summary>
    private static void ClassLosses(Span<double> logits, int label, Span<double> losses, Span<double> top)
    {
        int draws = losses.Length;
        logits[..draws].CopyTo(top);
        for (int first = draws; first < logits.Length; first += draws)
            TensorPrimitives.Max(top, logits.Slice(first, draws), top);
        TensorPrimitives.Subtract(top, logits.Slice(label * draws, draws), top); // how far the label's own is below the top
        Span<double> own = logits.Slice(label * draws, draws);
        TensorPrimitives.Add(top, own, losses);
        for (int first = 0; first < logits.Length; first += draws)
        {
            Span<double> output = logits.Slice(first, draws);
            TensorPrimitives.Subtract(output, losses, output);
            TensorPrimitives.Exp<double>(output, output);
        }

        losses.Clear();
        for (int first = 0; first < logits.Length; first += draws)
            TensorPrimitives.Add(losses, logits.Slice(first, draws), losses);
        TensorPrimitives.Log<double>(losses, losses);
        TensorPrimitives.Add<double>(losses, top, losses);
    }
}
