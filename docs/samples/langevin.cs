#:property PublishAot=false
#:project ../../src/ML.Thermo/ML.Thermo.csproj

// Training in a heat bath: what does a regression know, how hot is it, and how many parameters does it really use?
using System.Globalization;
using ML.Thermo;
using ML.Thermo.Langevin;
using Microsoft.ML;
using Microsoft.ML.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var context = new MLContext(seed: 1);
IDataView data = context.Data.LoadFromTextFile(args.Length > 0 ? args[0] : "test/data/diabetes.csv", [
    new TextLoader.Column("Features", DataKind.Single, 0, 9),
    new TextLoader.Column("Label", DataKind.Single, 10),
], separatorChar: ',', hasHeader: true);

var trainer = context.Thermo().Regression.Langevin(new LangevinRegressionOptions
{
    Bath = Bath.Annealed(1000, 50), // from hot to 50 units of squared error
    NumberOfIterations = 4000,
    Observer = epoch =>
    {
        if (epoch.Epoch is 1 or 10 or 100 or 1000 or 4000)
            Console.WriteLine($"{epoch.Epoch,6}{epoch.Energy,10:F0}{epoch.Entropy,9:F2}{epoch.Temperature,13:F0}{epoch.BathTemperature,8:F0}");
    },
});
Console.WriteLine($"{"epoch",6}{"energy",10}{"entropy",9}{"temperature",13}{"bath",8}");
var pipeline = context.Transforms.NormalizeMeanVariance("Features", fixZero: false).Append(trainer);
var model = pipeline.Fit(data);

Equilibrium at = context.Thermo().GetTraining(model).Equilibrium;
Console.WriteLine($"energy                      {at.Energy}, ground energy {at.GroundEnergy:F1}");
Console.WriteLine($"temperature                 {at.BathTemperature} of the bath, {at.EquipartitionTemperature} by equipartition, {at.ConfigurationalTemperature} by geometry");
Console.WriteLine($"heat capacity               {at.HeatCapacity}");
Console.WriteLine($"learning coefficient        {at.LearningCoefficient.Value} (11 parameters: 5.5 if every one counts)");
Console.WriteLine($"in equilibrium              {at.IsReached}");
Console.WriteLine($"The mean of the chain explains {context.Regression.Evaluate(model.Transform(data)).RSquared:P0} of the variance.");
