using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Refresh;

namespace ML.Thermo.AspNetCore.Tests;

/// <summary>Models of shipped data, trained and saved once a run.</summary>
[SetUpFixture]
public sealed class Models
{
    public const int WindowRows = 40;

    private static string s_folder = "";

    /// <summary>A regression whose features only its pipeline has.</summary>
    public static string Diabetes => Path.Combine(s_folder, "diabetes.zip");

    /// <summary>A classifier that reads a text and a number.</summary>
    public static string Cancer => Path.Combine(s_folder, "cancer.zip");

    /// <summary>A model without a monitor.</summary>
    public static string Unwatched => Path.Combine(s_folder, "unwatched.zip");

    /// <summary>Rows that neither model nor reference has seen.</summary>
    public static Patient[] Patients { get; private set; } = [];

    /// <summary>Likewise.</summary>
    public static Sample[] Samples { get; private set; } = [];

    [OneTimeSetUp]
    public static async Task Train()
    {
        s_folder = Directory.CreateTempSubdirectory("thermo-service-").FullName;
        TrainDiabetes();
        TrainCancer();
        await Report.Tests.Browser.Start();
    }

    [OneTimeTearDown]
    public static async Task Remove()
    {
        await Report.Tests.Browser.Stop();
        Directory.Delete(s_folder, recursive: true);
    }

    /// <summary>A folder of a test's own.</summary>
    public static string Folder() => Directory.CreateDirectory(Path.Combine(s_folder, Guid.NewGuid().ToString("N"))).FullName;

    private static void TrainDiabetes()
    {
        var context = new MLContext(1);
        IDataView rows = Shuffled<Patient>(context, "diabetes.csv");
        IDataView training = context.Data.TakeRows(rows, 150), heldOut = context.Data.TakeRows(context.Data.SkipRows(rows, 150), 150);
        ITransformer model = context.Transforms.Concatenate("Features", "Age", "Sex", "Bmi", "Pressure", "Serum")
            .Append(context.Transforms.NormalizeMeanVariance("Scaled", "Features", fixZero: false))
            .Append(context.Regression.Trainers.OnlineGradientDescent("Label", "Scaled", learningRate: 0.02f, numberOfIterations: 20)).Fit(training);
        context.Model.Save(model, rows.Schema, Unwatched);
        Watch(context, model, heldOut, new() { WindowRows = WindowRows, Drift = new() { Draws = 199 } }, rows.Schema, Diabetes);
        Patients = [.. context.Data.CreateEnumerable<Patient>(context.Data.SkipRows(rows, 300), reuseRowObject: false)];
    }

    private static void TrainCancer()
    {
        var context = new MLContext(1);
        IDataView rows = context.Data.FilterRowsByMissingValues(Shuffled<Sample>(context, "breast-cancer-original.csv"), "Nuclei");
        IDataView training = context.Data.TakeRows(rows, 200), heldOut = context.Data.TakeRows(context.Data.SkipRows(rows, 200), 200);
        ITransformer model = context.Transforms.Categorical.OneHotEncoding("Shape", "CellShape")
            .Append(context.Transforms.Concatenate("Features", "Shape", "Nuclei"))
            .Append(context.BinaryClassification.Trainers.LbfgsLogisticRegression()).Fit(training);
        RefreshOptions options = new() { WindowRows = WindowRows, InputColumnNames = ["CellShape", "Nuclei"], Drift = new() { Draws = 199 } };
        Watch(context, model, heldOut, options, rows.Schema, Cancer);
        Samples = [.. context.Data.CreateEnumerable<Sample>(context.Data.SkipRows(rows, 400), reuseRowObject: false)];
    }

    private static IDataView Shuffled<T>(MLContext context, string file) => context.Data.Cache(context.Data.ShuffleRows(
        context.Data.LoadFromTextFile<T>(Path.Combine(Root, "test", "data", file), separatorChar: ',', hasHeader: true), seed: 1));

    private static void Watch(MLContext context, ITransformer model, IDataView heldOut, RefreshOptions options, DataViewSchema schema, string file) =>
        context.Model.Save(model.Append(context.Thermo().Refresh(options).Fit(model.Transform(heldOut))), schema, file);

    /// <summary>The repository.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ML.Thermo.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests run inside the repository: no ML.Thermo.sln above them.");
        return folder;
    }
}

/// <summary>A row of diabetes.csv.</summary>
public sealed class Patient
{
    [LoadColumn(0)]
    public float Age { get; set; }

    [LoadColumn(1)]
    public float Sex { get; set; }

    [LoadColumn(2)]
    public float Bmi { get; set; }

    [LoadColumn(3)]
    public float Pressure { get; set; }

    [LoadColumn(4, 9)]
    [VectorType(6)]
    public float[] Serum { get; set; } = [];

    [LoadColumn(10)]
    [ColumnName("Label")]
    public float Progression { get; set; }

    public Patient With(float bmi) => new() { Age = Age, Sex = Sex, Bmi = bmi, Pressure = Pressure, Serum = Serum, Progression = Progression };
}

/// <summary>What the regression says.</summary>
public sealed class Forecast
{
    public float Score { get; set; }
}

/// <summary>A row of breast-cancer-original.csv.</summary>
public sealed class Sample
{
    [LoadColumn(2)]
    public string CellShape { get; set; } = "";

    [LoadColumn(5)]
    public float Nuclei { get; set; }

    [LoadColumn(9)]
    [ColumnName("Label")]
    public bool IsMalignant { get; set; }
}

/// <summary>What the classifier says.</summary>
public sealed class Diagnosis
{
    public bool PredictedLabel { get; set; }

    public float Probability { get; set; }

    public float Score { get; set; }
}
