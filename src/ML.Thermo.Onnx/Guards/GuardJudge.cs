using ML.Thermo.Novelty;

namespace ML.Thermo.Onnx.Guards;

/// <summary>A guard's law, ready for rows of which the layers have been read. Thread-safe.</summary>
internal sealed class GuardJudge
{
    private readonly GuardLaw _law;
    private readonly InputStatistics _statistics;
    private readonly ConformalCalibration _rank;
    private readonly WindowCalibration _windows;

    /// <param name="guard">The guard.</param>
    /// <param name="layers">The layers whose readings will come, in their order; all that the guard watches are among them.</param>
    public GuardJudge(NetworkGuard guard, IReadOnlyList<string> layers)
    {
        _statistics = new(new RowLayout(guard.Extents), guard.Unit);
        GuardColumn[] columns = [.. GuardColumn.Of(layers), .. _statistics.Names.Select(name => new GuardColumn(null, name))];
        if (guard.Columns.FirstOrDefault(column => !columns.Contains(column)) is { } missing)
            throw new UnusableDataException($"The guard reads '{missing.Reading}' of {missing.Layer ?? "the input"}, which is not there: it is damaged.");
        _law = GuardLaw.Of(columns, guard.Columns, guard.Law);
        _rank = new(guard.Calibration.Select(z => NetworkGuard.Comparable(FluctuationLaw.StrangenessOf(z))));
        _windows = new(guard.Calibration, guard.Radius);
    }

    /// <summary>A row's readings.</summary>
    /// <param name="layers">What <see cref="LayerReader"/> gives; empty where no layer is watched.</param>
    /// <param name="row">The numbers of the row.</param>
    public double[] Reading(double[] layers, double[] row) => [.. layers, .. _statistics.Of(row)];

    /// <summary>A row.</summary>
    public GuardedRow Judge(double[] reading)
    {
        double strangeness = _law.Strangeness(reading);
        bool isFinite = double.IsFinite(strangeness);
        return new(_rank.PValue(strangeness), isFinite ? strangeness : double.NaN, isFinite ? _law.Hottest(reading) : null);
    }

    /// <summary>The p-value of rows together.</summary>
    public double Window(IEnumerable<double[]> readings, ulong seed) => _windows.PValue([.. readings.Select(_law.Whiten)], seed);
}
