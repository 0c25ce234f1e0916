using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Compression;
using ML.Thermo.Onnx.Compression.Roundings;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Benchmarks.Compression;

/// <summary>
/// Ways to round, one by one, with all layers at one width: realised loss on rows that had no part in the rounding, over that of the nearest level with the clipping of least
/// squared error, at equal bits (scales counted).
/// </summary>
internal static class RoundingStudy
{
    private static readonly int[] Widths = [3, 4, 5];
    private static readonly int[] Groups = [32, 64, 128];

    public static int Run(TextWriter output)
    {
        Dictionary<string, List<double>> all = new(StringComparer.Ordinal);
        foreach (TrialNetwork trial in TrialNetwork.Own())
        {
            using (trial)
            {
                foreach ((string way, double ratio) in new Trial(trial).Ratios())
                {
                    if (!all.TryGetValue(way, out List<double>? ratios))
                        all.Add(way, ratios = []);
                    ratios.Add(Math.Log(ratio));
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{trial.Name,-28}{way,-34}{ratio:F2}"));
                }
            }
        }

        output.WriteLine();
        foreach ((string way, List<double> ratios) in all)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{way,-34}{Math.Exp(ratios.Average()):F2} over {ratios.Count} networks; worst {Math.Exp(ratios.Max()):F2}"));
        return 0;
    }

    private sealed class Trial
    {
        private readonly TrialNetwork _trial;
        private readonly CompressionPlan _plan;
        private readonly List<CompressibleWeight> _weights;
        private readonly List<(OnnxTensor Bias, int Weight)> _biases = [];

        public Trial(TrialNetwork trial)
        {
            _trial = trial;
            LayerGraph network = LayerGraph.Of(trial.Model);
            _plan = NetworkCompression.Plan(network, trial.Plan, CompressionMenu.Of(8), new() { Rounding = CompressionRounding.Nearest });
            _weights = [.. _plan.Layers.SelectMany(layer => layer.Weights)];
            foreach (CompressionLayer layer in _plan.Layers)
            {
                if (layer.Weights.Count == 1 && layer.Layer.Parameters.FirstOrDefault(p => p.Role == ParameterRole.Bias)?.Stored is { } bias
                    && bias.Count == layer.Weights[0].Channels && bias.ElementType == ElementType.Float)
                    _biases.Add((bias, _weights.IndexOf(layer.Weights[0])));
            }
        }

        public IEnumerable<(string Way, double Ratio)> Ratios()
        {
            LossMeasure others = LossMeasure.Of(_plan.Measure.Energy.Network, _trial.Judge, _plan.Options, _plan.Measure.Unit);
            CompressibleWeight[] biases = [.. _biases.Select(bias => new CompressibleWeight(bias.Bias, 0, [], false))];
            using CutNetwork judge = new(others.Energy, [.. _weights, .. biases]);
            (InputMoments? Moments, float[][]? Means)[] known = [.. _weights.Select(Known)];
            double[] nearest = [.. Widths.Select(bits => Loss(_weights.Select(weight => ChannelRounding.Of(weight, bits).Decode()), null))];
            yield return ("nearest, no clipping", Ratio(bits => Loss(_weights.Select(weight => Grouped(weight, bits, int.MaxValue, clips: false)), null)));
            yield return ("nearest, bias corrected", Ratio(bits => Corrected([.. _weights.Select(weight => ChannelRounding.Of(weight, bits).Decode())])));
            foreach (double share in new[] { 0.01, 0.03, 0.1, 0.2, 0.4, 0.7, 1 })
                yield return ($"compensated, {share} left out", Ratio(bits => Loss(Compensated(bits, share), null)));
            yield return ("compensated, chosen by every third row", Ratio(bits => Loss(Compensated(bits, null), null)));
            yield return ("compensated, bias corrected", Ratio(bits => Corrected([.. Compensated(bits, null)])));
            foreach (int size in Groups)
                yield return ($"nearest, groups of {size}", GroupRatio(size));

            double Ratio(Func<int, double> loss) => Math.Exp(Widths.Select((bits, i) => Math.Log(loss(bits) / nearest[i])).Average());

            // At the bits of the groups, their scales counted, on the line between the logarithms of two losses.
            double GroupRatio(int size)
            {
                double Bits(int bits, int group) => bits + _weights.Sum(w => 32.0 * w.Channels * ((w.Count / w.Channels + (long)group - 1) / group)) / _weights.Sum(w => (double)w.Count);
                return Math.Exp(Widths.SkipLast(1).Select((bits, i) =>
                {
                    double wanted = Bits(bits, size), low = Bits(bits, int.MaxValue), at = (wanted - low) / (Widths[i + 1] - bits);
                    double line = Math.Log(nearest[i]) + (at * Math.Log(nearest[i + 1] / nearest[i]));
                    return Math.Log(Loss(_weights.Select(weight => Grouped(weight, bits, size, clips: true)), null)) - line;
                }).Average());
            }

            IEnumerable<float[]> Compensated(int bits, double? share) => _weights.Select((weight, i) =>
                ChannelRounding.Of(weight, bits, Compensation.Of(weight, known[i].Moments, share)).Decode());

            double Corrected(float[][] numbers) => Loss(numbers, _biases.Select(bias => Shifted(bias.Bias, _weights[bias.Weight], numbers[bias.Weight], known[bias.Weight].Means)));

            double Loss(IEnumerable<float[]> numbers, IEnumerable<float[]>? shifted)
            {
                int at = 0;
                foreach (float[] values in numbers.Concat(shifted ?? biases.Select(bias => bias.Values)))
                    judge.Set(at++, values);
                return judge.Excess(CancellationToken.None).Average() / others.Unit;
            }
        }

