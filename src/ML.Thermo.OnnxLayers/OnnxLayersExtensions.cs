using Microsoft.ML;
using ML.Thermo.Layers;
using ML.Thermo.Transitions;

namespace ML.Thermo;

/// <summary>Adds imported networks to the catalog: <c>mlContext.Thermo().OnnxLayers(…)</c>.</summary>
public static class OnnxLayersExtensions
{
    /// <summary>
    /// Create <see cref="OnnxLayersEstimator"/>, which runs an imported network on every row and adds the temperature, entropy and efficiency of
    /// its layers.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="modelFile">The .onnx file.</param>
    /// <param name="inputColumnName">The column that goes into the network, which must have one input: a <see cref="float"/> or a known-size vector of
    /// them.</param>
    /// <exception cref="ThermoException">The file is missing or no ONNX model, or the network has several inputs.</exception>
    /// <example>
    /// <code>
    /// var model = context.Thermo().OnnxLayers("digits-mlp.onnx").Fit(data); // data: Features of the network's input size
    /// IDataView measured = model.Transform(data);
    /// </code>
    /// </example>
    public static OnnxLayersEstimator OnnxLayers(this ThermoCatalog catalog, string modelFile, string inputColumnName = "Features") =>
        OnnxLayers(catalog, modelFile, new OnnxLayersOptions { Inputs = [new("", inputColumnName)] });

    /// <summary>Create <see cref="OnnxLayersEstimator"/> with advanced options.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="modelFile">The .onnx file.</param>
    /// <param name="options">Columns, layers, size of batches, device, and whether a saved model contains the network.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">A column name is empty, or an input or a layer is named that the network does not have.</exception>
    /// <exception cref="ThermoException">The file is missing or no ONNX model.</exception>
    public static OnnxLayersEstimator OnnxLayers(this ThermoCatalog catalog, string modelFile, OnnxLayersOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(modelFile);
        ArgumentNullException.ThrowIfNull(options);
        return new OnnxLayersEstimator(modelFile, options);
    }

    /// <summary>
    /// The same model with our own transformers in the place of the steps as which ML.NET has saved and loaded them, as
    /// <see cref="ThermoCatalog.Restore"/> makes it, with its imported network in another place.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">A loaded model, or a chain with one.</param>
    /// <param name="modelFile">Where the network is now, also where the model contains it.</param>
    /// <returns>The model, with an <see cref="OnnxLayersTransformer"/> in the place of each saved one; dispose it.</returns>
    /// <exception cref="ThermoException">The network's file is missing, or is not the network that was saved.</exception>
    /// <exception cref="NotSupportedException">A newer version of this package wrote the model.</exception>
    public static ITransformer Restore(this ThermoCatalog catalog, ITransformer model, string modelFile)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(modelFile);
        return SavedTransitions.Restore(model, modelFile);
    }
}
