using System.Globalization;
using ML.Thermo.Energies;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Steps;

namespace ML.Thermo.Refresh;

/// <summary>What a monitor is made from, in the form in which it travels in a saved model.</summary>
/// <param name="Reference">The state that the model was accepted in.</param>
/// <param name="Predictions">How predictions are read.</param>
/// <param name="Options">Windows and rule.</param>
/// <param name="Texts">Inputs that come from texts: a missing number is a category that the reference did not have.</param>
internal sealed record SavedMonitor(DriftReference Reference, PredictionEnergy Predictions, MonitorOptions Options, IReadOnlyList<int> Texts)
{
    private const int Format = 2;

    /// <summary>A monitor: empty, or as the file has it.</summary>
    public DriftMonitor NewMonitor(string? name, string? file)
    {
        MonitorOptions options = Options with { Name = name };
        return file is null ? new DriftMonitor(Reference, Predictions, options) : DriftMonitor.Open(file, Reference, Predictions, options);
    }

    public override string ToString()
    {
        using var reference = new MemoryStream();
        Reference.Save(reference);
        var entries = new NamedValues
        {
            ["format"] = $"{Format}",
            ["prediction"] = Predictions.Kind.ToString(),
            ["energy"] = Predictions.Energy.Name,
            ["windowRows"] = $"{Options.WindowRows}",
            ["rule"] = Options.Rule.ToString(),
            ["texts"] = string.Join(',', Texts),
            ["reference"] = Convert.ToBase64String(reference.GetBuffer().AsSpan(0, (int)reference.Length)),
        };
        return entries.ToString();
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="NotSupportedException">A newer version wrote it.</exception>
    /// <exception cref="FormatException">It is damaged.</exception>
    public static SavedMonitor Parse(string text)
    {
        var entries = NamedValues.Parse(text);
        entries.CheckFormat("The model's monitor", Format);

        using var reference = new MemoryStream(Convert.FromBase64String(entries["reference"]));
        return new SavedMonitor(
            DriftReference.Load(reference),
            new PredictionEnergy(entries.Name<PredictionKind>("prediction"), Energy.Parse(entries["energy"])),
            new MonitorOptions { WindowRows = (int)entries.Integer("windowRows"), Rule = entries.Name<RefreshRule>("rule") },
            [.. entries["texts"].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(index => int.Parse(index, CultureInfo.InvariantCulture))]);
    }
}
