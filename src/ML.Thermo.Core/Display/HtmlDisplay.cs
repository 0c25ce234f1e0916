namespace ML.Thermo.Display;

/// <summary>Shows values of a type as HTML in notebooks: the source that <see cref="TypeFormatterSourceAttribute"/> names.</summary>
/// <typeparam name="T">The type.</typeparam>
internal abstract class HtmlDisplay<T>
{
    /// <summary>What the notebook asks for.</summary>
    public IEnumerable<object> CreateTypeFormatters() => [new Formatter(Html)];

    /// <summary>A value as HTML.</summary>
    public abstract string Html(T value);

    private sealed class Formatter(Func<T, string> html)
    {
        public string MimeType { get; } = "text/html";

        public bool Format(object instance, TextWriter writer)
        {
            writer.Write(html((T)instance));
            return true;
        }
    }
}
