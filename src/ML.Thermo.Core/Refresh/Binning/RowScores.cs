namespace ML.Thermo.Refresh.Binning;

/// <summary>What a score of the label-free rule tells of.</summary>
internal enum ScoreKind
{
    /// <summary>Where the model's output lies.</summary>
    Prediction,

    /// <summary>Where an input lies, or how often a category is.</summary>
    Location,

    /// <summary>How wide an input or a prediction is, or any score of the self-energy.</summary>
    Other,
}

/// <summary>The scores of a row without its label: of self-energy, predictions and inputs, by the bins that its values fall into.</summary>
internal sealed class RowScores
{
    private readonly int[] _channels;
    private readonly List<int>[] _ofChannel;
    private readonly double[][] _tables; // by cell; a missing value scores NaN

    /// <param name="inputs">Bins of predictions and inputs.</param>
    /// <param name="selfCounts">Reference counts of the self-energy by bin, which say where on the axis of ranks a bin lies; empty where it is not
    /// known.</param>
    public RowScores(IEnumerable<(Bins Bins, bool IsCategory, bool IsPrediction)> inputs, ReadOnlySpan<long> selfCounts)
    {
        List<int> channels = [];
        List<double[]> tables = [];
        List<ScoreKind> kinds = [];
        int channel = 0;
        if (!selfCounts.IsEmpty)
        {
            foreach (double[] score in RankBins.Scores(new PolyaUrn(selfCounts)))
                Add(score, ScoreKind.Other);
            channel++;
        }

        foreach ((Bins bins, bool isCategory, bool isPrediction) in inputs)
        {
            for (int score = 0; score < bins.Scores.Count; score++)
            {
                ScoreKind kind = score == 1 && !isCategory ? ScoreKind.Other : isPrediction ? ScoreKind.Prediction : ScoreKind.Location;
                Add(ByCell(bins, score), kind);
            }

            channel++;
        }

        (_channels, _tables, Kinds) = ([.. channels], [.. tables], [.. kinds]);
        _ofChannel = new List<int>[channel];
        for (int c = 0; c < channel; c++)
            _ofChannel[c] = [];
        for (int score = 0; score < _channels.Length; score++)
            _ofChannel[_channels[score]].Add(score);

        void Add(double[] table, ScoreKind kind)
        {
            channels.Add(channel);
            tables.Add(table);
            kinds.Add(kind);
        }
    }

    /// <summary>What each score tells of.</summary>
    public ScoreKind[] Kinds { get; }

    public int Count => _tables.Length;

    /// <summary>Scores of rows, a column each.</summary>
    public void Fill(RowSample rows, int[] order, double[] into, int at)
    {
        for (int i = 0; i < order.Length; i++)
            Fill(rows.Row(order[i]), into.AsSpan((at + i) * _tables.Length, _tables.Length));
    }

    /// <summary>Scores of one row; NaN where a value is missing.</summary>
    public void Fill(ReadOnlySpan<byte> cells, Span<double> into)
    {
        for (int j = 0; j < _tables.Length; j++)
        {
            byte cell = cells[_channels[j]];
            double[] table = _tables[j];
            into[j] = cell == RowSample.Missing ? double.NaN : cell < table.Length ? table[cell] : 0;
        }
    }

    /// <summary>The least and the largest value of each score; a cell beyond its table scores 0.</summary>
    public IEnumerable<(double Least, double Most)> Ranges() => _tables.Select(table => (Math.Min(table.Min(), 0), Math.Max(table.Max(), 0)));

    /// <summary>The scores of a channel: self-energy first where there is one, then the inputs.</summary>
    public IReadOnlyList<int> Of(int channel) => _ofChannel[channel];

    private static double[] ByCell(Bins bins, int score) =>
        bins.IsCategory ? [.. Enumerable.Range(0, bins.Scores.Count).Select(cell => cell == score ? 1.0 : 0)] : bins.Scores[score];
}
