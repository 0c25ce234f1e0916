namespace ML.Thermo.Scans;

/// <summary>What an observer found at the splits of a grid, before anything is decided.</summary>
internal sealed class SplitCurves
{
    /// <summary>Number of parts that are left out in turn for the error of a peak's place.</summary>
    public const int Parts = 10;

    /// <summary>Streams of the seed that choose the parts: far from those that a caller may have drawn the samples from under the same seed, because parts
    /// that go with the samples' own random numbers make the jackknife worthless.</summary>
    public const ulong PartsStream = 0x5cab_0000_0000_0000;

    public SplitCurves(ControlGrid grid, int window)
    {
        Window = window;
        Count = grid.Count - (2 * window) + 1;
        (Linear, TotalVariation, JensenShannon, Hellinger) = (Unknown(Count), Unknown(Count), Unknown(Count), Unknown(Count));
        Doubled = new double[Count];
        Array.Fill(Doubled, double.NaN);
        Neighbours = Unknown(grid.Count - 1);
        Drivers = new IReadOnlyList<ScanDriver>[Count];
        Array.Fill(Drivers, []);
    }

    public int Window { get; }

    /// <summary>Splits with a full window on either side; split s lies right of value s + L − 1.</summary>
    public int Count { get; }

    public Estimate[] Linear { get; }

    public Estimate[] TotalVariation { get; }

    public Estimate[] JensenShannon { get; }

    public Estimate[] Hellinger { get; }

    /// <summary>Linear dissimilarity of windows twice as wide, about the same splits; NaN where they do not fit.</summary>
    public double[] Doubled { get; }

    /// <summary>Hellinger distances of neighbouring values, for the length.</summary>
    public Estimate[] Neighbours { get; }

    /// <summary>Degrees of freedom of the errors.</summary>
    public double Freedom { get; set; } = double.PositiveInfinity;

    /// <summary>Good–Turing shares, or null.</summary>
    public double[]? Unseen { get; set; }

    /// <summary>The linear curve without the g-th tenth of the samples, from one split to another; null where D is exact.</summary>
    public Func<int, int, int, double[]>? LeftOut { get; set; }

    /// <summary>The neighbours' distances without the g-th tenth of the samples; null where they are exact or not known.</summary>
    public Func<int, double[]>? NeighboursLeftOut { get; set; }

    public IReadOnlyList<ScanDriver>[] Drivers { get; }

    /// <summary>D of any two values; empty where nobody asked or knows.</summary>
    public PairTable? Pairs { get; set; }

    /// <summary>The value left of split s.</summary>
    public int LeftOf(int s) => s + Window - 1;

    public void Set(int s, Distances value, Distances error)
    {
        Linear[s] = new(value.Linear, error.Linear);
        TotalVariation[s] = new(value.TotalVariation, error.TotalVariation);
        JensenShannon[s] = new(value.JensenShannon, error.JensenShannon);
        Hellinger[s] = new(value.Hellinger, error.Hellinger);
    }

    /// <summary>Whether windows of so many values fit on both sides of split s.</summary>
    public bool Fits(int s, int window, int values) => LeftOf(s) - window + 1 >= 0 && LeftOf(s) + window < values;

    private static Estimate[] Unknown(int count)
    {
        var estimates = new Estimate[count];
        Array.Fill(estimates, Estimate.Undefined);
        return estimates;
    }
}
