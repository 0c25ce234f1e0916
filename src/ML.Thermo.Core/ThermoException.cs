namespace ML.Thermo;

/// <summary>Something in the input that its owner can mend; the message names the offending value and what was expected.</summary>
public class ThermoException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which value, what was expected, how to mend it.</param>
    public ThermoException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which value, what was expected, how to mend it.</param>
    /// <param name="inner">The cause.</param>
    public ThermoException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>Data that a computation cannot use: NaN, a label outside its domain, too few rows, columns that do not match.</summary>
/// <param name="message">Which value, what was expected, how to mend it.</param>
public sealed class UnusableDataException(string message) : ThermoException(message);

/// <summary>An initialisation law that does not exist or whose parameters are outside their range.</summary>
/// <param name="message">Which value, what was expected, how to mend it.</param>
public sealed class InvalidLawException(string message) : ThermoException(message);
