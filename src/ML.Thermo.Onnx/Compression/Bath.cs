namespace ML.Thermo.Onnx.Compression;

/// <summary>
/// All layers stored together: their joint self-energy, and the exchange of bits between layers with the others as they are stored, until no exchange
/// within the size lowers it.
/// </summary>
internal sealed class Bath : IDisposable
{
    /// <summary>An exchange is made where it lowers the mean loss by this many of its own standard errors: what a few rows gain, others lose.</summary>
    private const double Evidence = 1;

    private readonly CompressionPlan _plan;
    private readonly JointNetwork _network;
    private double[] _losses = [];

    public Bath(CompressionPlan plan)
    {
        _plan = plan;
        _network = new JointNetwork(plan.Subject, plan.Layers);
    }

    /// <summary>Passes over the network so far.</summary>
    public int Passes { get; private set; }

    /// <summary>The loss with all layers stored as chosen, on the rows by which widths are chosen: one pass.</summary>
    public double Joint(int[] choices, CancellationToken cancellation)
    {
        Passes++;
        _losses = _network.Losses(choices, cancellation);
        return Mean(_losses);
    }

    /// <summary>Exchanges bits from given choices on, and measures where that ends.</summary>
    public CompressedNetwork Settle(int[] choices, Func<int[], bool> fits, CancellationToken cancellation)
    {
        int[] best = [.. choices];
        double energy = Joint(best, cancellation);
        double[] losses = _losses;
        int exchanges = 0;
        for (int round = 0; round < _plan.Options.BathRounds; round++)
        {
            int before = exchanges;
            exchanges += Round(best, ref energy, ref losses, fits, cancellation);
            if (exchanges == before)
                break;
        }

        double chosenOn = Joint(best, cancellation);
        return new CompressedNetwork(_plan, best, Forecast) { PlanLoss = chosenOn, Exchanges = exchanges, Passes = Passes };
    }

    /// <summary>Given choices. Where weights are rounded to the nearest level no row had a part in them, and all forecast.</summary>
    public CompressedNetwork Given(int[] choices, CancellationToken cancellation)
    {
        double loss = Joint(choices, cancellation);
        MeasuredLoss forecast = _plan.Options.Rounding == CompressionRounding.Compensated ? Forecast : MeasuredLoss.Of(_losses, _plan.Measure.Unit);
        return new CompressedNetwork(_plan, choices, forecast) { PlanLoss = loss, Passes = Passes };
    }

    /// <summary>From the rows that chose nothing; with too few of them the loss on all, which is too good and has no interval.</summary>
    private MeasuredLoss Forecast => _plan.Measure.CanForecast
        ? MeasuredLoss.Of(LossMeasure.Forecasting(_losses), _plan.Measure.Unit)
        : new(NetworkCompression.RowMean(_losses, _plan.Measure.Unit).Value, double.NaN, double.NaN);

    public void Dispose() => _network.Dispose();

    /// <summary>One round: what each layer would gain and lose by a step, then the exchanges that promise most, one after another.</summary>
    private int Round(int[] best, ref double energy, ref double[] losses, Func<int[], bool> fits, CancellationToken cancellation)
    {
        List<Move> steps = [.. Enumerable.Range(0, best.Length).SelectMany(layer => new Move[] { new(layer, -1, 0), new(layer, 1, 0) })
            .Where(move => Moved(best, move) is not null)];
        double[] joint = Joint([.. steps.Select(move => Moved(best, move)!)], cancellation);
        for (int i = 0; i < steps.Count; i++)
            steps[i] = steps[i] with { Change = joint[i] - energy };
        Move[] ups = [.. steps.Where(move => move.Step > 0)], downs = [.. steps.Where(move => move.Step < 0)];
        List<Exchange> promising = [];
        foreach (Move up in ups)
            promising.AddRange(downs.Where(down => down.Layer != up.Layer).Select(down => new Exchange(up, down)).Prepend(new(up, null)));
        HashSet<int> moving = [];
        int made = 0, tried = 0;
        foreach (Exchange exchange in promising.Where(e => e.Change < 0).OrderBy(e => e.Change))
        {
            if (exchange.Layers.Any(moving.Contains) || Moved(best, exchange.Moves) is not { } moved || !fits(moved) || tried++ >= best.Length)
                continue;
            double trial = Joint(moved, cancellation);
            if (!IsLower(losses))
                continue;
            moved.CopyTo(best, 0);
            (energy, losses) = (trial, _losses);
            moving.UnionWith(exchange.Layers);
            made++;
        }

        return made;
    }

    /// <summary>The losses at several choices, which need not wait for each other.</summary>
    private double[] Joint(int[][] choices, CancellationToken cancellation)
    {
        Passes += choices.Length;
        double[] means = new double[choices.Length];
        new JointPieces(_network, _plan, choices).Do(
            _plan.Options.Workers, 0, choices.Length, (number, losses) => means[number] = Mean(losses), cancellation);
        return means;
    }

    private double Mean(double[] losses) => NetworkCompression.RowMean(_plan.Measure.Choosing(losses), _plan.Measure.Unit).Value;

    /// <summary>Whether the last losses are lower than others, row by row, beyond doubt.</summary>
    private bool IsLower(double[] than)
    {
        double[] changes = _plan.Measure.Choosing([.. _losses.Zip(than, (now, before) => now - before)]);
        Estimate mean = NetworkCompression.RowMean(changes, 1);
        return mean.Value < 0 && !(mean.Value > -Evidence * mean.StandardError);
    }

    private int[]? Moved(int[] choices, params IEnumerable<Move> moves)
    {
        int[] moved = [.. choices];
        foreach (Move move in moves)
        {
            moved[move.Layer] += move.Step;
            if (moved[move.Layer] < 0 || moved[move.Layer] >= _plan.Layers[move.Layer].Choices.Count)
                return null;
        }

        return moved;
    }

    /// <summary>One layer takes the next wider (+1) or narrower (−1) width; what the joint energy changes by.</summary>
    private sealed record Move(int Layer, int Step, double Change);

    /// <summary>One layer gets bits, and another gives them where there is no room left.</summary>
    private sealed record Exchange(Move Up, Move? Down)
    {
        public IEnumerable<Move> Moves => Down is null ? [Up] : [Up, Down];

        public IEnumerable<int> Layers => Moves.Select(move => move.Layer);

        /// <summary>What the joint energy would change by if the two changes added up.</summary>
        public double Change => Moves.Sum(move => move.Change);
    }
}
