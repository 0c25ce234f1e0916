using Microsoft.ML;
using ML.Thermo.Scans;

namespace ML.Thermo;

/// <content>Scans: where rows or models change along a control parameter.</content>
public sealed partial class ThermoCatalog
{
    /// <summary>Where do rows change along a control parameter? See <see cref="ML.Thermo.Scans.Scan"/>.</summary>
    /// <param name="data">A sample or a law a row.</param>
    /// <param name="options">Which columns, and how to look.</param>
    /// <param name="observer">A binary trainer with a probability, which tells observed rows apart; null: logistic regression, bins for a number.</param>
    /// <param name="cancellation">Stops reading and computing.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="UnusableDataException">The rows cannot be scanned; the message says why.</exception>
    public ScanReport Scan(IDataView data, DataScanOptions options, IEstimator<ITransformer>? observer = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        return DataScan.Run(_context, data, options, observer, cancellation);
    }

    /// <summary>Where do fitted models change along their numbers, on the same rows? Probabilities are compared row by row, scores as numbers.</summary>
    /// <param name="models">Fitted models, in any order.</param>
    /// <param name="controlValues">A number for each, such as its strength of regularisation.</param>
    /// <param name="inputs">Rows that all of them score.</param>
    /// <param name="options">How to look.</param>
    /// <param name="controlName">What the numbers are called.</param>
    /// <param name="cancellation">Stops between rows.</param>
    /// <exception cref="UnusableDataException">A model gives neither probability nor score, or two numbers are equal.</exception>
    public ScanReport Scan(
        IReadOnlyList<ITransformer> models,
        IReadOnlyList<double> controlValues,
        IDataView inputs,
        ScanOptions? options = null,
        string controlName = "x",
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(controlValues);
        ArgumentNullException.ThrowIfNull(inputs);
        return ModelScan.Run(models, controlValues, controlName, inputs, options ?? new ScanOptions(), cancellation);
    }
}
