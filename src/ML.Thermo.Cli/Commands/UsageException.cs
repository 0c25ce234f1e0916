namespace ML.Thermo.Cli.Commands;

/// <summary>An option or its value that no command can use: exit code 2.</summary>
/// <param name="message">Which value, what was expected, how to mend it.</param>
internal sealed class UsageException(string message) : ThermoException(message)
{
    /// <summary>Reads options: what is wrong with a value is wrong usage.</summary>
    /// <param name="read">Looks at options alone, and at no file.</param>
    public static T Of<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is not UsageException && error is ThermoException or ArgumentException)
        {
            int parameter = error.Message.IndexOf(" (Parameter", StringComparison.Ordinal);
            throw new UsageException(parameter < 0 ? error.Message : error.Message[..parameter]);
        }
    }
}
