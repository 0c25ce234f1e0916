namespace ML.Thermo.Cli.Commands;

/// <summary>An option or its value that no command can use: exit code 2.</summary>
/// <param name="message">Which value, what was expected, how to mend it.</param>
internal sealed class UsageException(string message) : ThermoException(message);
