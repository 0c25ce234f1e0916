#:property PublishAot=false
#:project ../src/ML.Thermo.Core/ML.Thermo.Core.csproj
#:project ../src/ML.Thermo.Report/ML.Thermo.Report.csproj

// %% [markdown]
// # What would twice as many rows bring?
//
// Rows cost money. From the rows that you have, a forecast says what the loss would be with twice as many, and which part of it no number of rows can take
// away. Here the truth is known: does the forecast hold?

// %%
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Forecasts;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Report.Figures;

System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;

// %%
const int Columns = 10;
double[] truth = [.. Enumerable.Range(0, Columns).Select(k => 1.0 / (k + 1))];
LinearSystem Draw(int rows, ulong stream)
{
    var random = new RandomStream(1, stream);
    double[] x = new double[rows * Columns], y = new double[rows];
    for (int i = 0; i < rows; i++)
    {
        y[i] = random.NextNormal();
        for (int k = 0; k < Columns; k++)
            y[i] += truth[k] * (x[(i * Columns) + k] = random.NextNormal());
    }

    return new LinearSystem(new LabelledData(x, y), Energy.MeanSquared, ParameterLaw.Same(InitializationLaw.Normal(0, 1), Columns));
}

// Loss on rows to come, exactly: the noise, 1, and the squared error of the parameters.
double Realised(LinearSystem system) => 1 + system.GroundState.Parameters.Zip(truth, (w, t) => (w - t) * (w - t)).Sum();

// %%
var points = new List<(int Rows, MoreDataForecast Forecast, double Now, double Twice)>();
for (int rows = 40, i = 0; rows <= 640; rows *= 2, i++)
{
    MoreDataForecast forecast = LinearForecast.Of(Draw(rows, (ulong)i))!;
    double Mean(int n) => Enumerable.Range(0, 200).Average(repeat => Realised(Draw(n, (ulong)(1000 + (1000 * i) + repeat))));
    points.Add((rows, forecast, Mean(rows), Mean(2 * rows)));
    Console.WriteLine($"{rows,4} rows: doubling gains {forecast.GainOfDoubling}, in truth {points[^1].Now - points[^1].Twice:F4}; floor {forecast.Floor}, in truth 1");
}

new Figure("What doubling brings", "rows", "loss taken away") { LogarithmicAcross = true, LogarithmicUp = true }
    .Points("forecast from one sample", points.Select(point => ((double)point.Rows, point.Forecast.GainOfDoubling.Value)))
    .Line("mean of two hundred trials", points.Select(point => ((double)point.Rows, point.Now - point.Twice)))
    .Display();
