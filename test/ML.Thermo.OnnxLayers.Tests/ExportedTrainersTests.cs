using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace ML.Thermo.Tests;

/// <summary>What ONNX Runtime computes of a trainer's exported model is what ML.NET computes of it.</summary>
public sealed class ExportedTrainersTests
{
    private readonly MLContext _context = new(1);

    [TestCase("regression", "Score")]
    [TestCase("binary", "Probability")]
    [TestCase("multiclass", "Score")]
    [TestCase("tempered multiclass", "Score")]
    public void Models_of_ours_score_in_ONNX_Runtime_as_in_ML_NET(string task, string column)
    {
        (IDataView data, IEstimator<ITransformer> trainer) = task switch
        {
            "regression" => (RealData.Diabetes(_context), (IEstimator<ITransformer>)_context.Thermo().Regression.Langevin()),
            "binary" => (RealData.BreastCancer(_context), _context.Thermo().BinaryClassification.Langevin()),
            _ => (RealData.Iris(_context), _context.Thermo().MulticlassClassification.Langevin()),
        };
        ITransformer model = task == "tempered multiclass" ? _context.Thermo().MulticlassClassification.Tempered().Fit(data).Native : trainer.Fit(data);
        using var onnx = new MemoryStream();
        _context.Model.ConvertToOnnx(model, data, onnx);
        using var session = new InferenceSession(onnx.ToArray());

        IDataView few = _context.Data.TakeRows(data, 100);
        float[][] features = [.. few.GetColumn<float[]>("Features")], expected = [.. Rows(model.Transform(few), column)];
        for (int row = 0; row < features.Length; row++)
        {
            List<NamedOnnxValue> inputs = [.. session.InputMetadata.Select(input => input.Key == "Features"
                ? NamedOnnxValue.CreateFromTensor(input.Key, new Microsoft.ML.OnnxRuntime.Tensors.DenseTensor<float>(features[row], [1, features[row].Length]))
                : Zero(input.Key, input.Value.ElementType))];
            using var outputs = session.Run(inputs, [column + ".output"]);
            Assert.That(outputs[0].AsEnumerable<float>().ToArray(), Is.EqualTo(expected[row]).Within(1e-3).Percent.Or.EqualTo(expected[row]).Within(1e-6), $"row {row}");
        }
    }

    private static IEnumerable<float[]> Rows(IDataView scored, string column) => scored.Schema[column].Type is VectorDataViewType
        ? scored.GetColumn<float[]>(column)
        : scored.GetColumn<float>(column).Select(value => new[] { value });

    /// <summary>A label, which the exported model takes and does not use.</summary>
    private static NamedOnnxValue Zero(string name, Type type) =>
        type == typeof(float) ? NamedOnnxValue.CreateFromTensor(name, new Microsoft.ML.OnnxRuntime.Tensors.DenseTensor<float>([1, 1]))
        : type == typeof(bool) ? NamedOnnxValue.CreateFromTensor(name, new Microsoft.ML.OnnxRuntime.Tensors.DenseTensor<bool>([1, 1]))
        : NamedOnnxValue.CreateFromTensor(name, new Microsoft.ML.OnnxRuntime.Tensors.DenseTensor<uint>([1, 1]));
}
