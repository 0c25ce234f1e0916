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
        int draws = (int)Math.Clamp(Work / ((double)rows.Rows * law.Count), FewestDraws, MostDraws), columns = rows.Columns;
        double[] energies = new double[draws], parameters = new double[draws * law.Count], means = new double[rows.Rows], shares = new double[rows.Rows];
        ensemble.Draw(seed, 0, energies);
        for (int i = 0; i < draws; i++)
            law.Draw(new RandomStream(seed, (ulong)i), parameters.AsSpan(i * law.Count, law.Count));
        TensorPrimitives.Subtract(energies, energies.Average(), energies);
        Parallel.For(0, rows.Rows, () => new double[draws], (row, _, losses) =>
        {
            Span<double> logits = outputs <= 256 ? stackalloc double[outputs] : new double[outputs];
            double target = rows.Targets.Span[row];
            for (int i = 0; i < draws; i++)
            {
                for (int k = 0; k < outputs; k++)
                    logits[k] = TensorPrimitives.Dot(rows.Row(row), parameters.AsSpan((i * law.Count) + (k * columns), columns));
                losses[i] = outputs == 1 ? energy.Loss(logits[0], target) : CrossEntropy(logits, (int)target);
            }

            means[row] = TensorPrimitives.Sum<double>(losses) / draws;
            shares[row] = TensorPrimitives.Dot<double>(losses, energies) / (draws - 1);
            return losses;
        }, _ => { });
        return (means, shares);
    }

    /// <summary>ln Σ e^zₖ − z_y.</summary>
    private static double CrossEntropy(Span<double> logits, int label)
    {
        double top = TensorPrimitives.Max<double>(logits), own = logits[label] - top;
        TensorPrimitives.Subtract(logits, top, logits);
        TensorPrimitives.Exp<double>(logits, logits);
        return Math.Log(TensorPrimitives.Sum<double>(logits)) - own;
    }
}
