namespace ML.Thermo.Onnx.Reading;

/// <summary>Bytes that are not the ONNX model they should be: truncated, damaged, of another format, or asking for something absurd.</summary>
public sealed class OnnxFormatException : ThermoException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was found, where, and what was expected.</param>
    public OnnxFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was found, where, and what was expected.</param>
    /// <param name="inner">The cause.</param>
    public OnnxFormatException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
