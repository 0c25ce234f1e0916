using System.CommandLine;

namespace ML.Thermo.Cli.Commands;

/// <summary>Options that every command takes.</summary>
internal sealed class CommonOptions
{
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
        DefaultValueFactory = _ => 1,
        Recursive = true,
    };

    private readonly Option<int> _draws = new("--draws")
    {
        Description = "Monte Carlo draws where needed.",
        HelpName = "N",
        DefaultValueFactory = _ => 4096,
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

    public ulong Seed(ParseResult parsed) => parsed.GetValue(_seed);

    public int Draws(ParseResult parsed) => parsed.GetValue(_draws);

    public bool Quiet(ParseResult parsed) => parsed.GetValue(_quiet);
}
