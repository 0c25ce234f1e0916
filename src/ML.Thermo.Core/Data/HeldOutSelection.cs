using ML.Thermo.Initialization;

namespace ML.Thermo.Data;

/// <summary>
/// Which rows are held out: an exact share of them, chosen at random block by block, so that rows can be sorted while they arrive and
/// before anybody knows how many there will be.
/// </summary>
internal sealed class HeldOutSelection
{
    /// <summary>Rows of each block but the last.</summary>
    public const int BlockRows = 1024;

    /// <summary>A stream of its own, so that the choice shares no number with the Monte Carlo draws 0, 1, 2, ….</summary>
    private const ulong Stream = ulong.MaxValue;

    private readonly double _fraction;
    private readonly RandomStream _random;
    private long _rows;

    /// <summary>Begins a selection.</summary>
    /// <param name="fraction">Share of the rows, in (0, 1).</param>
    /// <param name="seed">Chooses the rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not inside (0, 1).</exception>
    public HeldOutSelection(double fraction, ulong seed)
    {
        if (!(fraction > 0 && fraction < 1))
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "Expected a fraction between 0 and 1.");
        _fraction = fraction;
        _random = new RandomStream(seed, Stream);
    }

    /// <summary>Rows held out so far.</summary>
    public long HeldOut { get; private set; }

    /// <summary>Chooses among the next rows, each as likely as the others of its block.</summary>
    /// <param name="heldOut">Receives the choice: <see cref="BlockRows"/> of them, or for the last block all that are left, up to
    /// twice as many.</param>
    /// <param name="last">No rows follow: of all rows, at least two stay on either side.</param>
    /// <exception cref="UnusableDataException">There are fewer than four rows in all.</exception>
    public void Choose(Span<bool> heldOut, bool last)
    {
        _rows += heldOut.Length;
        long wanted = (long)Math.Round(_fraction * _rows);
        if (last && _rows < 4)
            throw new UnusableDataException($"{_rows} rows cannot be split into two sides of at least 2; give more rows, or use the training losses.");
        if (last)
            wanted = Math.Clamp(wanted, 2, _rows - 2);
        long left = Math.Clamp(wanted - HeldOut, 0, heldOut.Length);
        HeldOut += left;
        for (int i = 0; i < heldOut.Length; i++)
        {
            // Selection sampling: each row is taken with probability (still wanted)/(still to come).
            heldOut[i] = _random.NextInteger(heldOut.Length - i) < left;
            left -= heldOut[i] ? 1 : 0;
        }
    }
}
