using Microsoft.ML;
using ML.Thermo.Energies;

namespace ML.Thermo.Langevin;

/// <summary>Regression trainers with a thermostat: <c>mlContext.Thermo().Regression</c>.</summary>
public sealed class RegressionTrainers
{
    private readonly MLContext _context;
    private readonly ulong _seed;

    internal RegressionTrainers(MLContext context, ulong seed) => (_context, _seed) = (context, seed);

    /// <summary>Create <see cref="LangevinRegressionTrainer"/>, which trains a linear model in a heat bath.</summary>
    /// <param name="labelColumnName">The name of the label column, a <see cref="float"/>.</param>
    /// <param name="featureColumnName">The name of the feature column, a known-sized vector of <see cref="float"/>.</param>
    /// <param name="exampleWeightColumnName">The name of the example weight column, a <see cref="float"/>; null for none.</param>
    /// <param name="energy">The loss, mse or mae; null for mse.</param>
    /// <param name="temperature">T ≥ 0 of the bath, loss units; 0 is gradient descent, null the default of <see cref="LangevinTrainerOptions.Bath"/>.</param>
    /// <param name="learningRate">η &gt; 0; null chooses a stable one.</param>
    /// <param name="l2Regularization">λ ≥ 0 of (λ/2)|w|², w of standardised features; null as for
    /// <see cref="LangevinTrainerOptions.L2Regularization"/>.</param>
    /// <param name="numberOfIterations">Number of passes over the data; null for at least 100 and at least 4,000 steps.</param>
    /// <exception cref="ArgumentException">A name is empty or a number outside its range.</exception>
    /// <example>
    /// <code>
    /// var model = context.Thermo().Regression.Langevin().Fit(data); // data: a label and Features
    /// Console.WriteLine(context.Thermo().GetTraining(model));
    /// </code>
    /// </example>
    public LangevinRegressionTrainer Langevin(
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        Energy? energy = null,
        double? temperature = null,
        double? learningRate = null,
        double? l2Regularization = null,
        int? numberOfIterations = null) => Langevin(new LangevinRegressionOptions
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            Energy = energy ?? Energy.MeanSquared,
            Bath = temperature is { } t ? Bath.Constant(t) : null,
            LearningRate = learningRate,
            L2Regularization = l2Regularization,
            NumberOfIterations = numberOfIterations,
            Seed = _seed,
        });

    /// <summary>Create <see cref="LangevinRegressionTrainer"/> with advanced options.</summary>
    /// <param name="options">Columns, energy, bath, steps.</param>
    /// <exception cref="ArgumentException">A name is empty or a number outside its range.</exception>
    public LangevinRegressionTrainer Langevin(LangevinRegressionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new LangevinRegressionTrainer(_context, options);
    }
}

/// <summary>Binary classifiers with a thermostat: <c>mlContext.Thermo().BinaryClassification</c>.</summary>
public sealed class BinaryClassificationTrainers
{
    private readonly MLContext _context;
    private readonly ulong _seed;

    internal BinaryClassificationTrainers(MLContext context, ulong seed) => (_context, _seed) = (context, seed);

    /// <summary>Create <see cref="LangevinBinaryTrainer"/>, which trains a logistic regression in a heat bath.</summary>
    /// <param name="labelColumnName">The name of the label column, a <see cref="bool"/>.</param>
    /// <param name="featureColumnName">The name of the feature column, a known-sized vector of <see cref="float"/>.</param>
    /// <param name="exampleWeightColumnName">The name of the example weight column, a <see cref="float"/>; null for none.</param>
    /// <param name="temperature">T ≥ 0 of the bath, nats; 0 is gradient descent, null 1/n.</param>
    /// <param name="learningRate">η &gt; 0; null chooses a stable one.</param>
    /// <param name="l2Regularization">λ ≥ 0 of (λ/2)|w|², w of standardised features; null as for
    /// <see cref="LangevinTrainerOptions.L2Regularization"/>.</param>
    /// <param name="numberOfIterations">Number of passes over the data; null for at least 100 and at least 4,000 steps.</param>
    /// <exception cref="ArgumentException">A name is empty or a number outside its range.</exception>
    /// <example>
    /// <code>
    /// var model = context.Thermo().BinaryClassification.Langevin().Fit(data); // data: a label and Features
    /// Console.WriteLine(context.Thermo().GetTraining(model));
    /// </code>
    /// </example>
    public LangevinBinaryTrainer Langevin(
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        double? temperature = null,
        double? learningRate = null,
        double? l2Regularization = null,
        int? numberOfIterations = null) =>
        Langevin(MulticlassClassificationTrainers.Options(
            labelColumnName, featureColumnName, exampleWeightColumnName, temperature, learningRate, l2Regularization, numberOfIterations, _seed));

