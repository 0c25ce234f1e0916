using ML.Thermo.Energies;
using ML.Thermo.Measurement;
using ML.Thermo.RowLosses;

namespace ML.Thermo.Transitions;

/// <summary>The trained predictions of some rows, pooled, and what each of them would lose on average against the labels of all these rows.</summary>
/// <param name="energy">The cross-entropy.</param>
/// <param name="shares">The share of each class among the labels; of two where the output is a logit.</param>
/// <param name="pool">Where the predictions go.</param>
internal sealed class PredictionPool(Energy energy, double[] shares, OutputPool pool) : IOutputSink
{
    private readonly List<double> _means = [];

    /// <summary>−Σ πₖ ln pₖ of each prediction, π the shares.</summary>
    public IReadOnlyList<double> MeanLosses => _means;

    public void Add(ReadOnlySpan<double> outputs, double target)
    {
        double mean = 0;
        if (outputs.Length == 1)
        {
            mean = (shares[0] * energy.Loss(outputs[0], 0)) + (shares[1] * energy.Loss(outputs[0], 1));
        }
        else
        {
            for (int k = 0; k < outputs.Length; k++)
                mean -= shares[k] == 0 ? 0 : shares[k] * outputs[k];
        }

        _means.Add(mean);
        pool.Add(outputs, target);
    }

    public LossLaw ToLaw() => pool.ToLaw();
}
