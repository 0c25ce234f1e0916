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
    private List<double[]> _features = [];
    private List<double> _targets = [];
    private double[] _means = [];
    private double _windowLoss;
    private TemperedLadder? _ladder;
    private double[]? _retrained;
    private int _windows, _retrainings;
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

    /// <summary>The comparison; null where fewer than two windows had labels, or the reference could not be learnt.</summary>
    public RefreshPolicies? Found => _ladder is null || _rows == 0 ? null : new RefreshPolicies
    {
        Deployed = _deployed / _rows,
        Tempered = _tempered / _rows,
        EffectiveRows = _ladder.EffectiveRows,
        RetrainAtAlarms = _refitted / _rows,
        Retrainings = _retrainings,
        Rows = _rows,
    };

    /// <summary>A row of the reference that the model may learn from.</summary>
    public void Learn(RefreshRows rows)
    {
        if (!double.IsNaN(rows.Label) && _targets.Count < MostRows)
            Add(rows);
    }

    /// <summary>A row of the window, and what the deployed model lost on it.</summary>
    public void Observe(RefreshRows rows, double loss)
    {
        if (_ladder is null && _targets.Count > 0)
            Begin();
        if (double.IsNaN(loss) || _targets.Count >= MostRows)
            return;
        Add(rows);
        _windowLoss += loss;
    }

    /// <summary>Judges the window, from the second on, and learns from it.</summary>
    public void Close(bool asksForRefresh)
    {
        if (_ladder is not null && _targets.Count > 0)
        {
            double[][] features = [.. _features];
            if (_windows++ > 0)
            {
                _rows += features.Length;
                _deployed += _windowLoss;
                _tempered += Loss(_ladder.Parameters, features);
                _refitted += _retrained is { } parameters ? Loss(parameters, features) : _windowLoss;
            }

            _ladder.Update(features, _targets);
            if (asksForRefresh && CanLearn)
            {
                _retrained = [.. TemperedLadder.Learn(features, _targets, _energy).Parameters];
                _retrainings++;
            }
        }

        (_features, _targets, _windowLoss) = ([], [], 0);
    }

    private bool CanLearn => _targets.Count > _columns.Length + 1 && !(_energy.IsOfLabels && _targets.Distinct().Count() < 2);

    /// <summary>The reference is read.</summary>
    private void Begin()
    {
        _means = [.. _columns.Select((_, j) => _features.Select(row => row[j]).Where(double.IsFinite).DefaultIfEmpty(0).Average())];
        foreach (double[] row in _features)
            Fill(row);
        if (CanLearn)
            _ladder = TemperedLadder.Learn(_features, _targets, _energy);
        (_features, _targets) = ([], []);
    }

    private void Add(RefreshRows rows)
    {
        ReadOnlySpan<double> inputs = rows.Inputs;
        double[] row = new double[_columns.Length];
        for (int j = 0; j < row.Length; j++)
            row[j] = inputs[_columns[j]];
        if (_means.Length > 0)
            Fill(row);
        _features.Add(row);
        _targets.Add(rows.Label);
    }

    private void Fill(double[] row)
    {
        for (int j = 0; j < row.Length; j++)
            row[j] = double.IsFinite(row[j]) ? row[j] : _means[j];
    }

    private double Loss(IReadOnlyList<double> parameters, double[][] features) => features.Select((row, i) =>
    {
        double output = parameters[row.Length];
        for (int j = 0; j < row.Length; j++)
            output += parameters[j] * row[j];
        return _energy.Loss(output, _targets[i]);
    }).Sum();
}
