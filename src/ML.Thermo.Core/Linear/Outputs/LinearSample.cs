using ML.Thermo.Data;

namespace ML.Thermo.Linear.Outputs;

/// <summary>What a linear model is trained on: rows with their second moments, or the moments alone, which some losses do with.</summary>
public sealed class LinearSample
{
    private readonly LabelledData? _rows;
    private readonly Lazy<SecondMoments> _moments;

    /// <summary>Rows; their moments are made when they are first asked for.</summary>
    /// <param name="rows">n rows of d features.</param>
    public LinearSample(LabelledData rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        _rows = rows;
        _moments = new Lazy<SecondMoments>(() => SecondMoments.Of(rows));
    }

    /// <summary>Moments alone.</summary>
    /// <param name="moments">Of n rows of d features.</param>
    public LinearSample(SecondMoments moments)
    {
        ArgumentNullException.ThrowIfNull(moments);
        _moments = new Lazy<SecondMoments>(moments);
    }

    /// <summary>Whether the rows are known.</summary>
    public bool HasRows => _rows is not null;

    /// <summary>The rows.</summary>
    /// <exception cref="InvalidOperationException">Only moments are known.</exception>
    public LabelledData Rows => _rows
        ?? throw new InvalidOperationException("Only second moments of the rows are known: expected the rows, which this loss needs.");

    /// <summary>Σ, c and s of the rows.</summary>
    /// <exception cref="UnusableDataException">A moment overflows.</exception>
    public SecondMoments Moments => _moments.Value;
}
