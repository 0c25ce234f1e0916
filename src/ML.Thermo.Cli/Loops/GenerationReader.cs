using System.Globalization;
using System.Runtime.InteropServices;
using ML.Thermo.Cli.Output;
using ML.Thermo.Initialization;
using ML.Thermo.Loops.Diversity;
using ML.Thermo.Loops.Guard;

namespace ML.Thermo.Cli.Loops;

/// <summary>What the rows are and what is counted in them.</summary>
internal sealed record GenerationRequest
{
    /// <summary>A file a generation, or one for all.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Tells generations apart in a single file.</summary>
    public string? GenerationColumn { get; init; }

    /// <summary>The column of categories or of text.</summary>
    public string? Column { get; init; }

    /// <summary>Counts tokens of text; null counts whole values.</summary>
    public Tokens? Tokens { get; init; }

    /// <summary>Numeric columns, instead of categories.</summary>
    public IReadOnlyList<string> Numeric { get; init; } = [];

    /// <summary>Real rows, in a file of their own.</summary>
    public string? Reference { get; init; }

    /// <summary>Share of rows to read.</summary>
    public double Subsample { get; init; } = 1;

    /// <summary>Chooses them.</summary>
    public ulong Seed { get; init; }
}

/// <summary>Reads generations of data.</summary>
internal sealed class GenerationReader(GenerationRequest request, Meter meter, CancellationToken cancellation)
{
    private const int MostLines = 10_000; // of a generation's text that are looked at for repetition
    private readonly RandomStream _chance = new(request.Seed, 0);

    /// <summary>Repetition in as many first lines of each generation as the shortest has; empty where no text is counted.</summary>
    public IReadOnlyList<TextDiversity> Repetition { get; private set; } = [];

    /// <summary>Counts of categories or tokens.</summary>
    public CategoryTable Categories()
    {
        Dictionary<string, Counted> generations = Each<Counted>([request.Column!], () => new Counted(), (held, cells, _) =>
        {
            Add(held.Counts, cells[0]);
            if (request.Tokens is not null && held.Lines.Count < MostLines)
                held.Lines.Add(cells[0]);
        });
        Dictionary<string, long>? reference = null;
        if (request.Reference is { } path)
        {
            reference = new Dictionary<string, long>(StringComparer.Ordinal);
            GenerationFile.Read(path, [request.Column!], (cells, _) => Add(reference, cells[0]), meter, cancellation);
        }

        foreach ((string name, Counted held) in generations)
        {
            if (held.Counts.Count == 0)
                throw new UnusableDataException($"Generation {name} has no {(request.Tokens is null ? "rows" : "tokens")} in '{request.Column}': expected at "
                    + "least 2.");
        }

        int lines = generations.Values.Min(held => held.Lines.Count);
        Repetition = lines == 0 ? [] : [.. generations.Values.Select(held => TextDiversity.Of(held.Lines.Take(lines)))];
        return CategoryTable.Of([.. generations.Values.Select(held => held.Counts)], reference);
    }

    /// <summary>Numbers of each generation, rows by columns, and of the reference.</summary>
    public (IReadOnlyList<double[,]> Generations, double[,]? Reference) Numbers()
    {
        Dictionary<string, List<double[]>> generations = Each<List<double[]>>(request.Numeric, () => [], (rows, cells, place) => rows.Add(Parse(cells, place)));
        List<double[]> reference = [];
        if (request.Reference is { } path)
            GenerationFile.Read(path, request.Numeric, (cells, place) => reference.Add(Parse(cells, place)), meter, cancellation);
        return ([.. generations.Values.Select(Matrix)], request.Reference is null ? null : Matrix(reference));
    }

    /// <summary>What each generation holds, in order: by file, or by the generation column's number (else as they appear).</summary>
    private Dictionary<string, T> Each<T>(IReadOnlyList<string> columns, Func<T> empty, Action<T, ReadOnlySpan<string>, Func<string>> add)
    {
        var generations = new Dictionary<string, T>(StringComparer.Ordinal);
        if (request.GenerationColumn is { } column)
        {
            meter.Begin("reading the generations");
            GenerationFile.Read(
                request.Files[0],
                [.. columns, column],
                (cells, place) =>
                {
                    ref T? held = ref CollectionsMarshal.GetValueRefOrAddDefault(generations, cells[^1], out bool exists);
                    if (!exists)
                        held = empty();
                    if (Kept())
                        add(held!, cells[..^1], place);
                },
                meter,
                cancellation);
            return generations.Keys.All(IsNumber)
                ? generations.OrderBy(pair => double.Parse(pair.Key, CultureInfo.InvariantCulture)).ToDictionary()
                : generations;
        }

        for (int t = 0; t < request.Files.Count; t++)
        {
            meter.Begin($"reading generation {t}");
            T held = empty();
            GenerationFile.Read(
                request.Files[t],
                columns,
                (cells, place) =>
                {
                    if (Kept())
                        add(held, cells, place);
                },
                meter,
                cancellation);
            generations[$"{t} ('{request.Files[t]}')"] = held;
        }

        return generations;
    }

    private static bool IsNumber(string name) =>
        double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number);

    private bool Kept() => request.Subsample >= 1 || _chance.NextDouble() < request.Subsample;

    private void Add(Dictionary<string, long> counts, string cell)
    {
        if (request.Tokens is { } tokens)
            tokens.Count(cell, counts);
        else
            CollectionsMarshal.GetValueRefOrAddDefault(counts, cell, out _)++;
    }

    private double[] Parse(ReadOnlySpan<string> cells, Func<string> place)
    {
        double[] row = new double[cells.Length];
        for (int j = 0; j < row.Length; j++)
        {
            if (!double.TryParse(cells[j], NumberStyles.Float, CultureInfo.InvariantCulture, out row[j]) || !double.IsFinite(row[j]))
                throw new UnusableDataException($"{place()} has '{cells[j]}' in '{request.Numeric[j]}': expected a finite number.");
        }

        return row;
    }

    private double[,] Matrix(List<double[]> rows)
    {
        double[,] matrix = new double[rows.Count, request.Numeric.Count];
        for (int i = 0; i < rows.Count; i++)
        {
            for (int j = 0; j < request.Numeric.Count; j++)
                matrix[i, j] = rows[i][j];
        }

        return matrix;
    }

    /// <summary>What is counted in a generation, and its first lines where it is text.</summary>
    private sealed class Counted
    {
        public Dictionary<string, long> Counts { get; } = new(StringComparer.Ordinal);

        public List<string> Lines { get; } = [];
    }
}
