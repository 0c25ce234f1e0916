using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.IO.Compression;

namespace ML.Thermo.Cli.Commands;

/// <summary>What an option's value may be, for a shell that completes it.</summary>
internal static class Values
{
    private const int MostHeader = 1 << 16;

    private static readonly char[] s_separators = ['\t', ';', ','];

    /// <summary>Initialisation laws, as far as a shell can know them.</summary>
    public static readonly string[] Laws =
        ["normal:0,1", "uniform:-1,1", "constant:0", "he", "he-uniform", "glorot", "glorot-uniform", "lecun", "lecun-uniform"];

    /// <summary>A shell may complete these words; others are taken too.</summary>
    public static Option<T> Completes<T>(this Option<T> option, params string[] words)
    {
        option.CompletionSources.Add(words);
        return option;
    }

    /// <summary>It takes the name of a device; whether that one works here is found out when it is used.</summary>
    public static void IsDevice(this Option<string> option)
    {
        option.Completes("cpu", "cuda", "auto").Validators.Add(result =>
        {
            string name = result.Tokens is [{ Value: var given }] ? given.Trim().ToLowerInvariant() : "cpu";
            if (name is not ("cpu" or "cuda" or "auto") && !name.StartsWith("provider:", StringComparison.Ordinal)
                && !(name.StartsWith("cuda:", StringComparison.Ordinal) && uint.TryParse(name.AsSpan(5), out _)))
                result.AddError($"'{result.Tokens[0].Value}' is not a device: expected cpu, cuda, cuda:N (N = 0, 1, …), auto or provider:NAME.");
        });
    }

    /// <summary>A shell completes the names of a table's columns, the last one of a list between commas.</summary>
    /// <param name="option">Takes a column, or several.</param>
    /// <param name="table">The argument, or the option, that names the file; of several files the first.</param>
    public static void CompletesColumns<T>(this Option<T> option, Symbol table) => option.CompletionSources.Add(context =>
    {
        string begun = context.WordToComplete, before = begun[..(begun.LastIndexOf(',') + 1)];
        SymbolResult? file = table switch
        {
            Argument argument => context.ParseResult.GetResult(argument),
            Option other => context.ParseResult.GetResult(other),
            _ => null,
        };
        return Columns(file?.Tokens is [var first, ..] ? first.Value : null).Select(column => new CompletionItem(before + column));
    });

    /// <summary>The header of a csv or tsv file; nothing where it cannot be read.</summary>
    private static string[] Columns(string? file)
    {
        if (file is null || !File.Exists(file))
            return [];
        try
        {
            using Stream stream = File.OpenRead(file);
            using Stream plain = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
            using var reader = new StreamReader(plain);
            char[] start = new char[MostHeader];
            string text = new(start, 0, reader.ReadBlock(start));
            string header = text.Split('\n')[0].TrimEnd('\r');
            char separator = s_separators.MaxBy(c => header.Count(each => each == c));
            return [.. header.Split(separator).Select(name => name.Trim().Trim('"')).Where(name => name.Length > 0 && !name.Any(char.IsControl))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return [];
        }
    }
}
