#:property PublishAot=false
#:project ../src/ML.Thermo/ML.Thermo.csproj
#:project ../src/ML.Thermo.Report/ML.Thermo.Report.csproj

// %% [markdown]
// # Why was this tumour called malignant?
//
// A classifier reads thirty measurements of a tumour. For one of them: which of the thirty decided, and how many does an honest explanation need?
//
// An explanation is a straight stand-in for the model around one row. It has an energy, its unfaithfulness U, and an entropy, how evenly the effects are spread.
// A price on entropy decides how many features are named.

// %%
using System.IO;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo;
using ML.Thermo.Explanations;
using ML.Thermo.Report.Figures;

System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;

// %%
var context = new MLContext(seed: 1);
string csv = "../test/data/breast-cancer.csv";
string[] names = File.ReadLines(csv).First().Split(',')[..30];
IDataView data = context.Data.LoadFromTextFile(csv, [
    .. names.Select((name, i) => new TextLoader.Column(name, DataKind.Single, i)), new TextLoader.Column("Label", DataKind.Boolean, 30),
], separatorChar: ',', hasHeader: true);
var model = context.Transforms.Concatenate("Features", names)
    .Append(context.Transforms.NormalizeMeanVariance("Features", fixZero: false))
    .Append(context.BinaryClassification.Trainers.LbfgsLogisticRegression()).Fit(data);

// %% [markdown]
// ## One row
//
// The label of this data set is true for a benign tumour. The effect of a measurement is how much the log-odds move when it grows by one standard deviation.

// %%
Explanation why = context.Thermo().Explain(model, data, new() { LogOdds = true }).Explain(data, index: 5);
Console.WriteLine($"log-odds of a benign tumour {why.Value:F2}; {why.Chosen} of {why.Terms.Count} features, U = {why.Unfaithfulness:F3}, S = {why.Entropy:F3}, effective features {why.EffectiveFeatures:F1}");
foreach (Term term in why.ChosenTerms.Take(5))
    Console.WriteLine($"{term.Name,-26}{term.Effect.Value,8:F2}  share {term.Share:P0}");

// %%
new Figure("What a feature more buys", "features in the explanation", "unfaithfulness U") { LogarithmicUp = true }
    .Line("best explanation of that size", why.Models.Select((m, k) => (k + 1.0, m.Unfaithfulness)).Where(p => p.Item2 > 1e-9))
    .Vertical("chosen", why.Chosen)
    .Display();

// %% [markdown]
// Where all effects are alike, few features cannot tell the story, and the explanation says so by taking many of them. Effects say how the *model* moves, not what causes what in the world.
