using Microsoft.ML.Data;
using ML.Thermo.Energies;
using ML.Thermo.Measurement;
using ML.Thermo.RowLosses;
using ML.Thermo.Steps;

namespace ML.Thermo.Transitions;

/// <summary>
/// Energy, entropy and temperature of one row: e = E_I(x) − E_II(x), s = ½ ln(1 + V_I(x)/V), t = e/s. The transition of a system that is one
/// row large, at the resolution V of the trained loss of one point.
/// </summary>
/// <remarks>The target is the label where there is one, else the trained prediction (self-energy), whose own loss is the floor: zero for
/// MSE and MAE, the entropy of the predicted distribution for CE. What cannot be computed is NaN.</remarks>
internal sealed class RowTransition(Energy energy, ModelOutput output, LossLaw law, double pointVariance)
{
    private const int Format = 2, StackClasses = 64;
    private const double LeastEntropy = 1e-12;

    private readonly bool _isLogit = energy == Energies.Energy.CrossEntropy;

    /// <summary>Whether the features are looked at.</summary>
    public bool ReadsFeatures => law.ReadsFeatures;

    /// <param name="scores">The model's scores, dense.</param>
    /// <param name="features">The model's features.</param>
    /// <param name="label">Value or class number; NaN where it is missing or not wanted.</param>
    public (double Energy, double Entropy, double Temperature) Read(ReadOnlySpan<float> scores, in VBuffer<float> features, float label)
    {
        if (!output.IsDistribution)
        {
            double z = 0;
            output.Read(scores, new Span<double>(ref z));
            double loss = Number(z, out double number, label);
            return Columns(law.Of(features, new ReadOnlySpan<double>(in number)), loss);
        }

        Span<double> outputs = scores.Length <= StackClasses ? stackalloc double[scores.Length] : new double[scores.Length];
        Span<double> target = scores.Length <= StackClasses ? stackalloc double[scores.Length] : new double[scores.Length];
        output.Read(scores, outputs);
        double trained = Distribution(outputs, target, label);
        return Columns(law.Of(features, target), trained);
    }

    /// <summary>The columns from the moments of the untrained loss and the trained loss.</summary>
    private (double Energy, double Entropy, double Temperature) Columns(RowMoments untrained, double trained)
    {
        double excess = untrained.Mean - trained;
        double entropy = pointVariance > 0 ? 0.5 * Math.Log(1 + (untrained.Variance / pointVariance)) : double.NaN;
        return double.IsNaN(excess + entropy)
            ? (double.NaN, double.NaN, double.NaN)
            : (excess, entropy, entropy < LeastEntropy ? double.NaN : excess / entropy);
    }

    public NamedValues ToEntries()
    {
        var entries = new NamedValues { ["format"] = $"{Format}", ["energy"] = energy.Name };
        entries.Set("pointVariance", pointVariance);
        output.Write(entries);
        LossLaws.Write(law, entries);
        return entries;
    }

    /// <summary>Reads what <see cref="ToEntries"/> wrote.</summary>
    /// <exception cref="NotSupportedException">A newer version wrote it.</exception>
    /// <exception cref="FormatException">It is damaged.</exception>
    public static RowTransition From(NamedValues entries)
    {
        entries.CheckFormat("The model's row columns", Format);

        Energy energy = Energies.Energy.Parse(entries["energy"]);
        return new RowTransition(energy, ModelOutput.Read(entries), LossLaws.Read(entries, energy.Name), entries.Number("pointVariance"));
    }

    /// <summary>The trained loss of a value or logit, and the target.</summary>
    private double Number(double z, out double target, float label)
    {
        if (!float.IsNaN(label))
        {
            target = label;
            return energy.Loss(z, target);
        }

        target = _isLogit ? 1 / (1 + Math.Exp(-z)) : z;
        return !_isLogit ? 0 : double.IsInfinity(z) ? 0 : energy.Loss(z, target); // a certain prediction has no entropy
    }

    /// <summary>The trained loss of log-probabilities, and the target's probabilities.</summary>
    private static double Distribution(ReadOnlySpan<double> logarithms, Span<double> target, float label)
    {
        if (!float.IsNaN(label))
        {
            int y = (int)label;
            target.Clear();
            if (y < 0 || y >= target.Length)
                return double.NaN;
            target[y] = 1;
            return -logarithms[y];
        }

        double entropy = 0;
        for (int k = 0; k < target.Length; k++)
        {
            target[k] = Math.Exp(logarithms[k]);
            entropy -= target[k] == 0 ? 0 : target[k] * logarithms[k];
        }

        return entropy;
    }
}
