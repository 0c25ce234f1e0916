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

    /// <summary>Values or logits drawn from others, whatever the row.</summary>
    /// <param name="energy">The loss.</param>
    /// <param name="outputs">Values or logits, at least one.</param>
    public static LossLaw Pooled(Energy energy, ReadOnlySpan<double> outputs)
    {
        switch (energy.Name)
        {
            case "mse":
                return PooledSquared.Over(outputs);
            case "mae":
                return PooledAbsolute.Over(outputs);
            case "ce":
                break;
            default:
                throw new ThermoException($"The law of a row's loss is not known for the energy '{energy}': expected {string.Join(", ", Energy.All)}.");
        }

        OutputPool pool = OutputPool.For(energy, 2);
        foreach (double logit in outputs)
            pool.Add([-energy.Loss(logit, 0), -energy.Loss(logit, 1)], double.NaN);
        return pool.ToLaw();
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
        ("pooled", "ce") => entries.Has("some") ? SparseCrossEntropy.Read(entries) : PooledCrossEntropy.Read(entries),
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
