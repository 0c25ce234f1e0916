using System.Numerics.Tensors;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Squared;

namespace ML.Thermo.Benchmarks;

/// <summary>The closed forms of the squared error against forming their matrix elsewhere, and its draws against the data.</summary>
internal static class SquaredBenchmarks
{
    private const int Columns = 50;
    private const int TimedDraws = 50;
    private const int Draws = 100_000;

    public static IEnumerable<Comparison> Comparisons()
    {
        yield return ClosedForm(rows: 1_000_000);
        yield return Ensemble(rows: 100_000);
    }

    /// <summary>One pass over the data, then moments, ground state and energy floor.</summary>
    private static Comparison ClosedForm(int rows)
    {
        LabelledData data = Generate(rows);
        ParameterLaw law = ParameterLaw.Same(InitializationLaw.Normal(0, 1), Columns);
        Control.UseManaged();
        Matrix<double> matrix = Matrix<double>.Build.DenseOfRowMajor(rows, Columns, data.Features.ToArray());
        double kept = 0;
        return new Comparison(
            $"closed-form MSE transition, {rows:N0} x {Columns}",
            "XᵀX by MathNet, managed",
            () =>
            {
                var moments = SecondMoments.Of(data);
                GroundState ground = LeastSquares.Solve(data, moments);
                EnergyMoments energy = new SquaredEnsemble(moments, law).Moments;
                kept += energy.Mean.Value - ground.Energy;
            },
            () => kept += matrix.TransposeThisAndMultiply(matrix)[0, 0],
            Bar: 1.0 / 8);
    }

    /// <summary>The same energies, from the quadratic form and from all rows.</summary>
    private static Comparison Ensemble(int rows)
    {
        LabelledData data = Generate(rows);
        ParameterLaw law = ParameterLaw.Same(InitializationLaw.Normal(0, 1), Columns);
        var ensemble = new SquaredEnsemble(SecondMoments.Of(data), law);
        double[] energies = new double[Draws], byRows = new double[TimedDraws];
        return new Comparison(
            $"{Draws:N0} draws of MSE, {rows:N0} x {Columns}",
            "the loss over all rows, each draw, all cores",
            () => ensemble.Draw(1, 0, energies),
            () => Parallel.For(0, TimedDraws, i => byRows[i] = Loss(data, law, i)),
            Bar: 1.0 / 100)
        {
            BaselineScale = (double)Draws / TimedDraws,
        };
    }

    private static double Loss(LabelledData data, ParameterLaw law, int draw)
    {
        double[] w = new double[law.Count];
        law.Draw(new RandomStream(1, (ulong)draw), w);
        ReadOnlySpan<double> targets = data.Targets.Span;
        double sum = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            double residual = targets[i] - TensorPrimitives.Dot(data.Row(i), w);
            sum += residual * residual;
        }

        return sum / targets.Length;
    }

    private static LabelledData Generate(int rows)
    {
        var random = new RandomStream(7, 0);
        double[] features = new double[rows * Columns], targets = new double[rows];
        random.FillNormal(features);
        random.FillNormal(targets);
        for (int i = 0; i < rows; i++)
            targets[i] += TensorPrimitives.Sum<double>(features.AsSpan(i * Columns, 10));
        return new LabelledData(features, targets);
    }
}
