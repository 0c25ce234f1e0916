namespace ML.Thermo.Loops.Guard;

/// <summary>
/// ln L(s, λ) = Σ over generations and categories of x(t+1)ᵢ ln[λ qᵢ + (1 − λ) P(p(t))ᵢ], P(p)ᵢ = pᵢˢ/Σ pˢ, s = 1/T, with its derivatives.
/// </summary>
/// <remarks>Categories that are outside both q and p(t) contradict the model: their rows are counted and left out. Equal cells are evaluated once, and so are
/// equal powers. Steps of many cells are evaluated side by side and added in their order, so that the number of threads changes no digit.</remarks>
internal sealed class LoopLikelihood
{
    private const int CellsWorthThreads = 8192;
    private readonly Step[] _steps;

    public LoopLikelihood(CategoryTable table, double[] fresh)
    {
        _steps = [.. Enumerable.Range(0, table.Generations.Count - 1).Select(t => new Step(table.Generations[t], table.Generations[t + 1], fresh))];
        NovelRows = _steps.Sum(step => step.NovelRows);
    }

    /// <summary>Rows of categories that neither fresh data nor the previous generation had.</summary>
    public long NovelRows { get; }

    public Point At(double s, double share) => Each(step => step.At(s, share)).Aggregate((sum, next) => sum + next);

    /// <summary>The first and second derivative in s alone: what Newton's method asks for between its ends.</summary>
    public (double S, double SS) Slope(double s, double share) =>
        Each(step => step.Slope(s, share)).Aggregate((sum, next) => (sum.S + next.S, sum.SS + next.SS));

    private T[] Each<T>(Func<Step, T> of)
    {
        var found = new T[_steps.Length];
        if (_steps.Length > 1 && _steps.Sum(step => step.Cells) >= CellsWorthThreads)
        {
            Parallel.For(0, found.Length, t => found[t] = of(_steps[t]));
            return found;
        }

        for (int t = 0; t < found.Length; t++)
            found[t] = of(_steps[t]);
        return found;
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
        private readonly double[] _distinctLogs, _distinctPowers, _powers;
        private readonly int[] _places; // of a cell's ln p(t) among the distinct ones
        private readonly double _most;

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
            _distinctLogs = [.. _logs.Distinct()];
            _distinctPowers = new double[_distinctLogs.Length];
            Dictionary<double, int> places = _distinctLogs.Select((log, place) => (log, place)).ToDictionary(pair => pair.log, pair => pair.place);
            _places = [.. _logs.Select(log => places[log])];
            _most = _logs.Max();
        }

        public long NovelRows { get; }

        public int Cells => _logs.Length;

        public Point At(double s, double share)
        {
            (double sum, double mean, double variance) = Raise(s);
            double rest = 1 - share;
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

        public (double S, double SS) Slope(double s, double share)
        {
            (double sum, double mean, double variance) = Raise(s);
            double rest = 1 - share, gs = 0, ss = 0;
            for (int j = 0; j < _logs.Length; j++)
            {
                double x = _rows[j] * _weights[j];
                if (x == 0)
                    continue;
                double p = _powers[j] / (sum * _weights[j]), v = (share * _fresh[j]) + (rest * p), away = p == 0 ? 0 : _logs[j] - mean;
                double vs = rest * p * away, vss = rest * p * ((away * away) - variance);
                gs += x * vs / v;
                ss += x * ((vss / v) - (vs * vs / (v * v)));
            }

            return (gs, ss);
        }

        /// <summary>pˢ of every cell; their sum, and the mean and variance of ln p under P(p).</summary>
        private (double Sum, double Mean, double Variance) Raise(double s)
        {
            for (int k = 0; k < _distinctLogs.Length; k++)
                _distinctPowers[k] = double.IsNegativeInfinity(_distinctLogs[k]) ? 0 : Math.Exp(s * (_distinctLogs[k] - _most));
            double sum = 0, mean = 0, square = 0;
            for (int j = 0; j < _logs.Length; j++)
            {
                double power = _weights[j] * _distinctPowers[_places[j]];
                _powers[j] = power;
                sum += power;
                mean += power == 0 ? 0 : power * _logs[j];
                square += power == 0 ? 0 : power * _logs[j] * _logs[j];
            }

            mean /= sum;
            return (sum, mean, (square / sum) - (mean * mean));
        }
    }
}
