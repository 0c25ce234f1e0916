namespace ML.Thermo.Loops.Guard;

/// <summary>
/// ln L(s, λ) = Σ over generations and categories of x(t+1)ᵢ ln[λ qᵢ + (1 − λ) P(p(t))ᵢ], P(p)ᵢ = pᵢˢ/Σ pˢ, s = 1/T, with its derivatives.
/// </summary>
/// <remarks>Categories that are outside both q and p(t) contradict the model: their rows are counted and left out. Equal cells are evaluated once.</remarks>
internal sealed class LoopLikelihood
{
    private readonly Step[] _steps;

    public LoopLikelihood(CategoryTable table, double[] fresh)
    {
        _steps = [.. Enumerable.Range(0, table.Generations.Count - 1).Select(t => new Step(table.Generations[t], table.Generations[t + 1], fresh))];
        NovelRows = _steps.Sum(step => step.NovelRows);
    }

    /// <summary>Rows of categories that neither fresh data nor the previous generation had.</summary>
    public long NovelRows { get; }

    public Point At(double s, double share)
    {
        Point sum = default;
        foreach (Step step in _steps)
            sum += step.At(s, share);
        return sum;
    }

    /// <summary>ln L, its gradient and its second derivatives in (s, λ).</summary>
    public readonly record struct Point(double Value, double S, double Share, double SS, double SShare, double ShareShare)
    {
        public static Point operator +(Point a, Point b) =>
            new(a.Value + b.Value, a.S + b.S, a.Share + b.Share, a.SS + b.SS, a.SShare + b.SShare, a.ShareShare + b.ShareShare);
    }

    /// <summary>One retraining.</summary>
    private sealed class Step
    {
        private readonly double[] _logs, _fresh, _rows, _weights; // by cell: ln p(t), q, x(t+1), how many categories are alike
        private readonly double[] _powers;

        public Step(long[] before, long[] after, double[] fresh)
        {
            double rows = before.Sum();
            var cells = new Dictionary<(long, long, double), int>();
            for (int i = 0; i < before.Length; i++)
            {
                if (before[i] == 0 && fresh[i] == 0)
                    NovelRows += after[i];
                else
                    cells[(before[i], after[i], fresh[i])] = cells.GetValueOrDefault((before[i], after[i], fresh[i])) + 1;
            }

            _logs = [.. cells.Keys.Select(cell => Math.Log(cell.Item1 / rows))];
            _rows = [.. cells.Keys.Select(cell => (double)cell.Item2)];
            _fresh = [.. cells.Keys.Select(cell => cell.Item3)];
            _weights = [.. cells.Values.Select(count => (double)count)];
            _powers = new double[_logs.Length];
        }

        public long NovelRows { get; }

        public Point At(double s, double share)
        {
            double most = double.NegativeInfinity, sum = 0, mean = 0, square = 0;
            foreach (double log in _logs)
                most = Math.Max(most, log);
            for (int j = 0; j < _logs.Length; j++)
            {
                double power = double.IsNegativeInfinity(_logs[j]) ? 0 : _weights[j] * Math.Exp(s * (_logs[j] - most));
                _powers[j] = power;
                sum += power;
                mean += power == 0 ? 0 : power * _logs[j];
                square += power == 0 ? 0 : power * _logs[j] * _logs[j];
            }

            mean /= sum;
            double variance = (square / sum) - (mean * mean), rest = 1 - share;
            double value = 0, gs = 0, gl = 0, ss = 0, sl = 0, ll = 0;
            for (int j = 0; j < _logs.Length; j++)
            {
                double x = _rows[j] * _weights[j];
                if (x == 0)
                    continue;
                double p = _powers[j] / (sum * _weights[j]), v = (share * _fresh[j]) + (rest * p), away = p == 0 ? 0 : _logs[j] - mean;
                double vs = rest * p * away, vl = _fresh[j] - p, vss = rest * p * ((away * away) - variance), vsl = -p * away;
                value += x * Math.Log(v);
                gs += x * vs / v;
                gl += x * vl / v;
                ss += x * ((vss / v) - (vs * vs / (v * v)));
                sl += x * ((vsl / v) - (vs * vl / (v * v)));
                ll -= x * (vl / v) * (vl / v);
            }

            return new Point(value, gs, gl, ss, sl, ll);
        }
    }
}
