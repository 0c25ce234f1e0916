using System.Numerics.Tensors;

namespace ML.Thermo.Scans.Sequences;

/// <summary>The laws of one next token at many temperatures, softmax(z/T), from one vector of logits.</summary>
/// <remarks>With e(v) = −ln p₁(v): ⟨e⟩ = ln Z₁ − ⟨z⟩ and Var e = Var z, so moments of the logits are all that is needed. One thread each.</remarks>
internal sealed class TokenLaws
{
    private readonly double[] _temperatures, _work, _logs;
    private readonly int? _top;
    private readonly float[]? _order;
    private readonly double[] _logits;
    private double _largest;

    /// <param name="temperatures">T &gt; 0; the last one is 1.</param>
    /// <param name="vocabulary">V.</param>
    /// <param name="top">k, or null.</param>
    public TokenLaws(IReadOnlyList<double> temperatures, int vocabulary, int? top)
    {
        _temperatures = [.. temperatures];
        (_work, _logits, _logs) = (new double[vocabulary], new double[vocabulary], new double[_temperatures.Length]);
        _top = top < vocabulary ? top : null;
        _order = _top is null ? null : new float[vocabulary];
    }

    /// <summary>Takes new logits.</summary>
    /// <param name="logits">V numbers; not NaN and not all −∞.</param>
    /// <param name="where">What a message calls them.</param>
    public void Take(ReadOnlySpan<float> logits, Func<string> where)
    {
        TensorPrimitives.ConvertChecked<float, double>(logits, _logits);
        _largest = TensorPrimitives.Max<double>(_logits);
        if (!double.IsFinite(_largest))
            throw new UnusableDataException($"The model's logits hold {(double.IsNaN(_largest) ? "NaN" : $"{_largest}")} {where()}: expected finite numbers.");
        if (_order is not null)
            Cut(logits);
        TensorPrimitives.Subtract(_logits, _largest, _logits);
        for (int m = 0; m < _temperatures.Length; m++)
            _logs[m] = Math.Log(ExponentialSum.Of(_logits, 1 / _temperatures[m]));
    }

    /// <summary>ln P of a token at temperature m.</summary>
    public double Log(int token, int m) => (_logits[token] / _temperatures[m]) - _logs[m];

    /// <summary>Conditional mean energy, entropy and variance of the energy at temperature m.</summary>
    public (double Energy, double Entropy, double Variance) Moments(int m)
    {
        Weigh(m);
        double mean = 0, square = 0;
        for (int v = 0; v < _work.Length; v++)
        {
            double weight = _work[v];
            if (weight > 0)
                (mean, square) = (mean + (weight * _logits[v]), square + (weight * _logits[v] * _logits[v]));
        }

        return (_logs[^1] - mean, _logs[m] - (mean / _temperatures[m]), Math.Max(square - (mean * mean), 0));
    }

    /// <summary>Draws a token at the temperature for which <see cref="Moments"/> was asked last.</summary>
    /// <param name="u">Uniform on (0, 1).</param>
    public int Draw(double u)
    {
        int last = 0;
        for (int v = 0; v < _work.Length; v++)
        {
            if (_work[v] <= 0)
                continue;
            last = v;
            if ((u -= _work[v]) <= 0)
                return v;
        }

        return last;
    }

    private void Weigh(int m)
    {
        TensorPrimitives.Multiply(_logits, 1 / _temperatures[m], _work);
        TensorPrimitives.Subtract(_work, _logs[m], _work);
        TensorPrimitives.Exp<double>(_work, _work);
    }

    /// <summary>Leaves the k largest logits; ties at the border go to the smaller token.</summary>
    private void Cut(ReadOnlySpan<float> logits)
    {
        logits.CopyTo(_order);
        Array.Sort(_order!);
        float border = _order![^_top!.Value];
        int left = _top.Value;
        foreach (float logit in logits)
            left -= logit > border ? 1 : 0;
        for (int v = 0; v < logits.Length; v++)
        {
            if (logits[v] < border || (logits[v] == border && left-- <= 0))
                _logits[v] = double.NegativeInfinity;
        }
    }
}
