using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Activations;
using ML.Thermo.Langevin;
using ML.Thermo.Refresh;
using ML.Thermo.Steps;
using ML.Thermo.Transitions;

namespace ML.Thermo;

/// <summary>The thermodynamic components for pipelines: <c>mlContext.Thermo()</c>.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1822", Justification = "Members of a catalog are called on it.")]
public sealed partial class ThermoCatalog
{
    /// <summary>
    /// Name of the source of traces: the fits of this package are activities <c>fit refresh</c>, <c>fit transition</c> and <c>fit langevin</c>, which
    /// OpenTelemetry exports after <c>AddSource(ThermoCatalog.ActivitySourceName)</c>.
    /// </summary>
    public const string ActivitySourceName = FitTrace.Name;

    private readonly MLContext _context;
    private readonly ulong _seed;

    internal ThermoCatalog(MLContext context, ulong seed) => (_context, _seed) = (context, seed);

    /// <summary>Regression trainers with a thermostat.</summary>
    public RegressionTrainers Regression => new(_context, _seed);

    /// <summary>Binary classifiers with a thermostat.</summary>
    public BinaryClassificationTrainers BinaryClassification => new(_context, _seed);

    /// <summary>Multiclass classifiers with a thermostat.</summary>
    public MulticlassClassificationTrainers MulticlassClassification => new(_context, _seed);

    /// <summary>Activation functions as heat engines, and how deep networks of them should start.</summary>
    public ActivationCatalog Activations => new();

    /// <summary>
    /// The same model with our own transformers in the place of the steps as which ML.NET has saved and loaded them. A loaded model works as it
    /// is; restored it gives the same columns, and faster: prediction engines of transitions, and imported networks, which run in batches again.
    /// </summary>
    /// <param name="model">A loaded model, or a chain with one.</param>
    /// <returns>The model, or itself where there is nothing to restore. Dispose it as you would have disposed what was saved.</returns>
    /// <exception cref="ThermoException">The file of an imported network is missing, or is not the network that was saved.</exception>
    /// <exception cref="NotSupportedException">A newer version of this package wrote the model.</exception>
    public ITransformer Restore(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return SavedTransitions.Restore(model, null);
    }

    /// <summary>Loads a model that ML.NET has saved, and restores what is ours in it: <see cref="Restore"/> is not forgotten.</summary>
    /// <param name="path">The .zip file.</param>
    /// <returns>The model; dispose it as you would have disposed what was saved.</returns>
    /// <exception cref="ThermoException">The file of an imported network is missing, or is not the network that was saved.</exception>
    /// <exception cref="NotSupportedException">A newer version of this package wrote the model.</exception>
    /// <example>
    /// <code>
    /// ITransformer model = context.Thermo().Load("model.zip");
    /// Console.WriteLine(context.Thermo().GetTransition(model));
    /// </code>
    /// </example>
    public ITransformer Load(string path) => Load(path, out _);

    /// <summary>The same with the schema of the data that the model was made for.</summary>
    /// <param name="path">The .zip file.</param>
    /// <param name="inputSchema">The schema that was given when the model was saved.</param>
    /// <exception cref="ThermoException">The file of an imported network is missing, or is not the network that was saved.</exception>
    /// <exception cref="NotSupportedException">A newer version of this package wrote the model.</exception>
    public ITransformer Load(string path, out DataViewSchema inputSchema)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Restore(_context.Model.Load(path, out inputSchema));
    }

    /// <summary>The same model without what
    /// <see cref="PhaseTransition{TTransformer}(IEstimator{TTransformer}, PhaseTransitionOptions)"/> and <see cref="Refresh"/> added:
    /// no row columns, no transition, no monitor, and exportable to ONNX where its other steps are.</summary>
    /// <param name="model">A model in memory or loaded, or a chain with one.</param>
    public ITransformer WithoutRowColumns(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return SavedTransitions.Without(model, RefreshSteps.IsWatching);
    }
}
