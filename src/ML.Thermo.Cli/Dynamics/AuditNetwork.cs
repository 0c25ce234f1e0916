using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Tables;
using ML.Thermo.Dynamics.Audit;
using ML.Thermo.Dynamics.Networks;

namespace ML.Thermo.Cli.Dynamics;

/// <summary>The audit of an ONNX model that moves a state: it is run from a state, and what it calls energy and entropy is watched.</summary>
internal static class AuditNetwork
{
    public static AuditedTrajectory Run(AuditRequest request, Meter meter, CancellationToken cancellation)
    {
        EdgeTable? edges = request.Edges is { } file ? EdgeTable.Read(file) : null;
        using NetworkIntegrator model = NetworkIntegrator.Open(request.Source, request.Form, Constants(edges));
        using var rows = new NumberRows(request.State!);
        string[] columns = [.. Enumerable.Range(0, rows.Names.Count).Select(column => rows.Names[column])];
        int[][] places = [.. model.Parts.Select(part => Places(model, part, columns, rows))];
        Formula? energy = Asked("--energy-formula", request.EnergyFormula, model.HasEnergy, "energy", columns);
        Formula? entropy = Asked("--entropy-formula", request.EntropyFormula, model.HasEntropy, "entropy", columns);
        double[][] state = Read(rows, places);
        edges?.Within(state[0].Length / places[0].Length);
        var audit = new LawAudit(request.Options);
        var curves = new LawCurves(["energy"]);
        meter.Begin("running the model");
        for (int k = 0; k <= request.Steps; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (k > 0)
                Advance(model, state, request, k);
            (double e, double s) = model.Balance(state);
            e = energy is null ? e : Sum(energy, columns, places, state);
            s = entropy is null ? s : Sum(entropy, columns, places, state);
            try
            {
                audit.Add(k * request.Step, [e], s);
            }
            catch (UnusableDataException error)
            {
                throw new UnusableDataException($"Step {k} of '{request.Source}': {error.Message}");
            }

            curves.Add(k * request.Step, audit.Residual, audit.Series, [e]);
            meter.Report((double)k / request.Steps);
        }

        return new AuditedTrajectory("", audit.Report(), curves);
    }

    private static Dictionary<string, long[]> Constants(EdgeTable? edges) => edges is null ? []
        : new() { ["i"] = [.. edges.From.Select(i => (long)i)], ["j"] = [.. edges.To.Select(j => (long)j)] };

    private static void Advance(NetworkIntegrator model, double[][] state, AuditRequest request, int k)
    {
        try
        {
            model.Advance(state, request.Step);
        }
        catch (UnusableDataException error)
        {
            string remedy = request.Form == IntegratorForm.Rates ? " A shorter --step may help." : "";
            throw new UnusableDataException($"Step {k} of '{request.Source}': {error.Message}{remedy}");
        }
    }

    /// <summary>The columns of a part: all of them for a model with one part; else those named as the part is, with a number behind.</summary>
    private static int[] Places(NetworkIntegrator model, string part, string[] columns, NumberRows rows)
    {
        if (model.Parts.Count == 1)
            return [.. Enumerable.Range(0, columns.Length)];
        int width = Math.Max(1, model.Width(part)), exact = Array.IndexOf(columns, part);
        return width == 1 && exact >= 0 ? [exact] : [.. Enumerable.Range(1, width).Select(axis => rows.Find($"{part}{axis}"))];
    }

    private static Formula? Asked(string option, string? text, bool hasOutput, string output, string[] columns)
    {
        if (text is null && !hasOutput)
            throw new UsageException($"The model has no output named {output}: give {option} over the columns of --state.");
        return text is null ? null : new Formula(option, text, columns);
    }

    private static double[][] Read(NumberRows rows, int[][] places)
    {
        List<double>[] parts = [.. places.Select(_ => new List<double>())];
        while (rows.Read())
        {
            for (int part = 0; part < parts.Length; part++)
                parts[part].AddRange(places[part].Select(rows.Number));
        }

        return parts[0].Count > 0 ? [.. parts.Select(part => part.ToArray())]
            : throw new UnusableDataException("The file of --state has no rows: expected one a node, or one.");
    }

    /// <summary>A formula, summed over the rows of the state.</summary>
    private static double Sum(Formula formula, string[] columns, int[][] places, double[][] state)
    {
        double[] values = new double[formula.Variables.Count];
        int rows = state[0].Length / places[0].Length;
        double sum = 0;
        for (int row = 0; row < rows; row++)
        {
            for (int v = 0; v < values.Length; v++)
            {
                int column = Array.IndexOf(columns, formula.Variables[v]), part = Array.FindIndex(places, place => place.Contains(column));
                if (part < 0)
                    throw new UsageException($"A formula names '{formula.Variables[v]}', which is no part of the model's state.");
                values[v] = state[part][(row * places[part].Length) + Array.IndexOf(places[part], column)];
            }

            sum += formula.Value(values);
        }

        return sum;
    }
}
