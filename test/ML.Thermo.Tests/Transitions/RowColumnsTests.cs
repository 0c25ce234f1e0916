using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Schemas;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Transitions;

public sealed class RowColumnsTests
{
    private const int Draws = 20_000;

    [Test]
    public void Squared_error_of_a_linear_model_has_closed_form_columns()
    {
        // z ~ N(0, |x|²); self-energy: t = the prediction. E_I = |x|² + t², V_I = 2|x|⁴ + 4|x|²t², E_II = 0.
        var context = new MLContext(1);
        IDataView data = RealData.Diabetes(context);
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(context.Regression.Trainers.Sdca()).Fit(data);
        (float[][] features, _, _) = RealData.Standardized("diabetes.csv");
        Row[] rows = [.. Read<Row>(context, model.Transform(data))];
        Assert.That(rows, Has.Length.EqualTo(442));
        for (int i = 0; i < rows.Length; i++)
        {
            double square = features[i].Sum(x => (double)x * x), t = rows[i].Score;
            double energy = square + (t * t), entropy = 0.5 * Math.Log(1 + (((2 * square * square) + (4 * square * t * t)) / model.Record.PointVariance));
            Assert.That(rows[i].Energy, Is.EqualTo(energy).Within(1e-5 * energy));
            Assert.That(rows[i].Entropy, Is.EqualTo(entropy).Within(1e-5 * entropy));
            Assert.That(rows[i].Temperature, Is.EqualTo(energy / entropy).Within(1e-5 * energy / entropy));
        }
    }

    [Test]
    public void Columns_agree_with_draws_of_the_parameters(
        [Values("mse", "mae", "ce")] string energyName, [Values("normal:0.1,0.4", "uniform:-1,1")] string law, [Values] RowTarget target)
    {
        var context = new MLContext(1);
        bool isBinary = energyName == "ce";
        Energy energy = Energy.Parse(energyName);
        IDataView data = isBinary ? RealData.BreastCancer(context) : RealData.Diabetes(context);
        IEstimator<ITransformer> trainer = isBinary
            ? context.BinaryClassification.Trainers.LbfgsLogisticRegression()
            : context.Regression.Trainers.OnlineGradientDescent(learningRate: 0.01f);
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(trainer, new PhaseTransitionOptions
        {
            Energy = energy,
            InitialState = InitialState.ParameterLaw(law, "normal:0.5,0.2"),
            RowTarget = target,
        }).Fit(data);
        (float[][] features, double[] targets, _) = RealData.Standardized(isBinary ? "breast-cancer.csv" : "diabetes.csv");
        Row[] rows = [.. Read<Row>(context, model.Transform(data)).Take(3)];
        InitializationLaw weight = InitializationScheme.Parse(law).For(1), bias = InitializationLaw.Normal(0.5, 0.2);
        for (int i = 0; i < rows.Length; i++)
        {
            double z = rows[i].Score, t = target == RowTarget.Label ? targets[i] : isBinary ? 1 / (1 + Math.Exp(-z)) : z;
            double sum = 0, squares = 0, fourths = 0, centre = rows[i].Energy + energy.Loss(z, t);
            for (int k = 0; k < Draws; k++)
            {
                var random = new RandomStream(11, (ulong)((i * Draws) + k));
                double output = bias.Draw(random) + features[i].Sum(x => x * weight.Draw(random)), d = energy.Loss(output, t) - centre;
                (sum, squares, fourths) = (sum + d, squares + (d * d), fourths + (d * d * d * d));
            }

            double variance = (squares / Draws) - Math.Pow(sum / Draws, 2);
            double error = Math.Sqrt(((fourths / Draws) - (variance * variance)) / Draws);
            double closure =
                law.StartsWith("uniform", StringComparison.Ordinal) && energyName != "mse" ? 0.01 : 2e-5; // the normal closure's, and single precision's
            Assert.That(sum / Draws, Is.Zero.Within((4 * Math.Sqrt(variance / Draws)) + (closure * centre)), $"energy of row {i}");
            double implied = model.Record.PointVariance * (Math.Exp(2 * rows[i].Entropy) - 1);
            Assert.That(implied, Is.EqualTo(variance).Within((4 * error) + (closure * variance)), $"variance of row {i}");
        }
    }

