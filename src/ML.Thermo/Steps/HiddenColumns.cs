namespace ML.Thermo.Steps;

/// <summary>
/// Names of the columns between the steps of a saved pipeline, which its last step drops. Saved models hold them: they are for ever.
/// </summary>
internal static class HiddenColumns
{
    /// <summary>What the names of all of them begin with.</summary>
    public const string Prefix = "__thermo_";

    /// <summary>Ones, of which constants are made.</summary>
    public const string One = Prefix + "one";

    /// <summary>A key label, before it becomes a number.</summary>
    public const string Key = Prefix + "key";

    /// <summary>The label as a Single, or NaN.</summary>
    public const string Target = Prefix + "target";

    /// <summary>The numbers behind the row columns, as a text.</summary>
    public const string State = Prefix + "state";

    /// <summary>A constant whose key values hold a transition.</summary>
    public const string Transition = Prefix + "transition";

    /// <summary>A model's score, or its scores.</summary>
    public const string Score = Prefix + "score";

    /// <summary>A model's features.</summary>
    public const string Features = Prefix + "features";

    /// <summary>A row's energy.</summary>
    public const string Energy = Prefix + "energy";

    /// <summary>A row's entropy.</summary>
    public const string Entropy = Prefix + "entropy";

    /// <summary>A row's temperature.</summary>
    public const string Temperature = Prefix + "temperature";

    /// <summary>Rows that a trainer does not see.</summary>
    public const string HeldOut = Prefix + "mark";

    /// <summary>A monitor, as a text.</summary>
    public const string Monitor = Prefix + "monitor";

    /// <summary>The windows of a cursor.</summary>
    public const string WindowState = Prefix + "passage";

    /// <summary>The state of a tempered model, as a text.</summary>
    public const string Tempered = Prefix + "tempered";

    /// <summary>A model's scores, as a vector.</summary>
    public const string Scores = Prefix + "scores";

    /// <summary>What is watched besides the prediction.</summary>
    public const string Inputs = Prefix + "inputs";

    /// <summary>One of the columns that are watched, as numbers.</summary>
    public static string Input(int number) => $"{Prefix}input{number}";
}
