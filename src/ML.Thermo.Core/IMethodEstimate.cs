namespace ML.Thermo;

/// <summary>A number with an error and the method that it was estimated by, as JSON writes it.</summary>
internal interface IMethodEstimate
{
    /// <summary>The number.</summary>
    double Number { get; }

    /// <summary>Its standard error.</summary>
    double StandardError { get; }

    /// <summary>The method's name.</summary>
    string Method { get; }
}
