using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Tables;
using ML.Thermo.Dynamics.Audit;

namespace ML.Thermo.Cli.Dynamics;

/// <summary>The audit of a table: one pass, constant memory a trajectory.</summary>
internal sealed class AuditTable : IDisposable
{
    private const int RowsBetweenReports = 4096;
    private readonly AuditRequest _request;
    private readonly NumberRows _rows;
    private readonly int _time, _entropy, _trajectory, _sumOver, _work, _heat, _bath;
    private readonly int[] _energies, _energyVariables, _entropyVariables;
    private readonly Formula? _energyFormula, _entropyFormula;
    private readonly string[] _parts;
    private readonly double[] _variables;
    private readonly Dictionary<string, Open> _open = [];
    private (string Name, Open Open)? _last; // most rows go where the row before went

    public AuditTable(AuditRequest request)
    {
        _request = request;
        _rows = new NumberRows(request.Source);
        string[] columns = [.. Enumerable.Range(0, _rows.Names.Count).Select(column => _rows.Names[column])];
        _energyFormula = request.EnergyFormula is { } energy ? new Formula("--energy-formula", energy, columns) : null;
        _entropyFormula = request.EntropyFormula is { } entropy ? new Formula("--entropy-formula", entropy, columns) : null;
        _time = _rows.Find(request.Time);
        _energies = [.. request.Energies.Select(_rows.Find)];
        _entropy = request.Entropy is { } column ? _rows.Find(column) : -1;
        (_trajectory, _sumOver) = (Optional(request.Trajectory), Optional(request.SumOver));
        (_work, _heat, _bath) = (Optional(request.Work), Optional(request.Heat), Optional(request.BathTemperature));
        _energyVariables = [.. (_energyFormula?.Variables ?? []).Select(_rows.Find)];
        _entropyVariables = [.. (_entropyFormula?.Variables ?? []).Select(_rows.Find)];
        _variables = new double[Math.Max(_energyVariables.Length, _entropyVariables.Length)];
        _parts = [.. request.Energies, .. _energyFormula is null ? Array.Empty<string>() : ["energy"]];
    }

    public List<AuditedTrajectory> Read(Meter meter, CancellationToken cancellation)
    {
        meter.Begin("reading");
        while (_rows.Read())
        {
            if (_rows.Row % RowsBetweenReports == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                meter.Report(_rows.Share);
            }

            (string name, Open open) = Place();
            Add(name, open);
        }

        if (_open.Count == 0)
            throw new UnusableDataException($"'{_request.Source}' has a header and no rows: expected at least 3.");
        return [.. _open.Select(pair => new AuditedTrajectory(pair.Key, Finish(pair.Key, pair.Value), pair.Value.Curves))];
    }

    public void Dispose() => _rows.Dispose();

    private int Optional(string? column) => column is null ? -1 : _rows.Find(column);

    /// <summary>The trajectory of this row.</summary>
    private (string Name, Open Open) Place()
    {
        if (_last is { } last && (_trajectory < 0 || _rows.Is(_trajectory, last.Name)))
            return last;
        string name = _trajectory < 0 ? "" : _rows.Text(_trajectory);
        if (!_open.TryGetValue(name, out Open? open))
            _open[name] = open = new Open(_request.Options, _parts);
        _last = (name, open);
        return (name, open);
    }

    private void Add(string name, Open open)
    {
        double time = _rows.Number(_time);
        Span<double> row = stackalloc double[_parts.Length + 3]; // energies, entropy, work, heat
        for (int i = 0; i < _energies.Length; i++)
            row[i] = _rows.Number(_energies[i]);
        if (_energyFormula is not null)
            row[_energies.Length] = Value(_energyFormula, _energyVariables);
        row[^3] = _entropyFormula is null ? _rows.Number(_entropy) : Value(_entropyFormula, _entropyVariables);
        row[^2] = _work < 0 ? 0 : _rows.Number(_work);
        row[^1] = _heat < 0 ? 0 : _rows.Number(_heat);
        double bath = _bath < 0 ? double.NaN : _rows.Number(_bath);
        try
        {
            open.Add(time, row, bath, sums: _sumOver >= 0);
        }
        catch (UnusableDataException error)
        {
            throw Placed(name, error);
        }
    }

    private double Value(Formula formula, int[] columns)
    {
        for (int i = 0; i < columns.Length; i++)
            _variables[i] = _rows.Number(columns[i]);
        return formula.Value(_variables);
    }

    private LawReport Finish(string name, Open open)
    {
        try
        {
            return open.Finish();
        }
        catch (UnusableDataException error)
        {
            throw Placed(name, error);
        }
    }

    private UnusableDataException Placed(string name, UnusableDataException error) =>
        new($"'{_request.Source}'{(name.Length > 0 ? $", trajectory '{name}'" : "")}: {error.Message}");

    /// <summary>A trajectory that is being read; rows of one time are summed before they go to the audit.</summary>
    private sealed class Open(AuditOptions options, string[] parts)
    {
        private readonly LawAudit _audit = new(options);
        private readonly double[] _pending = new double[parts.Length + 3];
        private double _time, _bath;
        private bool _isPending;

        public LawCurves Curves { get; } = new(parts);

        public void Add(double time, ReadOnlySpan<double> row, double bath, bool sums)
        {
            if (!sums)
            {
                Audit(time, row, bath);
                return;
            }

            if (_isPending && time == _time)
            {
                for (int i = 0; i < row.Length; i++)
                    _pending[i] += row[i];
                return;
            }

            Flush();
            row.CopyTo(_pending);
            (_time, _bath, _isPending) = (time, bath, true);
        }

        public LawReport Finish()
        {
            Flush();
            _isPending = false;
            return _audit.Report();
        }

        private void Flush()
        {
            if (_isPending)
                Audit(_time, _pending, _bath);
        }

        private void Audit(double time, ReadOnlySpan<double> row, double bath)
        {
            ReadOnlySpan<double> energies = row[..^3];
            _audit.Add(time, energies, row[^3], row[^2], row[^1], bath);
            Curves.Add(time, _audit.Residual, _audit.Series, energies);
        }
    }
}
