using System.Numerics.Tensors;

namespace ML.Thermo.Onnx.Compression.Roundings;

/// <summary>How the rounding errors of a weight make up for each other: error feedback for each of its groups and runs of columns.</summary>
internal sealed class Compensation
{
    /// <summary>Shares of what is off the diagonal of the second moments that may be left out; 1 leaves nearest levels.</summary>
    private static readonly double[] s_shares = [0.01, 0.1, 0.3, 1];

    private const int MostChannels = 32, TestedBits = 4;

    private readonly (int First, int Count)[] _runs;
    private readonly ErrorFeedback[][] _feedbacks; // by group and run
    private readonly int _rows;

    private Compensation(InputMoments moments, int groups, int rows, double share)
    {
        _rows = rows;
        _runs = [.. moments.Runs];
        _feedbacks = [.. Enumerable.Range(0, groups).Select(group => _runs.Select((_, run) => ErrorFeedback.Of(moments.Of(group, run), share)).ToArray())];
    }

    /// <summary>Null where nothing is known of the inputs, or too little for errors to make up for each other on rows that were not seen.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="moments">How its inputs go together.</param>
    /// <param name="share">Left out of what is off the diagonal; null for what is best: two thirds of the rows round, the others tell how much is lost.</param>
    public static Compensation? Of(CompressibleWeight weight, InputMoments? moments, double? share = null)
    {
        if (moments is null)
            return null;
        double left = share ?? BestShare(weight, moments);
        return left < 1 ? new(moments, weight.Layout!.Groups, weight.Layout.Rows, left) : null;
    }

    /// <summary>The share with the least loss on every third row, of some channels of the first group and run.</summary>
    private static double BestShare(CompressibleWeight weight, InputMoments moments)
    {
        if (moments.Split(0, 0) is not var (known, tested))
            return 1;
        int count = moments.Runs.First().Count, channels = Math.Min(weight.Layout!.Rows, MostChannels);
        float[][] tried = [.. Enumerable.Range(0, channels).Select(_ => new float[weight.Count / weight.Channels])];
        for (int i = 0; i < channels; i++)
            weight.Gather(i * weight.Layout.Rows / channels, tried[i]);
        return s_shares.MinBy(share =>
        {
            ErrorFeedback? feedback = share < 1 ? ErrorFeedback.Of(known, share) : null;
            return tried.Sum(row => Loss(row.AsSpan(0, count), feedback, tested));
        });
    }

    /// <summary>e·H·eᵀ of a channel's rounding errors e.</summary>
    private static double Loss(ReadOnlySpan<float> weights, ErrorFeedback? feedback, float[] moments)
    {
        const int top = (1 << (TestedBits - 1)) - 1;
        float most = MathF.Abs(TensorPrimitives.MaxMagnitude(weights)), scale = most > 0 ? most / top : 1;
        sbyte[] levels = new sbyte[weights.Length];
        if (feedback is null)
        {
            for (int i = 0; i < levels.Length; i++)
                levels[i] = (sbyte)Level(weights[i], scale);
        }
        else
        {
            feedback.Round(weights, Level, scale, levels);
        }

        float[] errors = new float[weights.Length];
        for (int i = 0; i < errors.Length; i++)
            errors[i] = weights[i] - (levels[i] * scale);
        double sum = 0;
        for (int i = 0; i < errors.Length; i++)
            sum += errors[i] * (double)TensorPrimitives.Dot(errors, moments.AsSpan(i * errors.Length, errors.Length));
        return sum;

        static float Level(float value, float scale) => Math.Clamp(MathF.Round(value / scale), -top - 1, top);
    }

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
