namespace ML.Thermo.Joules.Metering;

/// <summary>How far a total had come at a few times, thinned to every second one where they become many.</summary>
/// <remarks>Plain arrays: a command that runs for milliseconds should not wait for the compiler of generic code.</remarks>
internal sealed class PowerPoints
{
    private const int Most = 1024;
    private long[] _times = new long[8];
    private double[] _joules = new double[8];
    private int _count;

    /// <summary>Adds a point; one of the same time as the last is left out.</summary>
    public void Add(long time, double joules)
    {
        if (_count > 0 && _times[_count - 1] == time)
            return;
        if (_count == Most)
            Thin();
        if (_count == _times.Length)
        {
            Array.Resize(ref _times, 2 * _count);
            Array.Resize(ref _joules, 2 * _count);
        }

        (_times[_count], _joules[_count]) = (time, joules);
        _count++;
    }

    /// <summary>Mean power between points: seconds since the first, and watts since the point before.</summary>
    public (double Seconds, double Watts)[] ToPower(TimeProvider time)
    {
        var power = new (double, double)[Math.Max(0, _count - 1)];
        for (int i = 1; i < _count; i++)
        {
            double seconds = time.GetElapsedTime(_times[i - 1], _times[i]).TotalSeconds;
            power[i - 1] = (time.GetElapsedTime(_times[0], _times[i]).TotalSeconds, (_joules[i] - _joules[i - 1]) / seconds);
        }

        return power;
    }

    /// <summary>Drops every second point; the first and the last stay.</summary>
    private void Thin()
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            if (i % 2 == 0 || i == _count - 1)
                (_times[kept], _joules[kept++]) = (_times[i], _joules[i]);
        }

        _count = kept;
    }
}
