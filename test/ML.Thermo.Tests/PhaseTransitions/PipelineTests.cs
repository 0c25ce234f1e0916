using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.PhaseTransitions;

namespace ML.Thermo.Tests.PhaseTransitions;

public sealed class PipelineTests
{
    [Test]
    public void A_regression_gets_its_columns_and_its_transition()
    {
        var context = new MLContext(1);
        IDataView data = RealData.Diabetes(context);
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(context.Regression.Trainers.Sdca()).Fit(data);
        IDataView scored = model.Transform(data);
        foreach (var c in scored.Schema) Console.WriteLine(c.Name + " " + c.Type + " " + c.IsHidden);
        foreach (var r in scored.Preview(5).RowView) Console.WriteLine(string.Join(" ", r.Values.TakeLast(5).Select(v => v.Key + "=" + v.Value)));
        Console.WriteLine(string.Join("\n", model.Record.ToEntries().Pairs));
        context.Model.Save(model, data.Schema, "m.zip");
        ITransformer loaded = new MLContext().Model.Load("m.zip", out _);
        foreach (var r in loaded.Transform(data).Preview(5).RowView) Console.WriteLine(string.Join(" ", r.Values.TakeLast(5).Select(v => v.Key + "=" + v.Value)));
        Console.WriteLine(new MLContext().Thermo().GetTransition(loaded).Temperature);
        Console.WriteLine(new MLContext().Thermo().GetTransition(scored.Schema).Temperature);
    }

    [Test]
    public void Bin()
    {
        var context = new MLContext(1);
        IDataView data = RealData.BreastCancer(context);
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(context.BinaryClassification.Trainers.LbfgsLogisticRegression()).Fit(data);
        IDataView scored = model.Transform(data);
        foreach (var r in scored.Preview(5).RowView) Console.WriteLine(string.Join(" ", r.Values.TakeLast(5).Select(v => v.Key + "=" + v.Value)));
        Console.WriteLine(string.Join("\n", model.Record.ToEntries().Pairs));
    }

    [Test]
    public void Multi()
    {
        var context = new MLContext(1);
        IDataView data = RealData.Iris(context);
        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(context.MulticlassClassification.Trainers.SdcaMaximumEntropy()).Fit(data);
        IDataView scored = model.Transform(data);
        foreach (var r in scored.Preview(5).RowView) Console.WriteLine(string.Join(" ", r.Values.TakeLast(5).Select(v => v.Key + "=" + v.Value)));
        Console.WriteLine(string.Join("\n", model.Record.ToEntries().Pairs));
    }
}
