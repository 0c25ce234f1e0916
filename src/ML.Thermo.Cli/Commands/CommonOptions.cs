using System.CommandLine;

namespace ML.Thermo.Cli.Commands;

/// <summary>Options that every command takes.</summary>
internal sealed class CommonOptions
{
    private const ulong DefaultSeed = 1;
    private const int DefaultDraws = 4096;

    private readonly Option<string?> _json = new("--json")
    {
        Description = "Write JSON to FILE, or to the output with -.",
        HelpName = "FILE|-",
        Recursive = true,
    };

    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "Equal seeds give equal results.",
        HelpName = "N",
        DefaultValueFactory = _ => DefaultSeed,
        Recursive = true,
    };

    private readonly Option<int> _draws = new("--draws")
    {
        Description = "Monte Carlo draws where needed.",
        HelpName = "N",
        DefaultValueFactory = _ => DefaultDraws,
        Recursive = true,
    };

    private readonly Option<bool> _quiet = new("--quiet")
    {
        Description = "No notes, explanations or progress.",
        Recursive = true,
    };

    public void AddTo(RootCommand root)
    {
        foreach (Option option in new Option[] { _json, _seed, _draws, _quiet })
            root.Add(option);
    }

    public string? Json(ParseResult parsed) => parsed.GetValue(_json);

    // Options that were not given are not asked for: their getters are generic code that has to be compiled, and some commands run for milliseconds.
    public ulong Seed(ParseResult parsed) => IsGiven(parsed, _seed) ? parsed.GetValue(_seed) : DefaultSeed;

    public int Draws(ParseResult parsed) => IsGiven(parsed, _draws) ? parsed.GetValue(_draws) : DefaultDraws;

    public bool Quiet(ParseResult parsed) => IsGiven(parsed, _quiet) && parsed.GetValue(_quiet);

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
