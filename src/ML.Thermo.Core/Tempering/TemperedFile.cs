using System.Text.Json.Nodes;
using MathNet.Numerics.LinearAlgebra;
using ML.Thermo.Energies;
using ML.Thermo.Files;

namespace ML.Thermo.Tempering;

/// <summary>A ladder as a text: JSON whose last member is a checksum of the others.</summary>
internal static class TemperedFile
{
    private const string Format = "ml.thermo.tempered";
    private const int Version = 1;

    public static string Write(TemperedState state)
    {
        JsonObject root = new()
        {
            ["format"] = Format,
            ["version"] = Version,
            ["energy"] = state.Loss.Energy.Name,
            ["memories"] = Numbers(state.Options.Memories),
            ["discount"] = state.Options.Discount,
            ["temperatureShare"] = state.Options.TemperatureShare,
            ["ridgeRows"] = state.Options.RidgeRows,
            ["means"] = Numbers(state.Scale.Means),
            ["deviations"] = Numbers(state.Scale.Deviations),
            ["reference"] = Numbers(state.Reference),
            ["ridge"] = state.Ridge,
            ["referenceLoss"] = state.ReferenceLoss,
            ["referenceRows"] = state.ReferenceRows,
            ["windows"] = state.Windows,
            ["energies"] = Numbers(state.Energies),
            ["copies"] = new JsonArray([.. state.Copies.Select(copy => (JsonNode)new JsonObject
            {
                ["rows"] = copy.Rows,
                ["parameters"] = Numbers(copy.Parameters),
                ["curvature"] = Numbers(Triangle(copy.Curvature)),
            })]),
        };
        if (state.Loss.Outputs > 1)
            root["classes"] = state.Loss.Outputs;
        return CheckedJson.Write(root);
    }

    /// <exception cref="UnusableDataException">The text is no ladder, or is damaged.</exception>
    public static TemperedLadder Read(string text, string name) =>
        CheckedJson.Read(text, $"'{name}' is no tempered model", Format, Version, root => TemperedLadder.Of(State(root)));

    private static TemperedState State(JsonObject root)
    {
        TemperedOptions options = new()
        {
            Memories = Doubles(root["memories"]),
            Discount = (double)root["discount"]!,
            TemperatureShare = (double)root["temperatureShare"]!,
            RidgeRows = (double)root["ridgeRows"]!,
        };
        options.Check();
        TemperedScale scale = new(Doubles(root["means"]), Doubles(root["deviations"]));
        TemperedLoss loss = root["classes"] is { } classes ? TemperedLoss.OfClasses((int)classes) : TemperedLoss.Of(Energy.Parse((string)root["energy"]!));
        int size = loss.Outputs * (scale.Columns + 1);
        JsonArray copies = root["copies"]!.AsArray();
        double[] reference = Doubles(root["reference"]), energies = Doubles(root["energies"]);
        bool fits = scale.Deviations.Length == scale.Columns && reference.Length == size && copies.Count == options.Memories.Count;
        if (!fits || energies.Length != copies.Count + 1)
            throw new FormatException("its parts do not fit one another.");
        return new(options, loss, scale, Vector<double>.Build.Dense(reference), (double)root["ridge"]!,
            (double)root["referenceLoss"]!, (int)root["referenceRows"]!, (int)root["windows"]!,
            [.. copies.Select((copy, i) => new TemperedCopy(options.Memories[i], Vector<double>.Build.Dense(Checked(Doubles(copy!["parameters"]), size)),
                Square(Checked(Doubles(copy["curvature"]), size * (size + 1) / 2), size), (double)copy["rows"]!))], energies);
    }

    private static double[] Checked(double[] numbers, int count) => numbers.Length == count && numbers.All(double.IsFinite) ? numbers
        : throw new FormatException($"a copy has {numbers.Length} numbers: expected {count} finite ones.");

    private static IEnumerable<double> Triangle(Matrix<double> matrix)
    {
        for (int i = 0; i < matrix.RowCount; i++)
        {
            for (int j = 0; j <= i; j++)
                yield return matrix[i, j];
        }
    }

    private static Matrix<double> Square(double[] triangle, int size)
    {
        Matrix<double> matrix = Matrix<double>.Build.Dense(size, size);
        int at = 0;
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
                matrix[i, j] = matrix[j, i] = triangle[at++];
        }

        return matrix;
    }

    private static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(value => (JsonNode)value)]);

    private static double[] Doubles(JsonNode? node) => [.. node!.AsArray().Select(value => (double)value!)];
}
