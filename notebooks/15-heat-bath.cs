#:property PublishAot=false
#:project ../src/ML.Thermo/ML.Thermo.csproj
#:project ../src/ML.Thermo.Report/ML.Thermo.Report.csproj

// %% [markdown]
// # Does a model in a heat bath take the temperature of the bath?
//
// The Langevin trainers learn by gradient descent with noise, at a temperature that you set. In equilibrium the mean loss lies above its minimum by half a
// temperature a parameter in use (equipartition). Is that so on real data? Ten measurements of 442 diabetes patients. (All chains draw the same noise, so
// they err alike.)

// %%
using ML.Thermo;
using ML.Thermo.Langevin;
using ML.Thermo.Report.Figures;
using Microsoft.ML;
using Microsoft.ML.Data;

System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;

// %%
var context = new MLContext(seed: 1);
IDataView data = context.Data.LoadFromTextFile("../test/data/diabetes.csv", [
    new TextLoader.Column("Features", DataKind.Single, 0, 9),
    new TextLoader.Column("Label", DataKind.Single, 10),
], separatorChar: ',', hasHeader: true);
var scaling = context.Transforms.NormalizeMeanVariance("Features", fixZero: false);
IDataView scaled = scaling.Fit(data).Transform(data);

double[] baths = [2, 5, 10, 20, 50, 100, 200];
Equilibrium[] found = [.. baths.Select(bath =>
    context.Thermo().GetTraining(context.Thermo().Regression.Langevin(temperature: bath, numberOfIterations: 4000).Fit(scaled)).Equilibrium)];
foreach (Equilibrium at in found)
    Console.WriteLine($"bath {at.BathTemperature,4}: model {at.EquipartitionTemperature.Value,6:F1} ± {at.EquipartitionTemperature.StandardError:F1}, mean loss {at.Energy.Value:F0}, {2 * at.LearningCoefficient.Value.Value:F1} parameters in use");

// %%
new Figure("Set and found", "temperature of the bath (squared progression)", "temperature of the model") { LogarithmicAcross = true, LogarithmicUp = true }
    .Points("found, by equipartition", found.Select(at => (at.BathTemperature, at.EquipartitionTemperature.Value)))
    .Line("equal", baths.Select(bath => (bath, bath)))
    .Display();
