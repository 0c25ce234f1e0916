using ML.Thermo.Initialization;

namespace ML.Thermo.Cli.Transitions;

/// <summary>The initialisation as it was asked for: one law for all parameters, exceptions by column, and the intercept's.</summary>
/// <param name="Common">LAW of every parameter that is no exception.</param>
/// <param name="Exceptions">Columns with a LAW of their own.</param>
/// <param name="InterceptLaw">LAW of the intercept, or null where the model has none.</param>
internal sealed record LawChoice(string Common, IReadOnlyList<KeyValuePair<string, string>> Exceptions, string? InterceptLaw)
{
    public const string Intercept = "intercept", Default = "normal:0,1";

    /// <summary>The model has a column of ones.</summary>
    public bool HasIntercept => InterceptLaw is not null;

    /// <summary>Puts the options together.</summary>
    /// <param name="common">As <c>--init</c>.</param>
    /// <param name="exceptions">As <c>--init-for</c>: COLUMN=LAW.</param>
    /// <param name="intercept">As <c>--intercept</c>: LAW, <c>none</c>, or null where it was not given.</param>
    public static LawChoice Parse(string common, IEnumerable<string> exceptions, string? intercept)
    {
        var laws = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string exception in exceptions)
        {
            int equals = exception.LastIndexOf('=');
            if (equals <= 0 || equals == exception.Length - 1)
                throw new ThermoException($"--init-for '{exception}' is not COLUMN=LAW: expected, say, x1=normal:0,0.5.");
            if (!laws.TryAdd(exception[..equals], exception[(equals + 1)..]))
                throw new ThermoException($"--init-for gives '{exception[..equals]}' two laws: give it one.");
        }

        if (string.Equals(intercept, "none", StringComparison.OrdinalIgnoreCase))
        {
            return laws.ContainsKey(Intercept)
                ? throw new ThermoException("--init-for intercept gives a law to an intercept that --intercept none leaves out: drop one of them.")
                : new LawChoice(common, [.. laws], null);
        }

        bool exceptional = laws.Remove(Intercept, out string? own);
        if (exceptional && intercept is not null && intercept != own)
            throw new ThermoException($"The intercept has two laws, --intercept {intercept} and --init-for intercept={own}: give it one.");
        var choice = new LawChoice(common, [.. laws], own ?? intercept);
        _ = choice.For(["x"], checkColumns: false); // a law that is none is refused before the data are read
        return choice;
    }

    /// <summary>The law of all parameters, in the order of the features; the intercept, if there is one, comes last.</summary>
    /// <param name="features">Names of the features, without the intercept.</param>
    /// <param name="checkColumns">Every exception must be a feature.</param>
    public ParameterLaw For(IReadOnlyList<string> features, bool checkColumns = true)
    {
        string? unknown = Exceptions.Select(exception => exception.Key).FirstOrDefault(column => !features.Contains(column));
        if (checkColumns && unknown is not null)
            throw new ThermoException($"--init-for names '{unknown}', which is not a feature. The features, nearest first: "
                + $"{string.Join(", ", NearestNames.Order(unknown, features).Take(12))}.");
        if (HasIntercept && features.Contains(Intercept))
            throw new ThermoException($"The data have a column '{Intercept}' beside the intercept asked for: leave it out with --without {Intercept}, or "
                + "drop --intercept.");
        InitializationLaw Law(string text) => InitializationScheme.Parse(text).For(features.Count);
        var own = Exceptions.ToDictionary(exception => exception.Key, exception => Law(exception.Value), StringComparer.Ordinal);
        InitializationLaw common = Law(Common);
        IEnumerable<InitializationLaw> laws = features.Select(feature => own.GetValueOrDefault(feature, common));
        return new ParameterLaw([.. InterceptLaw is null ? laws : laws.Append(Law(InterceptLaw))]);
    }

    /// <summary>The choice in one line.</summary>
    public override string ToString() =>
        Common + string.Concat(Exceptions.Select(exception => $", {exception.Key}={exception.Value}")) + (HasIntercept ? $", {Intercept}={InterceptLaw}" : "");
}
