using System.Text.Json;
using ML.Thermo.Cli.Output;
using ML.Thermo.Dynamics.Pairs;
using ML.Thermo.Report.Dynamics;

namespace ML.Thermo.Cli.Dynamics;

/// <summary>A model's roll-out beside what really happened: root mean squares over nodes and coordinates, step by step.</summary>
internal sealed record RollErrors(string Model, double[] Times, double[] Positions, double[] Momenta, double[] InternalEnergies)
{
    /// <summary>Compares the states that both have.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="rolled">Its future.</param>
    /// <param name="truth">What happened.</param>
    /// <param name="path">The file of the truth, for messages.</param>
    /// <exception cref="UnusableDataException">The truth has other nodes, coordinates or steps of time.</exception>
    public static RollErrors Of(string model, PairTrajectory rolled, PairTrajectory truth, string path)
    {
        PairState ours = rolled.States[0], theirs = truth.States[0];
        if (theirs.Nodes != ours.Nodes || theirs.Dimension != ours.Dimension)
            throw new UnusableDataException($"'{path}' has {theirs.Nodes} nodes of {theirs.Dimension} coordinates: expected {ours.Nodes} of {ours.Dimension}.");
        if (truth.States.Count < 2 || Math.Abs(truth.Step - rolled.Step) > 1e-6 * rolled.Step)
            throw new UnusableDataException($"'{path}' steps by {truth.Step}, in {truth.States.Count} states: expected steps of {rolled.Step}, as --step " +
                "says.");
        int count = Math.Min(rolled.States.Count, truth.States.Count);
        double[] Each(Func<PairState, double[]> part) => [.. Enumerable.Range(0, count).Select(k => Apart(part(rolled.States[k]), part(truth.States[k])))];
        return new RollErrors(
            model, [.. Enumerable.Range(0, count).Select(k => k * rolled.Step)],
            Each(state => state.Positions), Each(state => state.Momenta), Each(state => state.InternalEnergies));
    }

    /// <summary>Over all steps.</summary>
    public static double Total(double[] errors) => Math.Sqrt(errors.Average(error => error * error));

    public ErrorCurve ToCurve() => new(Model, Times, Positions, Momenta, InternalEnergies);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("model", Model);
        json.WriteNumber("steps", Times.Length - 1);
        json.WriteNumberOrNull("positions", Total(Positions));
        json.WriteNumberOrNull("momenta", Total(Momenta));
        json.WriteNumberOrNull("internalEnergies", Total(InternalEnergies));
        json.WriteEndObject();
    }

    private static double Apart(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return Math.Sqrt(sum / a.Length);
    }
}
