using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using ML.Thermo.Langevin;
using ML.Thermo.Tempering;
using CalibratedBinary = Microsoft.ML.Calibrators.CalibratedModelParametersBase<
    Microsoft.ML.Trainers.LinearBinaryModelParameters, Microsoft.ML.Calibrators.PlattCalibrator>;

namespace ML.Thermo;

/// <summary>Adds models that refresh themselves to the trainers: <c>mlContext.Thermo().Regression.Tempered(…)</c>.</summary>
public static class TemperedCatalog
{
    /// <summary>Create <see cref="TemperedTrainer{TTransformer}"/>: a linear regression that learns from every window of labelled rows and forgets
    /// as fast as the windows ask for.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">The name of the label column, a <see cref="float"/>.</param>
    /// <param name="featureColumnName">The name of the feature column, a known-sized vector of <see cref="float"/>.</param>
    /// <param name="options">Ladder, discount, temperature and ridge; null for the defaults.</param>
    /// <exception cref="ArgumentException">A name is empty, or an option outside its range.</exception>
    /// <example>
    /// <code>
    /// var model = context.Thermo().Regression.Tempered().Fit(reference); // reference: Label and Features
    /// TemperedWindow cost = model.Update(window);                        // judged, then learnt from
    /// IDataView scored = model.Transform(tomorrow);
    /// </code>
    /// </example>
    public static TemperedTrainer<RegressionPredictionTransformer<LinearRegressionModelParameters>> Tempered(
        this RegressionTrainers catalog, string labelColumnName = "Label", string featureColumnName = "Features", TemperedOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(TemperedTasks.Regression(labelColumnName, featureColumnName), options ?? new());
    }

    /// <summary>Create <see cref="TemperedTrainer{TTransformer}"/>: a logistic regression that learns from every window of labelled rows and forgets
    /// as fast as the windows ask for.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">The name of the label column, a <see cref="bool"/>.</param>
    /// <param name="featureColumnName">The name of the feature column, a known-sized vector of <see cref="float"/>.</param>
    /// <param name="options">Ladder, discount, temperature and ridge; null for the defaults.</param>
    /// <exception cref="ArgumentException">A name is empty, or an option outside its range.</exception>
    /// <example>
    /// <code>
    /// var model = context.Thermo().BinaryClassification.Tempered().Fit(reference);
    /// model.Update(window);
    /// Console.WriteLine(model.EffectiveRows);
    /// </code>
    /// </example>
    public static TemperedTrainer<BinaryPredictionTransformer<CalibratedBinary>> Tempered(
        this BinaryClassificationTrainers catalog, string labelColumnName = "Label", string featureColumnName = "Features", TemperedOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(TemperedTasks.Binary(labelColumnName, featureColumnName), options ?? new());
    }

    /// <summary>Create <see cref="TemperedTrainer{TTransformer}"/>: a softmax regression of several classes that learns from every window of labelled
    /// rows and forgets as fast as the windows ask for.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">The name of the label column, a <see cref="uint"/> key. A class that the first rows lack may come later.</param>
    /// <param name="featureColumnName">The name of the feature column, a known-sized vector of <see cref="float"/>; classes × (features + 1) at most
    /// 2,000.</param>
    /// <param name="options">Ladder, discount, temperature and ridge; null for the defaults.</param>
    /// <exception cref="ArgumentException">A name is empty, or an option outside its range.</exception>
    /// <example>
    /// <code>
    /// var model = context.Thermo().MulticlassClassification.Tempered().Fit(reference);
    /// model.Update(window);
    /// Console.WriteLine(model.EffectiveRows);
    /// </code>
    /// </example>
    public static TemperedTrainer<MulticlassPredictionTransformer<MaximumEntropyModelParameters>> Tempered(
        this MulticlassClassificationTrainers catalog, string labelColumnName = "Label", string featureColumnName = "Features", TemperedOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(TemperedTasks.Multiclass(labelColumnName, featureColumnName), options ?? new());
    }
}
