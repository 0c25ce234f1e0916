using System.IO.Hashing;
using System.Runtime.InteropServices;
using ML.Thermo.Report.Monitors;

namespace ML.Thermo.AspNetCore.Journal;

/// <summary>
/// How long labels take, of rows that this process has seen; and which ids were labelled lately, so that a doubled label is told from an unknown one. Bounded;
/// one thread at a time.
/// </summary>
/// <param name="most">Most rows that are remembered.</param>
internal sealed class LabelClock(int most)
{
    private const int Kept = 1000; // the quantiles are of the last so many

    private readonly Dictionary<UInt128, long> _begun = [];
    private readonly Queue<UInt128> _order = new(); // oldest first; ids whose label has come may stand in it
    private readonly HashSet<UInt128> _labelled = [];
    private readonly Queue<UInt128> _labelledOrder = new();
    private readonly Queue<TimeSpan> _delays = new();
    private long _count;
    private TimeSpan _longest;

    /// <summary>Quantiles of the last delays; null before the first label.</summary>
    public LabelDelays? Delays
    {
        get
        {
            if (_count == 0)
                return null;
            TimeSpan[] sorted = [.. _delays.Order()];
            return new LabelDelays(_count, Quantile(0.5), Quantile(0.9), _longest);

            TimeSpan Quantile(double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
        }
    }

    /// <summary>A row waits from now on.</summary>
    /// <param name="id">The row's.</param>
    /// <param name="timestamp">Of the time provider.</param>
    public void Begin(string id, long timestamp)
    {
        UInt128 key = Key(id);
        _labelled.Remove(key); // an id that is used again
        _begun[key] = timestamp;
        _order.Enqueue(key);
        while (_begun.Count > most)
            _begun.Remove(_order.Dequeue());
        while (_order.Count > 2 * most)
            _order.Dequeue();
    }

    /// <summary>Its label has come.</summary>
    /// <param name="id">The row's.</param>
    /// <param name="now">Of the time provider.</param>
    /// <param name="time">Tells how long it took.</param>
    /// <returns>Whether this process has seen the row.</returns>
    public bool End(string id, long now, TimeProvider time)
    {
        UInt128 key = Key(id);
        if (!_begun.Remove(key, out long begun))
            return false;
        if (_labelled.Add(key))
            _labelledOrder.Enqueue(key);
        while (_labelledOrder.Count > most)
            _labelled.Remove(_labelledOrder.Dequeue());
        TimeSpan took = time.GetElapsedTime(begun, now);
        (_count, _longest) = (_count + 1, took > _longest ? took : _longest);
        _delays.Enqueue(took);
        if (_delays.Count > Kept)
            _delays.Dequeue();
        return true;
    }

    /// <summary>Whether a label of this id has come lately.</summary>
    public bool WasLabelled(string id) => _labelled.Contains(Key(id));

    private static UInt128 Key(string id) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(id.AsSpan()));
}
