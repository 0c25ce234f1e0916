namespace ML.Thermo.Display;

/// <summary>
/// Tells a notebook how a type is shown. .NET Interactive looks for an attribute of this name, whoever declares it: no package is needed.
/// <see cref="FormatterSourceType"/> has a method <c>CreateTypeFormatters</c> whose results have a <c>MimeType</c> and a method <c>Format</c>.</summary>
/// <param name="formatterSourceType">A class with a public constructor without parameters.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    /// <summary>Where the formatters come from.</summary>
    public Type FormatterSourceType { get; } = formatterSourceType;
}
