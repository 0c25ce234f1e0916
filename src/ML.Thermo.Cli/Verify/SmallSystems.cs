using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;

namespace ML.Thermo.Cli.Verify;

/// <summary>The four small data sets whose numbers were computed independently of this library.</summary>
internal static class SmallSystems
{
    private static readonly double[] s_x2 = [1, 0, 0, 1, 1, 1, -1, 1, 2, 1, 1, -1];

    /// <summary>Five rows of one feature.</summary>
    public static LabelledData D1 { get; } = new(new[] { -2, -1, 0.5, 1, 2.5 }, new[] { -3, -1, 1, 1.5, 4 });

    /// <summary>Six rows of two features.</summary>
    public static LabelledData D2 { get; } = new(s_x2, new[] { 1, 2, 2.5, 1.5, 3.5, -1 });

    /// <summary>The features of D2 with two classes.</summary>
    public static LabelledData D3 { get; } = new(s_x2, new[] { 1.0, 1, 0, 1, 1, 0 });

    /// <summary>Five rows of one feature with two classes.</summary>
    public static LabelledData D4 { get; } = new(new[] { -2, -1, 0.5, 1, 2 }, new[] { 0.0, 1, 0, 1, 1 });

    public static LabelledData Named(string name) => name switch
    {
        "D1" => D1,
        "D2" => D2,
        "D3" => D3,
        _ => D4,
    };

    /// <summary>A linear model on one of the sets.</summary>
    /// <param name="data">D1 … D4.</param>
    /// <param name="energy">Name of the loss.</param>
    /// <param name="laws">LAW of each parameter, or one for all.</param>
    public static LinearSystem Model(string data, string energy, params IReadOnlyList<string> laws)
    {
        LabelledData table = Named(data);
        InitializationLaw[] entries = [.. laws.Select(law => InitializationScheme.Parse(law).For(table.Columns))];
        return new LinearSystem(table, Energy.Parse(energy), entries.Length == 1 ? ParameterLaw.Same(entries[0], table.Columns) : new ParameterLaw(entries));
    }
}
