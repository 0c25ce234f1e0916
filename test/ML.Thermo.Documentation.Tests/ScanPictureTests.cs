using System.Globalization;
using ML.Thermo.Onnx.LanguageModels;
using ML.Thermo.Report.Figures;
using ML.Thermo.Scans;
using ML.Thermo.Scans.Sequences;

namespace ML.Thermo.Documentation;

/// <summary>The picture of the page "when does my model change its mind?" is what the library draws of the shipped model and of the outputs of its sibling.</summary>
public sealed class ScanPictureTests
{
    private static string Data(string name) => Path.Combine(Repository.Root, "test", "data", name);

    [Test]
    public void ThePictureIsDrawnByTheLibrary() => DrawnPicture.Check("scans.svg", Checkpoints(), Temperatures());

    /// <summary>Outputs of nine checkpoints, each judged by all.</summary>
    private static Figure Checkpoints()
    {
        string[][] rows = [.. File.ReadLines(Data("scan/checkpoints.csv")).Select(line => line.Split(','))];
        string[] header = rows[0];
        int first = Array.FindIndex(header, name => name.StartsWith("lp@", StringComparison.Ordinal)), count = header.Length - first;
        double[] steps = [.. header[first..].Select(name => Number(name[3..]))];
        // A text may hold commas: the numbers are counted from the end.
        List<double[]>[] samples = [.. steps.Select(step => rows.Skip(1).Where(row => Number(row[0]) == step).Select(row => row[^count..].Select(Number).ToArray()).ToList())];
        return Curve(Scan.Likelihoods(ControlGrid.Of("step", steps), samples), "Checkpoints: when the outputs change", "training step");
    }

    /// <summary>All outputs of two characters of the shipped model.</summary>
    private static Figure Temperatures()
    {
        using CausalModel model = CausalModel.Open(Data("networks/kjv-char.onnx"));
        int[] prompt = TokenText.Characters(Data("networks/kjv-char.txt")).Encode("and the lord ");
        return Curve(
            SequenceScan.Temperatures(model, prompt, ControlGrid.Parse("temperature", ".1..10:21log"), new SequenceOptions { Tokens = 2 }),
            "Sampling temperature: a smooth summit", "temperature");
    }

    private static Figure Curve(ScanReport report, string title, string across)
    {
        // To four places: the last digits of floats differ from machine to machine.
        (double At, double D, double Error)[] splits = [.. report.Splits.Select(split =>
            (split.At, Math.Round(split.Linear.Value, 4), Math.Round(report.CriticalValue * split.Linear.StandardError, 4)))];
        Figure figure = new Figure(title, across, "D of neighbours") { LogarithmicAcross = true }.Line("D", splits.Select(split => (split.At, split.D)));
        if (splits.Any(split => split.Error > 0))
        {
            figure.Line("band of all splits together, upper edge", splits.Select(split => (split.At, split.D + split.Error)))
                .Line("lower edge", splits.Select(split => (split.At, split.D - split.Error)));
        }

        foreach (ScanTransition peak in report.Transitions)
            figure.Vertical(string.Create(CultureInfo.InvariantCulture, $"{peak.Kind.ToString().ToLowerInvariant()} at {peak.At.Value:G3}"), Math.Round(peak.At.Value, 3));
        return figure;
    }

    private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);
}
