using System.Globalization;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Inputs;

namespace ML.Thermo.Cli.Layers;

/// <summary>Labels or targets from a file: one array, or a number a line.</summary>
internal static class LabelFile
{
    /// <summary>Classes where all numbers are whole and squared error was not asked for; else real targets.</summary>
    /// <param name="path">.npy, an .npz with one array, or .csv with one column, whose first line may be a heading.</param>
    /// <param name="energy"><c>ce</c>, <c>mse</c> or null.</param>
    public static EnergyOptions Read(string path, string? energy)
    {
        double[] numbers = Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase) ? Lines(path)
            : NumpyArray.ReadFile(path) is [var only] ? only.ToDoubles()
            : throw new ThermoException($"--labels '{path}' holds several arrays: expected one.");
        bool areClasses = energy != "mse" && Array.TrueForAll(numbers, number => number == Math.Truncate(number));
        if (energy == "ce" && !areClasses)
            throw new UnusableDataException($"--labels '{path}' holds {numbers.First(number => number != Math.Truncate(number))}: expected classes 0, 1, … "
                + "for cross-entropy, or --energy mse.");
        return areClasses
            ? new EnergyOptions { Labels = [.. numbers.Select(number => (long)number)] }
            : new EnergyOptions { Targets = numbers, Meaning = OutputMeaning.Values };
    }

    private static double[] Lines(string path)
    {
        if (!File.Exists(path))
            throw new ThermoException($"There is no file '{path}'.");
        List<double> numbers = [];
        int line = 0;
        foreach (string text in File.ReadLines(path))
        {
            line++;
            if (double.TryParse(text.AsSpan().Trim().Trim('"'), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
                numbers.Add(number);
            else if (line > 1 && text.Trim().Length > 0)
                throw new UnusableDataException($"'{path}', line {line}: '{text.Trim()}' is no finite number; expected one label a line.");
        }

        return [.. numbers];
    }
}
