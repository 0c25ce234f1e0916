using Microsoft.ML;
using ML.Thermo;
using ML.Thermo.Refresh;

namespace Service;

/// <summary>The model, and the state in which it was accepted, in one file.</summary>
internal static class Training
{
    /// <summary>Rows that training and reference take; the others are for whoever drives the service.</summary>
    public const int Rows = 300;

    /// <summary>Makes the file, unless it is there.</summary>
    public static void MakeModel(string data, string file)
    {
        if (File.Exists(file))
            return;
        var context = new MLContext(seed: 1);
        IDataView rows = Load(context, data);
        IDataView training = context.Data.TakeRows(rows, 150), heldOut = context.Data.TakeRows(context.Data.SkipRows(rows, 150), Rows - 150);
        var model = context.Transforms.NormalizeMeanVariance("Scaled", "Features", fixZero: false)
            .Append(context.Regression.Trainers.OnlineGradientDescent(featureColumnName: "Scaled", learningRate: 0.02f, numberOfIterations: 20)).Fit(training);
        RefreshTransformer refresh = context.Thermo().Refresh(new RefreshOptions { WindowRows = 35 }).Fit(model.Transform(heldOut));
        context.Model.Save(model.Append(refresh), rows.Schema, file);
    }

    /// <summary>The data in a random order.</summary>
    public static IDataView Load(MLContext context, string data) => context.Data.Cache(context.Data.ShuffleRows(
        context.Data.LoadFromTextFile<Patient>(data, separatorChar: ',', hasHeader: true), seed: 1));
}
