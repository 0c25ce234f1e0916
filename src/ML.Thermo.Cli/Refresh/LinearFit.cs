using System.Numerics.Tensors;
using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Tables;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Squared;

namespace ML.Thermo.Cli.Refresh;

/// <summary>A least-squares fit with intercept on seven tenths of the reference; the others, which it did not see, give the reference's losses.</summary>
internal sealed class LinearFit
{
    private const double HeldOut = 0.3;
    private readonly ulong _seed;
    private readonly int[] _columns;
    private readonly double[] _row;

    private LinearFit(RefreshSchema schema, ulong seed)
    {
        _seed = seed;
        _columns = [.. Enumerable.Range(0, schema.Watched.Count).Where(j => schema.Watched[j].Codes is null)];
        Names = [.. _columns.Select(j => schema.Watched[j].Name), "intercept"];
        _row = new double[Names.Count];
        _row[^1] = 1;
        Parameters = new double[Names.Count];
    }

    /// <summary>Features, and last the intercept.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>In the order of the names.</summary>
    public double[] Parameters { get; }

    /// <summary>What must be known about the fit.</summary>
    public Status Status { get; private set; }

    /// <summary>Moments over the rows held out.</summary>
    public MomentAccumulator? Reference { get; private set; }

    /// <summary>Fits in one pass over the reference.</summary>
    public static LinearFit Of(RefreshRequest request, ulong seed, Meter meter, CancellationToken cancellation)
    {
        meter.Begin("fitting");
        TableFile.RefusePipe(request.Reference);
        using var rows = new RefreshRows(request, request.Reference, null);
        var fit = new LinearFit(rows.Schema, seed);
        if (fit._columns.Length == 0)
            throw new UnusableDataException($"'{request.Reference}' has no numeric feature to fit a linear model on: give the model's own output with " +
                "--prediction.");
        var moments = new MomentAccumulator(fit.Names.Count);
        for (long i = 0; rows.Read(meter, cancellation); i++)
        {
            if (!fit.IsHeldOut(i) && !double.IsNaN(rows.Label))
                fit.Add(moments, rows);
        }

        if (moments.Count <= fit.Names.Count)
            throw new UnusableDataException($"'{request.Reference}' has {moments.Count} labelled rows to fit {fit.Names.Count} parameters on: more are " +
                "needed, or the model's own output with --prediction.");
        GroundState ground = LeastSquares.Solve(moments.ToMoments());
        ground.Parameters.ToArray().CopyTo(fit.Parameters, 0);
        fit.Status = ground.Status;
        fit.Reference = new MomentAccumulator(fit.Names.Count);
        return fit;
    }

    /// <summary>The row is not fitted on.</summary>
    public bool IsHeldOut(long row) => new RandomStream(_seed, (ulong)row).NextDouble() < HeldOut;

    /// <summary>An empty sum of moments.</summary>
    public MomentAccumulator NewMoments() => new(Names.Count);

    /// <summary>The squared error of a row, which is added to the moments; NaN where the label is not known.</summary>
    public double Loss(MomentAccumulator moments, RefreshRows rows)
    {
        if (double.IsNaN(rows.Label))
            return double.NaN;
        Add(moments, rows);
        double residual = rows.Label - TensorPrimitives.Dot<double>(_row, Parameters);
        return residual * residual;
    }

    private void Add(MomentAccumulator moments, RefreshRows rows)
    {
        for (int k = 0; k < _columns.Length; k++)
        {
            double value = rows.Inputs[_columns[k]];
            _row[k] = double.IsFinite(value)
                ? value
                : throw new UnusableDataException($"{rows.PlaceName} has no finite number in '{Names[k]}': a linear fit needs one; mend the cell, leave " +
                    "the column out with --without, or give the model's own output with --prediction.");
        }

        moments.Add(_row, [rows.Label]);
    }
}
