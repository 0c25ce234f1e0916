using System.Globalization;
using System.Text;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Refresh;

/// <summary>The windows as a table of values between commas: a header, then a row a window; what is undefined is empty.</summary>
internal static class RefreshCsv
{
    private static readonly (string Name, Func<RefreshWindow, object?> Value)[] s_columns =
    [
        ("index", window => window.Index),
        ("firstRow", window => window.FirstRow),
        ("start", window => window.Start),
        ("rows", window => window.Drift.Rows),
        ("labelled", window => window.Drift.Labelled),
        ("deltaEnergy", window => window.Drift.Energy?.Transition?.DeltaEnergy.Value),
        ("deltaEnergyStandardError", window => window.Drift.Energy?.Transition?.DeltaEnergy.StandardError),
        ("deltaEntropy", window => window.Drift.Energy?.Transition?.DeltaEntropy.Value),
        ("deltaEntropyStandardError", window => window.Drift.Energy?.Transition?.DeltaEntropy.StandardError),
        ("temperature", window => window.Drift.Energy?.Transition?.Temperature.Value),
        ("temperatureStandardError", window => window.Drift.Energy?.Transition?.Temperature.StandardError),
        ("beta", window => window.Drift.Energy?.Transition?.Beta.Value),
        ("populationStability", window => window.Drift.Energy?.Distances.PopulationStability),
        ("jensenShannon", window => window.Drift.Energy?.Distances.JensenShannon),
        ("kolmogorovSmirnov", window => window.Drift.Energy?.Distances.KolmogorovSmirnov),
        ("selfDeltaEnergy", window => window.Drift.SelfEnergy?.Transition?.DeltaEnergy.Value),
        ("rule", window => RefreshJson.Name(window.Drift.Rule)),
        ("pValue", window => window.Drift.PValue),
        ("effect", window => window.Drift.Effect),
        ("refresh", window => window.Drift.Refresh ? "true" : "false"),
        ("eValue", window => window.Step.EValue),
        ("detector", window => window.Step.Detector),
        ("alarm", window => window.Step.Alarm ? "true" : "false"),
        ("labelFreePValue", window => window.Drift.LabelFreePValue),
        ("refreshRelease", window => window.Warm?.Release),
        ("status", window => string.Join(' ', window.Drift.Status.Names())),
    ];

    /// <summary>The file's bytes.</summary>
    public static byte[] Of(RefreshResult report)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', s_columns.Select(column => column.Name)).Append('\n');
        foreach (RefreshWindow window in report.Windows)
            text.AppendJoin(',', s_columns.Select(column => Written(column.Value(window)))).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Written(object? value) => value switch
    {
        null => "",
        double number => double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "",
        string text when text.AsSpan().IndexOfAny(",\"\r\n") >= 0 => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
