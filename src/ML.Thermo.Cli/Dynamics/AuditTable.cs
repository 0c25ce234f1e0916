using System.Runtime.CompilerServices;
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
    private readonly double[] _row; // energies, entropy, work, heat
    private Open? _last; // most rows go where the row before went

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
        _row = new double[_parts.Length + 3];
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

            Add(Place());
        }

        if (_open.Count == 0)
            throw new UnusableDataException($"'{_request.Source}' has a header and no rows: expected at least 3.");
        return [.. _open.Select(pair => new AuditedTrajectory(pair.Key, Finish(pair.Value), pair.Value.Curves))];
    }

    public void Dispose() => _rows.Dispose();

    private int Optional(string? column) => column is null ? -1 : _rows.Find(column);

    /// <summary>The trajectory of this row.</summary>
    private Open Place() => _last is { } last && (_trajectory < 0 || _rows.Is(_trajectory, last.Name)) ? last : Find();

    private Open Find()
    {
        string name = _trajectory < 0 ? "" : _rows.Text(_trajectory);
        if (!_open.TryGetValue(name, out Open? open))
            _open[name] = open = new Open(name, _request.Options, _parts, new NodeRows(_rows, _sumOver));
        return _last = open;
    }

    private void Add(Open open)
    {
        double time = _rows.Number(_time);
        double[] row = _row;
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
            if (_sumOver < 0)
                open.Add(time, row, bath);
            else
                open.Sum(time, row, bath);
        }
        catch (UnusableDataException error)
        {
            throw Placed(open.Name, error);
        }
    }

    private double Value(Formula formula, int[] columns)
    {
        for (int i = 0; i < columns.Length; i++)
            _variables[i] = _rows.Number(columns[i]);
        return formula.Value(_variables);
    }

    private LawReport Finish(Open open)
    {
        try
        {
            return open.Finish();
        }
        catch (UnusableDataException error)
        {
            throw Placed(open.Name, error);
        }
    }

    private UnusableDataException Placed(string name, UnusableDataException error) =>
        new($"'{_request.Source}'{(name.Length > 0 ? $", trajectory '{name}'" : "")}: {error.Message}");

    /// <summary>A trajectory that is being read; rows of one time are summed before they go to the audit.</summary>
    private sealed class Open(string name, AuditOptions options, string[] parts, NodeRows nodes)
    {
        private readonly LawAudit _audit = new(options);
        private readonly double[] _pending = new double[parts.Length + 3];
        private double _time, _bath;
        private bool _isPending;

        public string Name => name;

        public LawCurves Curves { get; } = new(parts);

        /// <summary>A row that is a time of its own.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(double time, ReadOnlySpan<double> row, double bath)
        {
            ReadOnlySpan<double> energies = row[..^3];
            _audit.Add(time, energies, row[^3], row[^2], row[^1], bath);
            Curves.Add(time, _audit.Residual, _audit.Series, energies);
        }

        /// <summary>A row that is one of several of a time.</summary>
        public void Sum(double time, ReadOnlySpan<double> row, double bath)
        {
            if (_isPending && time == _time)
            {
                nodes.Add(time);
                if (bath != _bath && !double.IsNaN(bath + _bath))
                    throw new UnusableDataException($"At time {time} the bath's temperature is {_bath} and {bath}: expected one for all rows of a time.");
                for (int i = 0; i < row.Length; i++)
                    _pending[i] += row[i];
                return;
            }

            Flush();
            row.CopyTo(_pending);
            (_time, _bath, _isPending) = (time, bath, true);
            nodes.Add(time);
        }

        public LawReport Finish()
        {
            Flush();
            _isPending = false;
            return _audit.Report();
        }

        private void Flush()
        {
            if (!_isPending)
                return;
            nodes.End(_time);
            Add(_time, _pending, _bath);
        }
    }
}
