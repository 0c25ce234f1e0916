using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Transitions;

namespace ML.Thermo.Linear;

/// <summary>Training in one line. <see cref="LinearSystem"/> has everything in between.</summary>
public static class Train
{
    /// <summary>Trains a linear model and measures the transition from random parameters to fitted ones.</summary>
    /// <remarks>
    /// <para>T = ΔE/ΔS, with ΔE in loss units and ΔS in nats: see <see cref="LinearSystem.Train"/>.</para>
    /// <example><code>
    /// double[] x = [-2, -1, 0.5, 1, 2.5], y = [-3, -1, 1, 1.5, 4];
    /// Console.WriteLine(Train.Linear(x, y).Temperature);
    /// </code></example>
    /// </remarks>
    /// <param name="features">n × d numbers, row by row; as many columns as go into them by the number of targets.</param>
    /// <param name="targets">n numbers.</param>
    /// <param name="energy">The loss; null for the mean squared error.</param>
    /// <param name="law">The law of every parameter before training; null for N(0, 1).</param>
    /// <param name="options">The choices behind the numbers; null for the defaults.</param>
    /// <exception cref="UnusableDataException">There are no rows or columns, the lengths do not match, or a number is not finite.</exception>
    public static Transition Linear(double[] features, double[] targets, Energy? energy = null, InitializationLaw? law = null,
        TransitionOptions? options = null)
    {
        var data = new LabelledData(features, targets);
        return new LinearSystem(data, energy ?? Energy.MeanSquared, ParameterLaw.Same(law ?? InitializationLaw.Normal(0, 1), data.Columns))
            .Train(options: options);
    }
}
