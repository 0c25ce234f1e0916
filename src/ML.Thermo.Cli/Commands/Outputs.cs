using System.CommandLine;
using System.Text;
using ML.Thermo.Cli.Output;
using ML.Thermo.Report;

namespace ML.Thermo.Cli.Commands;

/// <summary>All files that one run was asked to write. What cannot be written is refused before the work begins.</summary>
internal sealed class Outputs
{
    private readonly List<FileTarget> _files = [];
    private readonly JsonTarget? _json;
    private readonly FileTarget? _csv, _html;
    private readonly bool _csvIsOutput;

    /// <summary>What the options ask for.</summary>
    public Outputs(CommonOptions common, ReportTargets targets, ParseResult parsed)
    {
        _csvIsOutput = targets.Csv(parsed) == "-";
        _csv = _csvIsOutput ? null : Optional("--csv", targets.Csv(parsed));
        _html = Optional("--html", targets.Html(parsed));
        _json = common.Json(parsed) switch
        {
            null => null,
            "-" => new JsonTarget(null),
            string path => new JsonTarget(Add("--json", path)),
        };
        if (_csvIsOutput && _json?.IsOutput == true)
            throw new UsageException("--json - and --csv - both take the output: give one of them a file.");
    }

    /// <summary>JSON or CSV takes the place of the tables, or nobody wants to see them.</summary>
    public bool ReplaceTables(bool quiet, VerbResult result) => (_json is not null && (_json.IsOutput || quiet)) || (_csvIsOutput && result.Csv is not null);

    /// <summary>Takes on another file to write.</summary>
    /// <param name="option">The option that named it.</param>
    /// <param name="path">The file.</param>
    /// <param name="isPrivate">It holds rows of data: only its owner may read it.</param>
    /// <exception cref="ThermoException">It cannot be written there.</exception>
    public FileTarget Add(string option, string path, bool isPrivate = false)
    {
        var target = new FileTarget(option, path, isPrivate);
        foreach (FileTarget other in _files)
            target.RefuseTwice(other);
        _files.Add(target);
        return target;
    }

    /// <summary>Makes sure that a file that is read is not written over.</summary>
    public void RefuseInput(string path)
    {
        foreach (FileTarget target in _files)
            target.RefuseInput(path);
    }

    /// <summary>Writes what was asked for.</summary>
    /// <param name="command">Its name.</param>
    /// <param name="result">What came out.</param>
    /// <param name="provenance">What a page says of itself, which is made only where a page is: it reads every file again.</param>
    /// <param name="output">Where a dash sends things.</param>
    public async Task Write(string command, VerbResult result, Func<Provenance> provenance, TextWriter output)
    {
        if ((_csv is not null || _csvIsOutput) && result.Csv is { } csv)
        {
            byte[] bytes = csv();
            _csv?.Place(bytes);
            if (_csvIsOutput)
                await output.WriteAsync(Encoding.UTF8.GetString(bytes));
        }

        if (_html is not null && result.Page is { } page)
        {
            HtmlReport report = (await page()).With(provenance());
            _html.Place(Encoding.UTF8.GetBytes(report.ToHtml()));
        }

        if (result.Json is not { } members)
            return;
        _json?.Write(
            json =>
            {
                json.WriteString("command", command);
                json.WriteString("version", Session.Version);
                members(json);
            },
            output);
    }

    private FileTarget? Optional(string option, string? path) => path is null ? null : Add(option, path);
}
