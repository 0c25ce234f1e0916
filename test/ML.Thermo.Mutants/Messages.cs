using System.Text.Json;

namespace ML.Thermo.Mutants;

/// <summary>What a worker is asked to do, one line of JSON: to run tests with a mutant active, or (−1) to say what each test reaches.</summary>
internal sealed record Order(int Mutant, string[] Tests, double[] Seconds);

/// <summary>What a worker says, one line of JSON. <see cref="Said"/> is one of the words below.</summary>
internal sealed record Reply(string Said, string Test = "", double Seconds = 0, int[]? Reached = null, int[]? Static = null)
{
    /// <summary>The names of all tests.</summary>
    public const string Ready = "ready";

    /// <summary>A test passed, and reaches these mutants in these seconds of processor time.</summary>
    public const string Passed = "passed";

    /// <summary>A test failed (with a mutant: it is killed).</summary>
    public const string Failed = "failed";

    /// <summary>A test took too long; the worker has ended itself.</summary>
    public const string Slow = "slow";

    /// <summary>The tests have been run and none failed.</summary>
    public const string Done = "done";

    /// <summary>A test fails without any mutant too: an earlier mutant left something behind, and the worker has ended itself.</summary>
    public const string Dirty = "dirty";

    /// <summary>The tests passed but did not reach the mutant this time: what it changes is kept from before.</summary>
    public const string Kept = "kept";

    public string[]? Tests { get; init; }

    public static string Line<T>(T message) => JsonSerializer.Serialize(message);

    public static T Read<T>(string line) => JsonSerializer.Deserialize<T>(line) ?? throw new InvalidDataException($"'{line}' is no message");
}
