using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Transitions;

/// <summary>ML.NET's own published results, with the wrapper around its trainers.</summary>
public sealed class PublishedBaselinesTests
{
    [Test]
    public void Logistic_regression_on_breast_cancer_gives_the_published_log_loss()
    {
        var context = new MLContext(1);
        IDataView data =
            context.Data.LoadFromTextFile(Path.Combine(TestContext.CurrentContext.TestDirectory, "data", "breast-cancer-original.csv"), new TextLoader.Options
            {
                Columns = [new TextLoader.Column("Features", DataKind.Single, 0, 8), new TextLoader.Column("Label", DataKind.Boolean, 9)],
                Separators = [','],
                HasHeader = true,
                MissingRealsAsNaNs = true,
            });
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(context.BinaryClassification.Trainers.LbfgsLogisticRegression(
            new LbfgsLogisticRegressionBinaryTrainer.Options
            {
                L1Regularization =
                1,
                L2Regularization = 0.1f,
                OptimizationTolerance = 1e-3f,
                NumberOfThreads = 1
            }), typeIIRows: TypeIIRows.Training).Fit(data);
        CalibratedBinaryClassificationMetrics metrics = context.BinaryClassification.Evaluate(model.Transform(data));

        // golden: ML.NET test/BaselineOutput/Common/LogisticRegression/LogisticRegression-TrainTest-breast-cancer-out.txt
        Assert.That(metrics.LogLoss, Is.EqualTo(0.111003).Within(1e-6));
        Assert.That(metrics.Entropy, Is.EqualTo(0.934003).Within(1e-6));
        Assert.That(metrics.LogLossReduction, Is.EqualTo(0.881154).Within(1e-6));
        Assert.That(metrics.AreaUnderRocCurve, Is.EqualTo(0.996136).Within(1e-6));
        Assert.That(model.Record.SkippedRows, Is.EqualTo(16));
        Assert.That(model.Record.TrainingRows, Is.EqualTo(683));
        Assert.That(model.Transition.To.Energy.Value / Math.Log(2), Is.EqualTo(0.111003).Within(1e-6), "our energy in bits");
    }
}
