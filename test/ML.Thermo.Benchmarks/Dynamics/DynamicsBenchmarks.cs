using System.Globalization;
using ML.Thermo.Cli.Dynamics;
using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Tables;
using ML.Thermo.Dynamics.Audit;
using ML.Thermo.Dynamics.Learning;
using ML.Thermo.Dynamics.Pairs;
using ML.Thermo.Dynamics.Reference;

namespace ML.Thermo.Benchmarks.Dynamics;

/// <summary>The audit against parsing, the exact step against its right-hand side, the fit against its regressors.</summary>
internal static class DynamicsBenchmarks
{
    public static IEnumerable<Comparison> Comparisons()
    {
        string path = Path.Combine(Path.GetTempPath(), "thermo-audit-benchmark.csv");
        File.WriteAllLines(path, Enumerable.Range(0, 200_000).Select(k => string.Create(CultureInfo.InvariantCulture, $"{k},{Math.Cos(k):R},{Math.Sin(k):R},{1 + (1e-5 * k):R},{1e-5 * k:R}")).Prepend("t,K,V,U,S"));
        var request = new AuditRequest { Source = path, Energies = ["K", "V", "U"], Entropy = "S", Options = new AuditOptions { Noise = AuditNoise.None } };
        yield return new("thermo audit, 200,000 rows, --noise 0", "parsing the five columns", () => Audit(request), () => Parse(path), 1.3)
        { Rounds = 15, CountsCpu = true };

        PairGraph large = ViscoelasticLattice.Strip(8, 4);
        var system = new PairSystem(large, ViscoelasticLattice.Laws, ViscoelasticLattice.Options);
        PairState start = ViscoelasticLattice.Start(8, 4, 1, 0);
        double[] dq = new double[64], dp = new double[64], du = new double[32];
        yield return new("200 exact steps, 32 nodes, 73 edges", "200 right-hand sides", () => Steps(system, start, 200), () => Repeat(200, () => system.Rates(start, dq, dp, du)), 12)
        { Rounds = 31, CountsCpu = true };
        yield return new(
            "500 exact steps, 32 nodes, 73 edges, with balances", "1 s", () => RollOut.Of(system, start, 0.02, 500), () => { }, 1)
        { Rounds = 15, CountsCpu = true, Limit = TimeSpan.FromSeconds(1) };
        yield return new(
            "500 Verlet steps, 32 nodes, with balances", "500 exact steps", () => RollOut.Of(system, start, 0.02, 500, scheme: PairScheme.Verlet),
            () => RollOut.Of(system, start, 0.02, 500), 1)
        { Rounds = 15, CountsCpu = true };

        PairGraph small = ViscoelasticLattice.Strip(4, 2);
        List<PairRecord> records = [.. Enumerable.Range(0, 12).Select(i => new PairRecord(
            small, ViscoelasticLattice.Options, ViscoelasticLattice.Truth(small, ViscoelasticLattice.Start(4, 2, 1, (ulong)i), 0.02, 100, 2)))];
        var options = new FitOptions { Window = 0 };
        var basis = new PairBasis(records, options);
        double[] rows = new double[8 * 3 * basis.Count];
        yield return new("fit of 12 × 100 steps, 8 nodes, strong form, no bias", "its regressors, once", () => PairSolution.Of(PairEquations.Of(records, basis, 0, 8, null, default), basis), () => Regressors(records, basis, rows), 3)
        { Rounds = 31, CountsCpu = true };
    }

    private static void Steps(PairSystem system, PairState start, int count)
    {
        var step = new PairStep(system, start.Dimension);
        PairState state = start.Copy();
        for (int k = 0; k < count; k++)
            step.Advance(state, 0.02);
    }

    private static void Audit(AuditRequest request)
    {
        using var table = new AuditTable(request);
        table.Read(new Meter(), default);
    }

    private static void Parse(string path)
    {
        using var rows = new NumberRows(path);
        double sum = 0;
        while (rows.Read())
        {
            for (int column = 0; column < 5; column++)
                sum += rows.Number(column);
        }
    }

    private static void Regressors(List<PairRecord> records, PairBasis basis, double[] rows)
    {
        foreach (PairRecord record in records)
        {
            var system = new PairSystem(record.Graph, PairBasis.Nothing, record.Options);
            foreach (PairState state in record.Trajectory.States)
                basis.Regressors(system, state, rows);
        }
    }

    private static void Repeat(int times, Action work)
    {
        for (int i = 0; i < times; i++)
            work();
    }
}
