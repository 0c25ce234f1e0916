namespace ML.Thermo.Scans.Sequences;

/// <summary>All outputs of a model with few tokens: the scan of its sampling temperature without samples.</summary>
internal sealed class SequenceTree
{
    private readonly ControlGrid _grid;
    private readonly int _temperatures;
    private readonly double[] _energy, _entropy, _variance;
    private readonly List<double[]> _leaves = [];

    public SequenceTree(INextTokenModel model, IReadOnlyList<int> prompt, ControlGrid grid, SequenceOptions sequences, CancellationToken cancellation)
    {
        if (prompt.Count == 0)
            throw new UnusableDataException("The prompt is empty: expected at least one token, from which the model goes on.");
        (_grid, _temperatures) = (grid, grid.Count + 1);
        (_energy, _entropy, _variance) = (new double[grid.Count], new double[grid.Count], new double[grid.Count]);
        var laws = new TokenLaws([.. grid.Values, 1], model.Vocabulary, sequences.TopK);
        List<(int[] Tokens, double[] Logs)> open = [([.. prompt], new double[_temperatures])];
        for (int step = 0; step < sequences.Tokens && open.Count > 0; step++)
        {
            List<(int[] Tokens, double[] Logs)> next = [];
            foreach ((int[] Tokens, double[] Logs)[] batch in open.Chunk(sequences.Batch))
            {
                cancellation.ThrowIfCancellationRequested();
                float[] logits = new float[batch.Length * model.Vocabulary];
                model.Score([.. batch.Select(node => node.Tokens)], 1, logits);
                for (int i = 0; i < batch.Length; i++)
                {
                    int token = step;
                    laws.Take(logits.AsSpan(i * model.Vocabulary, model.Vocabulary), () => $"for the token {token} of an output");
                    Branch(batch[i], laws, model.Vocabulary, sequences.EndToken, next);
                }
            }

            open = next;
        }

        _leaves.AddRange(open.Select(node => node.Logs));
    }

    /// <summary>The exact scan.</summary>
    public ScanReport Scan(ScanOptions options)
    {
        double[][] laws = [.. Enumerable.Range(0, _grid.Count).Select(m => _leaves.Select(logs => Math.Exp(logs[m])).ToArray())];
        return Scans.Scan.Laws(_grid, laws, options with { Top = 0 }) with { Points = [.. laws.Select(Point)] };
    }

    private void Branch((int[] Tokens, double[] Logs) node, TokenLaws laws, int vocabulary, int? end, List<(int[] Tokens, double[] Logs)> next)
    {
        for (int m = 0; m < _grid.Count; m++)
        {
            (double energy, double entropy, double variance) = laws.Moments(m);
            double weight = Math.Exp(node.Logs[m]);
            _energy[m] += weight * energy;
            _entropy[m] += weight * entropy;
            _variance[m] += weight * variance;
        }

        for (int v = 0; v < vocabulary; v++)
        {
            double[] logs = [.. node.Logs];
            for (int m = 0; m < _temperatures; m++)
                logs[m] += laws.Log(v, m);
            if (double.IsNegativeInfinity(logs[^1]))
                continue; // cut away
            if (v == end)
                _leaves.Add(logs);
            else
                next.Add(([.. node.Tokens, v], logs));
        }
    }

    private ScanPoint Point(double[] law, int m)
    {
        double t = _grid.Values[m], capacity = _variance[m] / (t * t), mean = 0, square = 0;
        for (int leaf = 0; leaf < law.Length; leaf++)
        {
            double energy = -_leaves[leaf][^1];
            (mean, square) = (mean + (law[leaf] * energy), square + (law[leaf] * energy * energy));
        }

        return new ScanPoint(t, 0)
        {
            Energy = Estimate.Exact(_energy[m]),
            Entropy = Estimate.Exact(_entropy[m]),
            HeatCapacity = Estimate.Exact(capacity),
            Fisher = Estimate.Exact(_grid.Scale == GridScale.Geometric ? capacity : capacity / (t * t)),
            EnergyFluctuation = Estimate.Exact((square - (mean * mean)) / (t * t)),
        };
    }
}