        /// <summary>A bias that makes up for the mean error of its outputs.</summary>
        private static float[] Shifted(OnnxTensor bias, CompressibleWeight weight, float[] rounded, float[][]? means)
        {
            float[] shifted = bias.ToArray<float>();
            if (means is null)
                return shifted;
            int[] at = new int[weight.Channels];
            for (int i = 0; i < rounded.Length; i++)
            {
                int channel = weight.ChannelOf(i);
                shifted[channel] += (weight.Values[i] - rounded[i]) * means[channel / weight.Layout!.Rows][at[channel]++];
            }

            return shifted;
        }

        private (InputMoments?, float[][]?) Known(CompressibleWeight weight)
        {
            using CutNetwork cut = new(_plan.Measure.Energy, [weight]);
            InputMoments? moments = InputMoments.Of(_trial.Model, weight, _plan.Measure.Energy.BatchRows, _plan.Measure.Chooses, cut.At);
            if (moments is null)
                return (null, null);
            OnnxNode node = _trial.Model.Graph.Nodes[weight.Readers[0]];
            int columns = (int)weight.Layout!.FanIn;
            float[][] means = [.. Enumerable.Range(0, weight.Layout.Groups).Select(_ => new float[columns])];
            float[] column = new float[columns];
            long count = 0;
            for (int batch = 0, first = 0; batch < _plan.Measure.Energy.BatchRows.Length; first += _plan.Measure.Energy.BatchRows[batch++])
            {
                OrtValue value = cut.At(batch, node.Input(0))!;
                IInputReader reader = InputReaders.Of(node, weight, value.GetTensorTypeAndShape().Shape, _plan.Measure.Energy.BatchRows[batch])!;
                for (int row = 0; row < _plan.Measure.Energy.BatchRows[batch]; row++)
                {
                    for (int place = 0; _plan.Measure.Chooses(first + row) && place < reader.PlacesOfRow; place++, count++)
                    {
                        for (int group = 0; group < means.Length; group++)
                        {
                            reader.Read(value.GetTensorDataAsSpan<float>(), row, place, group, column, 1);
                            for (int i = 0; i < columns; i++)
                                means[group][i] += column[i];
                        }
                    }
                }
            }

            return (moments, [.. means.Select(sums => sums.Select(sum => sum / count).ToArray())]);
        }

        /// <summary>Nearest levels, a scale for each run of weights of a channel.</summary>
        private static float[] Grouped(CompressibleWeight weight, int bits, int size, bool clips)
        {
            float[] rounded = new float[weight.Count];
            foreach (IGrouping<int, int> channel in Enumerable.Range(0, weight.Count).GroupBy(weight.ChannelOf))
            {
                foreach (int[] run in channel.Chunk(Math.Min(size, weight.Count)))
                {
                    float largest = run.Max(i => MathF.Abs(weight.Values[i])), best = 0;
                    double least = double.PositiveInfinity;
                    for (int step = 0; step < (clips ? 18 : 1) && largest > 0; step++)
                    {
                        float scale = largest / (bits == 4 ? 7 : (1 << bits) - 1) * (1 - (0.04f * step));
                        double error = run.Sum(i => Math.Pow(weight.Values[i] - Level(weight.Values[i], scale), 2));
                        if (error < least)
                            (least, best) = (error, scale);
                    }

                    foreach (int i in run)
                        rounded[i] = best > 0 ? Level(weight.Values[i], best) : 0;
                }
            }

            return rounded;

            float Level(float value, float scale) => scale * (bits == 4 ? Math.Clamp(MathF.Round(value / scale), -8, 7)
                : Math.Clamp((2 * MathF.Floor(value / scale / 2)) + 1, -((1 << bits) - 1), (1 << bits) - 1));
        }
    }
}
