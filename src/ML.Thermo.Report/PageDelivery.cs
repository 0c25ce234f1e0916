using System.Net;

namespace ML.Thermo.Report;

/// <summary>How style and scripts come to a page, and what its browser may do therefore.</summary>
internal abstract class PageDelivery
{
    private const string Foundation = "This product includes software developed at The Apache Software Foundation.";

    /// <summary>Everything inside one file, which may ask the network for nothing.</summary>
    public static PageDelivery File { get; } = new InFile();

    /// <summary>From a server that gives each resource at its own address, so that no script in the page itself may run.</summary>
    /// <param name="address">The address of a resource.</param>
    public static PageDelivery Served(Func<string, string> address) => new FromServer(address);

    /// <summary>The content security policy.</summary>
    public abstract string Policy { get; }

    /// <summary>The elements of the style.</summary>
    public abstract string Style { get; }

    /// <summary>Where the charts come from, and whom they are owed to.</summary>
    public abstract string Origin { get; }

    /// <summary>The elements of the scripts.</summary>
    /// <param name="own">Those of the page's kind.</param>
    public abstract string Scripts(IEnumerable<string> own);

    private sealed class InFile : PageDelivery
    {
        public override string Policy => "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

        public override string Style => $"<style>\n{Resource.Read("report.css")}\n</style>";

        public override string Origin => $"inside this file. {Foundation} The file loads nothing from the network.";

        public override string Scripts(IEnumerable<string> own) =>
            $"<script type=\"text/plain\" id=\"charts\">{Resource.Read("echarts.js")}</script>\n<script>\n{Resource.Read("page.js")}\n</script>\n" +
            $"<script>\n{string.Concat(own.Select(Resource.Read))}\n</script>\n";
    }

    private sealed class FromServer(Func<string, string> address) : PageDelivery
    {
        // Charts set the style of their elements; scripts may come from nowhere but the server.
        public override string Policy => "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'; img-src data:; "
            + "base-uri 'none'; form-action 'none'";

        public override string Style => $"<link rel=\"stylesheet\" href=\"{Address("report.css")}\">";

        public override string Origin => $"from this service itself. {Foundation} The page loads nothing from elsewhere.";

        public override string Scripts(IEnumerable<string> own) =>
            string.Concat(own.Prepend("page.js").Prepend("echarts.js").Select(name => $"<script src=\"{Address(name)}\"></script>\n"));

        private string Address(string name) => WebUtility.HtmlEncode(address(name));
    }
}
