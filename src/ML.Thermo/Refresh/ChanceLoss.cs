namespace ML.Thermo.Refresh;

/// <summary>Tells whether a binary classifier loses more than a constant that knows how frequent the classes are.</summary>
internal sealed class ChanceLoss
{
    private long _rows, _positive;
    private double _sum, _squares;

    /// <summary>Mean loss, nats.</summary>
    public double Mean => _sum / _rows;

    /// <summary>The loss of the constant, nats.</summary>
    public double Constant => Energies.SelfEnergy.Binary((double)_positive / _rows);

    /// <summary>Whether the mean loss is above the constant's by more than three standard errors.</summary>
    public bool IsWorse => _rows > 1 && Mean > Constant + (3 * Math.Sqrt(Math.Max((_squares / _rows) - (Mean * Mean), 0) / _rows));

    public void Add(double loss, float label)
    {
        if (!double.IsFinite(loss))
            return;
        _rows++;
        _positive += label > 0 ? 1 : 0;
        _sum += loss;
        _squares += loss * loss;
    }
}
