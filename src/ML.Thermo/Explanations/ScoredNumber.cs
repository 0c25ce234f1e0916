using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Measurement;
using ML.Thermo.Schemas;

namespace ML.Thermo.Explanations;

/// <summary>Which number of a model's output is explained: the score of a regression, the probability or log-odds of a class.</summary>
internal sealed class ScoredNumber
{
    private const double SameLogit = 1e-5;
    private readonly ModelExplainOptions _options;
    private readonly string[] _classes;
    private readonly bool _isBinary;

    private ScoredNumber(
        DataViewSchema.Column column, DataViewSchema.Column? logit, bool isBinary, bool isProbability, string[] classes, ModelExplainOptions options)
    {
        (Column, Logit, _isBinary, _classes, _options) = (column, logit, isBinary, classes, options);
        Scale = options.LogOdds ? OutputScale.LogOdds : isProbability ? OutputScale.Probability : OutputScale.Score;
    }

    /// <summary>What is read.</summary>
    public DataViewSchema.Column Column { get; }

    /// <summary>The score behind a probability of two classes, which may be its logit; null where there is none.</summary>
    public DataViewSchema.Column? Logit { get; }

    public OutputScale Scale { get; }

    /// <summary>Chooses the number.</summary>
    /// <param name="scored">What the model makes of the background.</param>
    /// <param name="options">Names of column and class.</param>
    /// <exception cref="ArgumentException">There is no such output, or it is no number.</exception>
    public static ScoredNumber Of(IDataView scored, ModelExplainOptions options)
    {
        DataViewSchema schema = scored.Schema;
        if (options.OutputColumnName is { } name && schema.GetColumnOrNull(name) is { } chosen && !Columns.IsScore(chosen.Type))
            throw new ArgumentException(
                $"The output column '{name}' is {chosen.Type}, and labels cannot be explained: expected {Columns.Score}.", nameof(options));
        DataViewSchema.Column score = schema.Demand("output", options.OutputColumnName ?? "Score", Columns.Score, Columns.IsScore);
        var model = new ModelColumns(schema, score);
        bool isVector = score.Type is VectorDataViewType;
        bool isBinary = !isVector && (model.Task == "BinaryClassification" || score.Name == "Probability");
        DataViewSchema.Column? probability = options.OutputColumnName is null && isBinary ? model.Own("Probability") : null;
        if (options.LogOdds && !isVector && !isBinary)
            throw new ArgumentException($"'{score.Name}' is no probability of a class: log-odds are of classifiers.", nameof(options));
        if (probability is { } p)
            return new(p, score, true, true, ["False", "True"], options);
        if (!isVector)
            return new(score, null, isBinary, score.Name == "Probability", isBinary ? ["False", "True"] : [], options);
        bool areProbabilities = ScoredData.AreProbabilities(scored, score);
        return new(score, null, false, areProbabilities, ClassNames(score), options);
    }

    /// <summary>The class that is explained, by the explained row's numbers: its index and name; −1 and null for a number of no class.</summary>
    /// <exception cref="ArgumentException">There is no such class, or several numbers that are no classes.</exception>
    public (int Index, string? Name) Choose(ReadOnlySpan<double> row)
    {
        if (_classes.Length == 0)
            return (-1, null);
        if (_options.Class is { } wanted)
        {
            int at = Array.IndexOf(_classes, wanted);
            if (at < 0 && (!int.TryParse(wanted, out at) || at < 0 || at >= _classes.Length))
                throw new ArgumentException($"The model has no class '{wanted}': expected "
                    + $"{string.Join(", ", NearestNames.Order(wanted, _classes).Take(12))}, or a number from 0 to {_classes.Length - 1}.");
            return (at, _classes[at]);
        }

        int best = 0;
        if (_isBinary)
            best = row[0] >= (Scale == OutputScale.Score && Column.Name != "Probability" ? 0 : 0.5) ? 1 : 0;
        for (int i = 1; !_isBinary && i < row.Length; i++)
            best = row[i] > row[best] ? i : best;
        return (best, _classes[best]);
    }

    /// <summary>The explained numbers of all rows.</summary>
    /// <param name="rows">The column's numbers, row by row.</param>
    /// <param name="width">How many a row.</param>
    /// <param name="logits">The score behind a probability, a row each; empty where there is none.</param>
    /// <param name="index">The class.</param>
    public double[] Of(ReadOnlySpan<double> rows, int width, ReadOnlySpan<double> logits, int index)
    {
        double[] outputs = new double[rows.Length / width];
        bool isLogit = Scale == OutputScale.LogOdds && logits.Length == outputs.Length && AreLogits(rows, logits);
        int sign = _isBinary && index == 0 ? -1 : 1;
        for (int i = 0; i < outputs.Length; i++)
        {
            ReadOnlySpan<double> row = rows.Slice(i * width, width);
            outputs[i] = Scale switch
            {
                OutputScale.LogOdds when isLogit => sign * logits[i],
                OutputScale.LogOdds => LogOdds(row, index, sign),
                OutputScale.Probability when _isBinary && sign < 0 => 1 - row[0],
                _ => index < 0 || _isBinary ? (Scale == OutputScale.Score && sign < 0 ? -row[0] : row[0]) : row[index],
            };
        }

        return outputs;
    }

    private static double LogOdds(ReadOnlySpan<double> row, int index, int sign)
    {
        if (row.Length == 1)
            return sign * Math.Log(row[0] / (1 - row[0]));
        double rest = 0;
        for (int i = 0; i < row.Length; i++)
            rest += i == index ? 0 : row[i];
        return Math.Log(row[index] / rest);
    }

    private static bool AreLogits(ReadOnlySpan<double> probabilities, ReadOnlySpan<double> scores)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            if (!(Math.Abs((1 / (1 + Math.Exp(-scores[i]))) - probabilities[i]) < SameLogit))
                return false;
        }

        return true;
    }

    private static string[] ClassNames(DataViewSchema.Column score)
    {
        int size = ((VectorDataViewType)score.Type).Size;
        string[] names = [.. Enumerable.Range(0, size).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        if (score.HasSlotNames())
        {
            VBuffer<ReadOnlyMemory<char>> slots = default;
            score.GetSlotNames(ref slots);
            foreach ((int slot, ReadOnlyMemory<char> name) in slots.Items())
                names[slot] = name.IsEmpty ? names[slot] : name.ToString();
        }

        return names;
    }
}
