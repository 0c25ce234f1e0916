namespace ML.Thermo.Files;

/// <summary>The system's limit on the size of a file (<c>ulimit -f</c>), which .NET reports as an argument out of range and not as an input or output
/// error.</summary>
internal static class FileSizeLimit
{
    public static bool IsReached(ArgumentOutOfRangeException error) => error is { ParamName: "value", ActualValue: null };

    public static IOException Error(string path, Exception inner) =>
        new($"'{path}' cannot be written: the system's limit on the size of a file is reached (ulimit -f).", inner);
}
