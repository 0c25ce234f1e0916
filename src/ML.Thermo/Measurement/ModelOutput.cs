using System.Numerics.Tensors;
using ML.Thermo.Energies;
using ML.Thermo.Steps;

namespace ML.Thermo.Measurement;

/// <summary>Turns a model's scores into outputs: a value, a logit, or K log-probabilities.</summary>
/// <param name="Kind">How the numbers are to be read.</param>
/// <param name="Scale">Factor of a logit.</param>
/// <param name="Offset">Constant of a logit.</param>
internal sealed record ModelOutput(PredictionKind Kind, double Scale = 1, double Offset = 0)
{
    /// <summary>Whether the output is one log-probability a class.</summary>
    public bool IsDistribution => Kind is PredictionKind.Logits or PredictionKind.Probabilities;

    /// <summary>Outputs of one row; as many as there are scores.</summary>
    public void Read(ReadOnlySpan<float> scores, Span<double> outputs)
    {
        if (!IsDistribution)
        {
            double score = scores.Length > 0 ? scores[0] : 0; // the zero of a sparse vector of one
            outputs[0] = Kind switch
            {
                PredictionKind.Value => score,
                PredictionKind.Logit => (Scale * score) + Offset,
                _ => Logit(score),
            };
            return;
        }

        TensorPrimitives.ConvertChecked(scores, outputs);
        if (Kind == PredictionKind.Probabilities)
        {
            TensorPrimitives.Max(outputs, Refresh.PredictionEnergy.LeastProbability, outputs);
            TensorPrimitives.Log(outputs, outputs);
            return;
        }

        double top = TensorPrimitives.Max<double>(outputs), sum = 0;
        foreach (double z in outputs)
            sum += Math.Exp(z - top);
        TensorPrimitives.Subtract(outputs, top + Math.Log(sum), outputs);
        for (int k = 0; k < outputs.Length; k++)
            outputs[k] = double.IsNegativeInfinity(outputs[k]) ? Math.Log(Refresh.PredictionEnergy.LeastProbability) : outputs[k];
    }

    /// <summary>A wrong answer that is given with certainty costs 34.5 nats, as in monitors, not infinitely many.</summary>
    private static double Logit(double probability)
    {
        double p = Math.Clamp(probability, Refresh.PredictionEnergy.LeastProbability, 1 - Refresh.PredictionEnergy.LeastProbability);
        return Math.Log(p) - Math.Log(1 - p);
    }

    public void Write(NamedValues entries)
    {
        entries["score"] = Kind.ToString();
        entries.Set("scale", Scale);
        entries.Set("offset", Offset);
    }

    public static ModelOutput Read(NamedValues entries) => new(entries.Name<PredictionKind>("score"), entries.Number("scale"), entries.Number("offset"));
}
