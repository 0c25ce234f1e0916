using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Steps;

namespace ML.Thermo.RowLosses;

/// <summary>Makes laws of a row's loss, for each energy, and reads them back.</summary>
internal static class LossLaws
{
    /// <summary>Outputs of a linear model whose parameters are drawn.</summary>
    /// <param name="energy">The loss.</param>
    /// <param name="law">The law of one output's weights, then of its bias.</param>
    /// <param name="classes">Number of logits, or 1.</param>
    public static LossLaw Linear(Energy energy, ParameterLaw law, int classes) => Linear(energy.Name, new LinearOutput(law), classes);

    /// <summary>Outputs drawn from others, whatever the row.</summary>
    /// <param name="energy">The loss.</param>
    /// <param name="outputs">Rows of values or logits, or of K log-probabilities.</param>
    /// <param name="classes">K, or 1.</param>
    public static LossLaw Pooled(Energy energy, ReadOnlySpan<double> outputs, int classes)
    {
        switch (energy.Name)
        {
            case "mse":
                return PooledSquared.Over(outputs);
            case "mae":
                return PooledAbsolute.Over(outputs);
            case "ce" when classes > 1:
                return PooledCrossEntropy.Over(outputs, classes);
            case "ce":
                break;
            default:
                throw new ThermoException($"The law of a row's loss is not known for the energy '{energy}': expected {string.Join(", ", Energy.All)}.");
        }

        double[] logarithms = new double[2 * outputs.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            logarithms[2 * i] = -energy.Loss(outputs[i], 0);
            logarithms[(2 * i) + 1] = -energy.Loss(outputs[i], 1);
        }

        return PooledCrossEntropy.Over(logarithms, 2);
    }

    public static void Write(LossLaw law, NamedValues entries)
    {
        entries["law"] = law.ReadsFeatures ? "linear" : "pooled";
        law.Write(entries);
    }

    public static LossLaw Read(NamedValues entries, string energy) => (entries["law"], energy) switch
    {
        ("linear", _) => Linear(energy, LinearOutput.Read(entries), entries.Has("classes") ? (int)entries.Integer("classes") : 1),
        ("pooled", "mse") => PooledSquared.Read(entries),
        ("pooled", "mae") => PooledAbsolute.Read(entries),
        ("pooled", "ce") => PooledCrossEntropy.Read(entries),
        var (law, name) => throw new FormatException($"The model's rows have the law '{law}' of the energy '{name}', which this version does not know."),
    };

    private static LossLaw Linear(string energy, LinearOutput output, int classes) => energy switch
    {
        "mse" => new LinearSquared(output),
        "mae" => new LinearAbsolute(output),
        "ce" when classes > 1 => new LinearSoftmax(output, classes),
        "ce" => new LinearLogistic(output),
        _ => throw new ThermoException($"The law of a row's loss is not known for the energy '{energy}': expected {string.Join(", ", Energy.All)}."),
    };
}