    /// <summary>Create <see cref="LangevinBinaryTrainer"/> with advanced options.</summary>
    /// <param name="options">Columns, bath, steps.</param>
    /// <exception cref="ArgumentException">A name is empty or a number outside its range.</exception>
    public LangevinBinaryTrainer Langevin(LangevinTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new LangevinBinaryTrainer(_context, options);
    }
}

/// <summary>Multiclass classifiers with a thermostat: <c>mlContext.Thermo().MulticlassClassification</c>.</summary>
public sealed class MulticlassClassificationTrainers
{
    private readonly MLContext _context;
    private readonly ulong _seed;

    internal MulticlassClassificationTrainers(MLContext context, ulong seed) => (_context, _seed) = (context, seed);

    /// <summary>Create <see cref="LangevinMulticlassTrainer"/>, which trains a softmax regression in a heat bath.</summary>
    /// <param name="labelColumnName">The name of the label column, a <see cref="uint"/> key.</param>
    /// <param name="featureColumnName">The name of the feature column, a known-sized vector of <see cref="float"/>.</param>
    /// <param name="exampleWeightColumnName">The name of the example weight column, a <see cref="float"/>; null for none.</param>
    /// <param name="temperature">T ≥ 0 of the bath, nats; 0 is gradient descent, null 1/n.</param>
    /// <param name="learningRate">η &gt; 0; null chooses a stable one.</param>
    /// <param name="l2Regularization">λ ≥ 0 of (λ/2)|w|², w of standardised features; null as for
    /// <see cref="LangevinTrainerOptions.L2Regularization"/>.</param>
    /// <param name="numberOfIterations">Number of passes over the data; null for at least 100 and at least 4,000 steps.</param>
    /// <exception cref="ArgumentException">A name is empty or a number outside its range.</exception>
    /// <example>
    /// <code>
    /// var model = context.Thermo().MulticlassClassification.Langevin().Fit(data); // data: a label and Features
    /// Console.WriteLine(context.Thermo().GetTraining(model));
    /// </code>
    /// </example>
    public LangevinMulticlassTrainer Langevin(
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        double? temperature = null,
        double? learningRate = null,
        double? l2Regularization = null,
        int? numberOfIterations = null) =>
        Langevin(Options(
            labelColumnName, featureColumnName, exampleWeightColumnName, temperature, learningRate, l2Regularization, numberOfIterations, _seed));

    /// <summary>Create <see cref="LangevinMulticlassTrainer"/> with advanced options.</summary>
    /// <param name="options">Columns, bath, steps.</param>
    /// <exception cref="ArgumentException">A name is empty or a number outside its range.</exception>
    public LangevinMulticlassTrainer Langevin(LangevinTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new LangevinMulticlassTrainer(_context, options);
    }

    internal static LangevinTrainerOptions Options(
        string label, string features, string? weight, double? temperature, double? learningRate, double? l2, int? iterations, ulong seed) => new()
        {
            LabelColumnName = label,
            FeatureColumnName = features,
            ExampleWeightColumnName = weight,
            Bath = temperature is { } t ? Bath.Constant(t) : null,
            LearningRate = learningRate,
            L2Regularization = l2,
            NumberOfIterations = iterations,
            Seed = seed,
        };
}
