using ML.Thermo.Energies;
using ML.Thermo.Report.Refresh;
using ML.Thermo.Tempering;

namespace ML.Thermo.Cli.Refresh;

/// <summary>What other ways to keep a linear model fresh would have lost on the same rows: a tempered one, and one that is trained anew on each
/// window that asks for a refresh.</summary>
/// <remarks>Numeric features alone; an empty cell stands at the reference's mean. At most 20,000 rows of the reference and of each window are learnt
/// from.</remarks>
internal sealed class PolicyRun
{
    private const int MostRows = 20_000, MostColumns = 200;

    private readonly Energy _energy;
    private readonly int[] _columns;
    private LabelledRows _reference = new(), _open = new();
    private LabelledRows? _closed; // the window before, which is learnt from only where another follows
    private double[] _means = [];
    private double _windowLoss;
    private bool _hasBegun, _asksForRefresh, _isLost; // lost: a window holds numbers from which no model is learnt
    private TemperedLadder? _ladder;
    private double[]? _retrained;
    private int _retrainings;
    private long _rows;
    private double _deployed, _tempered, _refitted;

    private PolicyRun(Energy energy, int[] columns) => (_energy, _columns) = (energy, columns);

    /// <summary>Null where there is nothing to compare: no label, no numeric feature, very many, or a loss of which no linear model is made here.</summary>
    public static PolicyRun? Of(RefreshRequest request, RefreshSchema schema)
    {
        Energy? energy = request.Label is null ? null : request.FitsLinearModel || request.Energy == "mse" ? Energy.MeanSquared
            : request.Energy == "ce" && request.Predictions.Count == 1 ? Energy.CrossEntropy : null;
        int[] columns = [.. Enumerable.Range(0, schema.Watched.Count).Where(j => schema.Watched[j].Codes is null)];
        return energy is null || columns.Length is 0 or > MostColumns ? null : new(energy, columns);
    }

    /// <summary>The comparison, once all windows are closed; null where fewer than two windows had labels, or the reference or a
    /// window could not be learnt: the comparison stands beside the judgement of drift, and never in its way.</summary>
    public RefreshPolicies? Found()
    {
        if (_rows == 0 || !HasLearntFromClosed())
            return null;
        return new RefreshPolicies
        {
            Deployed = _deployed / _rows,
            Tempered = _tempered / _rows,
            EffectiveRows = _ladder!.EffectiveRows,
            RetrainAtAlarms = _refitted / _rows,
            Retrainings = _retrainings,
            Rows = _rows,
        };
    }

    /// <summary>A row of the reference that the model may learn from.</summary>
    public void Learn(RefreshRows rows)
    {
        if (!double.IsNaN(rows.Label) && _reference.Count < MostRows)
            Add(_reference, rows);
    }

    /// <summary>A row of the window, and what the deployed model lost on it.</summary>
    public void Observe(RefreshRows rows, double loss)
    {
        if (!_hasBegun)
            Begin();
        if (_isLost || _reference.Count == 0 || double.IsNaN(loss) || _open.Count >= MostRows)
            return;
        Fill(Add(_open, rows));
        _windowLoss += loss;
    }

    /// <summary>Judges the window, from the second on. It is learnt from when the next one closes: with a single window nothing is learnt at all.</summary>
    public void Close(bool asksForRefresh)
    {
        if (_open.Count > 0)
        {
            if (_closed is not null && HasLearntFromClosed())
            {
                _rows += _open.Count;
                _deployed += _windowLoss;
                _tempered += Loss(_ladder!.Parameters, _open);
                _refitted += _retrained is { } parameters ? Loss(parameters, _open) : _windowLoss;
            }

            (_closed, _asksForRefresh) = (_open, asksForRefresh);
        }

        (_open, _windowLoss) = (new(), 0);
    }

    private bool CanLearn(LabelledRows rows) => rows.Count > _columns.Length + 1 && !(_energy.IsOfLabels && rows.Targets.Distinct().Count() < 2);

    /// <summary>The reference is read.</summary>
    private void Begin()
    {
        _hasBegun = true;
        _means = [.. _columns.Select((_, j) => _reference.Features.Select(row => row[j]).Where(double.IsFinite).DefaultIfEmpty(0).Average())];
        _reference.Features.ForEach(Fill);
        if (!CanLearn(_reference))
            _reference = new();
    }

    private bool HasLearntFromClosed()
    {
        LabelledRows rows = _closed!;
        try
        {
            _ladder ??= TemperedLadder.Learn(_reference.Features, _reference.Targets, _energy);
            _ladder.Update(rows.Features, rows.Targets);
            if (_asksForRefresh && CanLearn(rows))
            {
                _retrained = [.. TemperedLadder.Learn(rows.Features, rows.Targets, _energy).Parameters];
                _retrainings++;
            }
        }
        catch (UnusableDataException)
        {
            _isLost = true;
        }

        return !_isLost;
    }

    private double[] Add(LabelledRows to, RefreshRows rows)
    {
        ReadOnlySpan<double> inputs = rows.Inputs;
        double[] row = new double[_columns.Length];
        for (int j = 0; j < row.Length; j++)
            row[j] = inputs[_columns[j]];
        to.Features.Add(row);
        to.Targets.Add(rows.Label);
        return row;
    }

    private void Fill(double[] row)
    {
        for (int j = 0; j < row.Length; j++)
            row[j] = double.IsFinite(row[j]) ? row[j] : _means[j];
    }

    private double Loss(IReadOnlyList<double> parameters, LabelledRows rows) => rows.Features.Select((row, i) =>
    {
        double output = parameters[row.Length];
        for (int j = 0; j < row.Length; j++)
            output += parameters[j] * row[j];
        return _energy.Loss(output, rows.Targets[i]);
    }).Sum();

    private sealed class LabelledRows
    {
        public List<double[]> Features { get; } = [];

        public List<double> Targets { get; } = [];

        public int Count => Targets.Count;
    }
}
