using System.Globalization;

namespace ML.Thermo.Explanations;

/// <summary>One change of one feature in a row of a neighbourhood.</summary>
/// <param name="Feature">Which, from 0.</param>
/// <param name="Shift">Its coordinate z: signed standard deviations of a number, <see cref="ExplainedFeature.Change"/> of any other kind.</param>
/// <param name="Alternative">Which other category, from 0 for the most frequent.</param>
public readonly record struct Move(int Feature, double Shift, int Alternative);

/// <summary>The rows on which a model is asked about the surroundings of one row. Row 0 is that row.</summary>
public abstract class Neighbourhood
{
    private const int MostFeatures = 4096;

    /// <exception cref="UnusableDataException">There is no feature, or there are too many.</exception>
    private protected Neighbourhood(IReadOnlyList<ExplainedFeature> features, int most = MostFeatures)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Count == 0)
            throw new UnusableDataException("No feature varies in the background: expected at least one with two different values.");
        if (features.Count > most)
            throw new UnusableDataException($"There are {features.Count} features, and at most {most} are explained at once: group them (superpixels of a "
                + "picture, words of a text), or leave some out.");
        Features = features;
    }

    /// <summary>The features, in the user's order.</summary>
    public IReadOnlyList<ExplainedFeature> Features { get; }

    /// <summary>Number of rows, the explained one among them.</summary>
    public abstract int Rows { get; }

    /// <summary>Most features that one row changes.</summary>
    public abstract int MostMoves { get; }

    /// <summary>What a row changes of the explained one.</summary>
    /// <param name="row">From 0, the explained row, which changes nothing.</param>
    /// <param name="moves">Takes the changes; room for <see cref="MostMoves"/>.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public abstract int Moves(int row, Span<Move> moves);

    /// <summary>Explains from the model's outputs.</summary>
    /// <param name="outputs">One a row, in the order of the rows.</param>
    /// <exception cref="UnusableDataException">There are too few or too many outputs, or one is not finite: its row is named.</exception>
    public Explanation Explain(ReadOnlySpan<double> outputs)
    {
        if (outputs.Length != Rows)
            throw new UnusableDataException($"There are {outputs.Length} outputs for a neighbourhood of {Rows} rows: expected one a row.");
        for (int row = 0; row < outputs.Length; row++)
        {
            if (!double.IsFinite(outputs[row]))
                throw new UnusableDataException($"The model's output is {outputs[row].ToString(CultureInfo.InvariantCulture)} "
                    + $"{(row == 0 ? "for the explained row" : $"for row {row} of its neighbourhood")}: expected a finite number.");
        }

        return Fit(outputs);
    }

    /// <summary>Explains from outputs that have been checked.</summary>
    private protected abstract Explanation Fit(ReadOnlySpan<double> outputs);
}
