using ML.Thermo.Guards;

namespace ML.Thermo;

/// <summary>Adds guards of imported networks to the catalog: <c>mlContext.Thermo().Guard(…)</c>.</summary>
public static class OnnxGuardExtensions
{
    /// <summary>Create <see cref="OnnxGuardEstimator"/>, which learns what a network's input is like and tells rows that are unlike it.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="modelFile">The .onnx file, with one input of real numbers.</param>
    /// <param name="falseAlarms">Wanted share of false alarms, above 0 and below 1.</param>
    /// <param name="inputColumnName">The column that goes into the network: a <see cref="float"/> or a known-size vector of them.</param>
    /// <exception cref="ThermoException">The file is missing or no ONNX model, or the network has several inputs.</exception>
    /// <example>
    /// <code>
    /// var guard = context.Thermo().Guard("digits-cnn.onnx", falseAlarms: .01).Fit(known); // known: Features of the network's input size
    /// IDataView judged = guard.Transform(fresh); // Strangeness, PValue, HottestLayer
    /// </code>
    /// </example>
    public static OnnxGuardEstimator Guard(
        this ThermoCatalog catalog, string modelFile, double falseAlarms = 0.01, string inputColumnName = "Features") =>
        Guard(catalog, modelFile, new OnnxGuardOptions { FalseAlarms = falseAlarms, InputColumnName = inputColumnName });

    /// <summary>Create <see cref="OnnxGuardEstimator"/> with advanced options.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="modelFile">The .onnx file, with one input of real numbers.</param>
    /// <param name="options">Columns, rate of false alarms, score, size of batches, device, and whether a saved model contains the network.</param>
    /// <exception cref="ArgumentException">A column name is empty or not its own, or the rate is not above 0 and below 1.</exception>
    /// <exception cref="ThermoException">The file is missing or no ONNX model, or the network has several inputs.</exception>
    public static OnnxGuardEstimator Guard(this ThermoCatalog catalog, string modelFile, OnnxGuardOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(modelFile);
        ArgumentNullException.ThrowIfNull(options);
        return new OnnxGuardEstimator(modelFile, options);
    }
}
