using System.Text.Json;
using System.Text.Json.Nodes;
using ML.Thermo.Dynamics.Pairs;

namespace ML.Thermo.Dynamics.Learning;

/// <summary>Learned laws as a file: splines by range and coefficients, with their covariances, and the heat capacity they were learned with.</summary>
public static class FittedLawsFile
{
    private const string Format = "ml.thermo.dynamics";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Laws as text.</summary>
    /// <param name="laws">Learned laws.</param>
    /// <param name="heatCapacity">c of s = c ln u.</param>
    public static string Write(FittedLaws laws, double heatCapacity)
    {
        ArgumentNullException.ThrowIfNull(laws);
        return new JsonObject
        {
            ["format"] = Format,
            ["version"] = 1,
            ["heatCapacity"] = heatCapacity,
            ["kinds"] = new JsonArray([.. laws.Kinds.Select(kind => (JsonNode)new JsonObject
            {
                ["tension"] = Node(kind.Tension),
                ["friction"] = Node(kind.Friction),
                ["flux"] = Node(kind.Flux),
            })]),
        }.ToJsonString(Indented) + "\n";
    }

    /// <summary>Laws from text.</summary>
    /// <param name="text">What <see cref="Write"/> made.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="UnusableDataException">The text is no such file.</exception>
    public static (FittedLaws Laws, double HeatCapacity) Read(string text, string name)
    {
        try
        {
            JsonNode? root = JsonNode.Parse(text);
            if ((string?)root?["format"] != Format || (int?)root["version"] != 1)
                throw new UnusableDataException($"'{name}' is no model of thermo dynamics fit: expected format '{Format}', version 1.");
            double capacity = (double)root["heatCapacity"]!;
            if (!(capacity > 0))
                throw new UnusableDataException($"'{name}' has the heat capacity {capacity}: expected a positive number.");
            return (new FittedLaws([.. root["kinds"]!.AsArray().Select(kind =>
                new FittedKind(Function(kind!["tension"]!), Function(kind["friction"]!), Function(kind["flux"]!)))]), capacity);
        }
        catch (JsonException e)
        {
            throw new UnusableDataException($"'{name}' is no model of thermo dynamics fit: it is not JSON from line {e.LineNumber + 1} on.");
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new UnusableDataException($"'{name}' is no model of thermo dynamics fit: {e.Message}");
        }
    }

    private static JsonObject Node(FittedFunction function)
    {
        UniformSpline spline = function.Spline;
        int n = spline.Coefficients.Length;
        return new JsonObject
        {
            ["low"] = spline.Low,
            ["high"] = spline.High,
            ["outside"] = spline.IsConstantOutside ? "constant" : "line",
            ["coefficients"] = Numbers(spline.Coefficients),
            ["covariance"] = new JsonArray([.. Enumerable.Range(0, n).Select(i =>
                (JsonNode)Numbers([.. Enumerable.Range(0, n).Select(j => function.Covariance[i, j])]))]),
            ["bias"] = function.BiasSpline is { } bias ? Numbers(bias.Coefficients) : null,
        };
    }

    private static FittedFunction Function(JsonNode node)
    {
        double low = (double)node["low"]!, high = (double)node["high"]!;
        bool isConstant = (string?)node["outside"] == "constant";
        double[] coefficients = Doubles(node["coefficients"]!);
        double[][] rows = [.. node["covariance"]!.AsArray().Select(row => Doubles(row!))];
        if (coefficients.Any(value => !double.IsFinite(value)) || rows.Length != coefficients.Length || rows.Any(row => row.Length != rows.Length))
            throw new FormatException("a function's coefficients and their covariance do not fit one another.");
        double[,] covariance = new double[rows.Length, rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < rows.Length; j++)
                covariance[i, j] = rows[i][j];
        }

        UniformSpline? bias = node["bias"] is { } given ? new UniformSpline(low, high, Doubles(given), isConstant) : null;
        return new FittedFunction(new UniformSpline(low, high, coefficients, isConstant), covariance, bias);
    }

    private static JsonArray Numbers(ReadOnlySpan<double> values) =>
        [.. values.ToArray().Select(value => double.IsFinite(value) ? JsonValue.Create(value) : null)];

    private static double[] Doubles(JsonNode node) => [.. node.AsArray().Select(value => value is null ? double.NaN : (double)value)];
}
