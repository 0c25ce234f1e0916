using System.Text.Json;
using ML.Thermo.Report;
using Spectre.Console;

namespace ML.Thermo.Cli.Commands;

/// <summary>What a command found, in every form that it can be asked for. A form is only made where somebody asked for it.</summary>
internal sealed record VerbResult : IDisposable
{
    /// <summary>Writes the members after <c>command</c> and <c>version</c>; null for a command without a result of its own.</summary>
    public Action<Utf8JsonWriter>? Json { get; init; }

    /// <summary>Draws the tables for people; null for a command that has none, which then loads no library for them.</summary>
    public Action<IAnsiConsole>? Tables { get; init; }

    /// <summary>Explains them, a paragraph each; left out when quiet.</summary>
    public Func<IEnumerable<string>> Prose { get; init; } = () => [];

    /// <summary>The bytes of <c>--csv</c>.</summary>
    public Func<byte[]>? Csv { get; init; }

    /// <summary>The page of <c>--html</c>.</summary>
    public Func<Task<HtmlReport>>? Page { get; init; }

    /// <summary>What the shell is told; with anything but <see cref="ExitCode.Done"/> goes a <see cref="Reason"/>.</summary>
    public ExitCode Exit { get; init; }

    /// <summary>Why the exit code is not 0, in one line.</summary>
    public string? Reason { get; init; }

    /// <summary>What must stay open until everything is written.</summary>
    public IDisposable? Holds { get; init; }

    /// <inheritdoc/>
    public void Dispose() => Holds?.Dispose();
}