    [Test]
    public void Softmax_columns_agree_with_draws_of_the_parameters([Values] RowTarget target)
    {
        var context = new MLContext(1);
        IDataView data = RealData.Iris(context);
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(
            context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(), new PhaseTransitionOptions { RowTarget = target }).Fit(data);
        (float[][] features, double[] targets, _) = RealData.Standardized("iris.csv");
        Scores[] rows = [.. Read<Scores>(context, model.Transform(data))];
        foreach (int i in new[] { 0, 75, 149 })
        {
            double[] p = [.. rows[i].Score.Select(score => (double)score)];
            double[] t = [.. p.Select((q, k) => target != RowTarget.Label ? q : k == targets[i] ? 1 : 0)];
            double trained = -t.Zip(p, (tk, pk) => tk * Math.Log(pk)).Sum(), sum = 0, squares = 0;
            for (int k = 0; k < Draws; k++)
            {
                var random = new RandomStream(5, (ulong)k);
                double[] z = [.. p.Select(_ => features[i].Sum(x => x * random.NextNormal()))];
                double loss = Math.Log(z.Sum(Math.Exp)) - t.Zip(z, (a, b) => a * b).Sum();
                (sum, squares) = (sum + loss, squares + (loss * loss));
            }

            double mean = sum / Draws, variance = (squares / Draws) - (mean * mean);
            Assert.That(rows[i].Energy, Is.EqualTo(mean - trained).Within(4 * Math.Sqrt(variance / Draws)));
            double implied = model.Record.PointVariance * (Math.Exp(2 * rows[i].Entropy) - 1);
            Assert.That(implied, Is.EqualTo(variance).Within(0.08 * variance)); // 4 standard errors of a variance with kurtosis up to 9
        }
    }

    [Test]
    public void Rows_far_from_the_data_are_hot()
    {
        var context = new MLContext(1);
        IDataView data = RealData.Diabetes(context);
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(context.Regression.Trainers.Sdca()).Fit(data);
        RealData.Number Far(float factor) => new() { Features = [.. RealData.Standardized("diabetes.csv").Features[0].Select(x => factor * x)] };
        Row[] rows = [.. Read<Row>(context, model.Transform(RealData.View(context, [Far(10), Far(100), Far(1000)], 10)))];
        Assert.That(rows.Select(row => row.Temperature), Is.Ordered.Ascending);
    }

    [Test]
    public void A_label_that_is_missing_leaves_the_prediction_as_target()
    {
        var context = new MLContext(1);
        IDataView data = RealData.Diabetes(context);
        IEstimator<ITransformer> trainer = context.Regression.Trainers.OnlineGradientDescent();
        PhaseTransitionTransformer byLabel = context.Thermo().PhaseTransition(trainer, new PhaseTransitionOptions { RowTarget = RowTarget.Label }).Fit(data);
        PhaseTransitionTransformer itself = context.Thermo().PhaseTransition(context.Regression.Trainers.OnlineGradientDescent()).Fit(data);
        RealData.Number[] unlabelled = [.. RealData.Standardized("diabetes.csv").Features.Select(x => new RealData.Number { Features = x, Label = float.NaN })];
        IDataView rows = RealData.View(context, unlabelled, 10);
        Assert.That(Read<Row>(context, byLabel.Transform(rows)), Is.EqualTo(Read<Row>(context, itself.Transform(rows))));
        Assert.That(Read<Row>(context, byLabel.Transform(data)), Is.Not.EqualTo(Read<Row>(context, itself.Transform(data))));
    }

    [Test]
    public void A_missing_feature_leaves_the_columns_missing()
    {
        var context = new MLContext(1);
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(context.Regression.Trainers.OnlineGradientDescent())
            .Fit(RealData.Diabetes(context));
        float[] x = RealData.Standardized("diabetes.csv").Features[0];
        x[3] = float.NaN;
        Row row = Read<Row>(context, model.Transform(RealData.View(context, [new RealData.Number { Features = x }], 10))).Single();
        Assert.That(new[] { row.Energy, row.Entropy, row.Temperature }, Is.All.NaN);
    }

    [Test]
    public void A_pooled_state_gives_the_moments_of_its_rows([Values("mse", "mae")] string energyName)
    {
        var context = new MLContext(1);
        IDataView data = RealData.Diabetes(context);
        Energy energy = Energy.Parse(energyName);
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(
            context.Regression.Trainers.OnlineGradientDescent(), initialState: InitialState.LabelMarginal, energy: energy,
            typeIIRows: TypeIIRows.Training).Fit(data);
        double[] labels = RealData.Standardized("diabetes.csv").Targets;
        foreach (Row row in Read<Row>(context, model.Transform(data)).Take(20))
        {
            double[] losses = [.. labels.Select(label => energy.Loss(label, row.Score))];
            double mean = losses.Average(), variance = losses.Average(loss => Math.Pow(loss - mean, 2));
            Assert.That(row.Energy, Is.EqualTo(mean).Within(1e-5 * mean));
            Assert.That(row.Entropy, Is.EqualTo(0.5 * Math.Log(1 + (variance / model.Record.PointVariance))).Within(1e-5));
        }
    }

    private static IEnumerable<T> Read<T>(MLContext context, IDataView data)
        where T : class, new() => context.Data.CreateEnumerable<T>(data, reuseRowObject: false);

    private sealed record Row
    {
        public float Score { get; set; }

        public float Energy { get; set; }

        public float Entropy { get; set; }

        public float Temperature { get; set; }
    }

    private sealed record Scores
    {
        public float[] Score { get; set; } = [];

        public float Energy { get; set; }

        public float Entropy { get; set; }
    }
}
