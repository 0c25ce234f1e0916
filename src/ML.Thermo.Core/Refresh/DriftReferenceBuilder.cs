using ML.Thermo.Refresh.Binning;
using ML.Thermo.Refresh.Dependence;
using ML.Thermo.Sharing;

namespace ML.Thermo.Refresh;

/// <summary>Makes a <see cref="DriftReference"/> from rows in one pass: bins are cut through the first rows, all rows are counted in them.</summary>
/// <remarks>
/// <para>Memory is bounded: at most <see cref="SampleRows"/> rows are kept while the bins are not yet cut. Bins through a part of an exchangeable
/// sample leave the law of all further counts exact.</para>
/// <para>Rows are taken to come in the order of time, so that rows that depend on each other are found; where they come in another order, say so with
/// <see cref="DriftOptions.RowsInOrder"/>.</para>
/// </remarks>
[Maturity(Maturity.Theorem, "order statistics of exchangeable rows")]
public sealed class DriftReferenceBuilder
{
    /// <summary>Rows through which the bins are cut, at most.</summary>
    public const int SampleRows = 1 << 14;

    private readonly DriftInput[] _inputs;
    private readonly DriftOptions _options;
    private readonly int _width;
    private readonly List<double> _sample = [];
    private DriftWindow? _rows;
    private RowOrder? _order;

    /// <summary>Starts a reference.</summary>
    /// <param name="inputs">What is watched without labels; may be empty.</param>
    /// <param name="options">How drift is told from chance; null takes the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public DriftReferenceBuilder(IReadOnlyList<DriftInput> inputs, DriftOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        _inputs = [.. inputs];
        _options = (options ?? new DriftOptions()).Checked();
        _width = inputs.Count + 2;
    }

    /// <summary>Rows observed so far.</summary>
    public long Rows => _rows?.Rows ?? _sample.Count / _width;

    /// <summary>Observes a row of the reference, as <see cref="DriftWindow.Observe"/> does.</summary>
    /// <param name="energy">Loss against the label on data that training did not see; NaN where unknown.</param>
    /// <param name="selfEnergy">Loss expected by the prediction itself; NaN where there is none.</param>
    /// <param name="inputs">Values in the order of the inputs; NaN where missing.</param>
    /// <exception cref="ArgumentException">There are not as many values as inputs.</exception>
    /// <exception cref="UnusableDataException">An energy is infinite.</exception>
    public void Observe(double energy, double selfEnergy, ReadOnlySpan<double> inputs)
    {
        if (inputs.Length != _inputs.Length)
            throw new ArgumentException($"Got {inputs.Length} inputs: expected {_inputs.Length}.", nameof(inputs));
        if (double.IsInfinity(energy) || double.IsInfinity(selfEnergy))
            throw new UnusableDataException($"Row {Rows + 1} has an infinite energy: expected a finite number, or NaN where it is not known.");
        if (_rows is not null)
        {
            _rows.Observe(energy, selfEnergy, inputs);
            return;
        }

        _sample.Add(energy);
        _sample.Add(selfEnergy);
        _sample.AddRange(inputs);
        if (_sample.Count == SampleRows * _width)
            Cut();
    }

    /// <summary>The reference.</summary>
    /// <exception cref="UnusableDataException">There are fewer than <see cref="DriftReference.LeastReferenceRows"/> rows, nothing to watch, or an
    /// input without any value.</exception>
    public DriftReference Build()
    {
        if (Rows < DriftReference.LeastReferenceRows)
            throw new UnusableDataException($"The reference has {Rows} rows: at least {DriftReference.LeastReferenceRows} are needed to know its law.");
        if (_rows is null)
            Cut();
        _rows!.Order = null; // what comes into a reference later has no place in its order
        return new DriftReference(_rows, _options, _order);
    }

    private void Cut()
    {
        int rows = _sample.Count / _width;
        (Bins? energy, double energyCentre) = EnergyBins(0);
        (Bins? self, double selfCentre) = EnergyBins(1);
        Bins[] inputs = new Bins[_inputs.Length];
        Workers.Run(inputs.Length, Environment.ProcessorCount, j => inputs[j] = InputBins(_inputs[j], Known(j + 2)), CancellationToken.None);
        if (energy is null && self is null && inputs.Length == 0)
            throw new UnusableDataException("The reference has nothing to watch: expected a label, a prediction or a feature.");
        var layout = new DriftLayout(energy, energyCentre, self, selfCentre, _inputs, inputs);
        _rows = new DriftWindow(layout);
        if (rows > RowSample.MostRows)
            _rows.KeepFirstRows();
        if (_options.RowsInOrder)
            _rows.Order = _order = new RowOrder(layout, DriftReference.ScoresOf(layout, SelfCounts(self)));
        ReadOnlySpan<double> cells = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_sample);
        for (int i = 0; i < rows; i++)
        {
            ReadOnlySpan<double> row = cells.Slice(i * _width, _width);
            _rows.Observe(row[0], row[1], row[2..]);
        }

        _sample.Clear();
        _sample.TrimExcess();
    }

    private double[] Known(int column)
    {
        var known = new List<double>(_sample.Count / _width);
        for (int cell = column; cell < _sample.Count; cell += _width)
        {
            if (!double.IsNaN(_sample[cell]))
                known.Add(_sample[cell]);
        }

        return [.. known];
    }

    private (Bins? Bins, double Centre) EnergyBins(int column)
    {
        double[] known = Known(column);
        return known.Length < 2 ? (null, 0) : (BinScores.OfEnergies(known, _options.Seed), known.Average());
    }

    /// <summary>Counts of the self-energies so far.</summary>
    private long[] SelfCounts(Bins? bins)
    {
        long[] counts = new long[bins?.Count ?? 0];
        foreach (double energy in Known(1))
        {
            if (bins is not null)
                counts[bins.Find(energy)]++;
        }

        return counts;
    }

    private static Bins InputBins(DriftInput input, double[] known)
    {
        if (known.Length == 0)
            return Bins.OfNothing(); // only whether it is still empty can be seen
        if (!input.IsCategory)
            return BinScores.OfInputs(known, input.IsPrediction);
        long[] counts = new long[(int)known.Max() + 1];
        foreach (double code in known)
        {
            if (code < 0 || code != Math.Floor(code))
                throw new UnusableDataException($"The input '{input.Name}' has the category {code} in the reference: expected codes 0, 1, ….");
            counts[(int)code]++;
        }

        return Bins.OfCategories(counts);
    }
}
