namespace ML.Thermo.Onnx.Compression.Roundings;

/// <summary>How the rounding errors of a weight make up for each other: error feedback for each of its groups and runs of columns.</summary>
internal sealed class Compensation
{
    /// <summary>Left out of what is off the diagonal of the second moments: best of 0.01 to 1 (<c>bench compression-roundings</c>).</summary>
    public const double UsualShare = 0.01;

    private readonly (int First, int Count)[] _runs;
    private readonly ErrorFeedback[][] _feedbacks; // by group and run
    private readonly int _rows;

    private Compensation(InputMoments moments, int groups, int rows, double share)
    {
        _rows = rows;
        _runs = [.. moments.Runs];
        _feedbacks = [.. Enumerable.Range(0, groups).Select(group => _runs.Select((_, run) => ErrorFeedback.Of(moments.Of(group, run), share)).ToArray())];
    }

    /// <summary>Null where nothing is known of the inputs.</summary>
    public static Compensation? Of(CompressibleWeight weight, InputMoments? moments, double share = UsualShare) =>
        moments is null ? null : new(moments, weight.Layout!.Groups, weight.Layout.Rows, share);

    /// <summary>Levels of a channel's weights.</summary>
    public sbyte[] Round(int channel, float[] weights, Func<float, float, float> nearest, float scale)
    {
        sbyte[] levels = new sbyte[weights.Length];
        for (int run = 0; run < _runs.Length; run++)
        {
            (int first, int count) = _runs[run];
            _feedbacks[channel / _rows][run].Round(weights.AsSpan(first, count), nearest, scale, levels.AsSpan(first, count));
        }

        return levels;
    }
}
