using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Compression;

/// <summary>The loss of a written model, by running it.</summary>
internal static class WrittenLoss
{
    public static MeasuredLoss Of(LossMeasure measure, OnnxModel written) => MeasuredLoss.Of(Rows(measure, written), measure.Unit);

    /// <summary>The loss of each row above that of the original.</summary>
    public static double[] Rows(LossMeasure measure, OnnxModel written)
    {
        NetworkEnergy energy = measure.Energy;
        List<Dictionary<string, OrtValue>> outputs =
            NetworkBatches.Compute(new Subgraph(written), written, [energy.Tensor], energy.Batches, energy.Session, asFloats: true);
        try
        {
            double[] losses = new double[energy.Rows];
            for (int batch = 0, row = 0; batch < outputs.Count; row += energy.BatchRows[batch++])
                energy.Losses(batch, outputs[batch][energy.Tensor].GetTensorDataAsSpan<float>(), losses.AsSpan(row, energy.BatchRows[batch]));
            for (int row = 0; row < losses.Length; row++)
                losses[row] -= energy.TrainedLosses[row];
            return losses;
        }
        finally
        {
            NetworkBatches.Release(outputs);
        }
    }
}
