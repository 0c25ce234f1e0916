using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;

namespace ML.Thermo.Onnx.Compression;

/// <summary>How a compressed network is compared with the original one: rows, their energy, and the unit of the loss.</summary>
internal sealed class LossMeasure
{
    private const int Part = 3, LeastRows = 12;

    private LossMeasure(NetworkEnergy energy, bool isDivergence, double unit) => (Energy, IsDivergence, Unit) = (energy, isDivergence, unit);

    /// <summary>The self-energy on the rows.</summary>
    public NetworkEnergy Energy { get; }

    /// <summary>Nats a row; else a share of the outputs' variance.</summary>
    public bool IsDivergence { get; }

    /// <summary>What excess energy is divided by.</summary>
    public double Unit { get; }

    /// <summary>Whether some rows are left to forecast from: every third, where there are twelve at least.</summary>
    public bool CanForecast => Energy.Rows >= LeastRows;

    /// <summary>Whether widths are chosen by a row.</summary>
    public bool Chooses(int row) => !CanForecast || row % Part != Part - 1;

    /// <summary>The losses of the rows by which widths are chosen.</summary>
    public double[] Choosing(double[] losses) => [.. losses.Where((_, row) => Chooses(row))];

    /// <summary>The losses of the rows that choose nothing: a forecast from the others would be too good, by as much as the choice is free.</summary>
    public static double[] Forecasting(double[] losses) => [.. losses.Where((_, row) => row % Part == Part - 1)];

    /// <exception cref="UnusableDataException">The outputs do not vary over the rows, so that no change is small or large.</exception>
    public static LossMeasure Of(
        LayerGraph network, IReadOnlyList<IReadOnlyDictionary<string, OrtValue>> rows, CompressionOptions options, double? unit = null)
    {
        OutputMeaning meaning = options.Loss switch
        {
            CompressionLoss.Divergence => OutputMeaning.AnyLogits,
            CompressionLoss.Relative => OutputMeaning.Values,
            _ => OutputMeaning.Auto,
        };
        NetworkEnergy energy = NetworkEnergy.Of(network, rows, new EnergyOptions { Meaning = meaning, Output = options.Output });
        bool divergence = energy.Meaning != OutputMeaning.Values;
        return new(energy, divergence, divergence ? 1 : unit ?? Variance(energy));
    }

    /// <summary>The variance of an output over rows (and positions of a row), mean over the outputs.</summary>
    private static double Variance(NetworkEnergy energy)
    {
        List<Dictionary<string, OrtValue>> outputs =
            NetworkBatches.Compute(energy.Graph, energy.Network.Model, [energy.Tensor], energy.Batches, energy.Session, asFloats: true);
        try
        {
            int features = energy.Shapes[0].Length > 1 ? (int)energy.Shapes[0][^1] : 1;
            double[] sums = new double[features], squares = new double[features];
            long count = 0;
            foreach (Dictionary<string, OrtValue> batch in outputs)
            {
                ReadOnlySpan<float> values = batch[energy.Tensor].GetTensorDataAsSpan<float>();
                count += values.Length / features;
                for (int i = 0; i < values.Length; i++)
                {
                    sums[i % features] += values[i];
                    squares[i % features] += (double)values[i] * values[i];
                }
            }

            double variance = squares.Zip(sums, (square, sum) => (square / count) - (sum / count * (sum / count))).Average();
            return variance > 1e-12 * squares.Sum() / (count * features) ? variance
                : throw new UnusableDataException($"Output '{energy.Tensor}' of '{energy.Network.Model.Name}' is the same on all {energy.Rows} rows, so that "
                    + "no change of it is small or large: give rows that differ, or another output.");
        }
        finally
        {
            NetworkBatches.Release(outputs);
        }
    }
}
