using System.Text;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Guards;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Tempering;

namespace ML.Thermo.Faults.Formats;

/// <summary>States that are saved as text with a checksum: what is taken must be what was written.</summary>
/// <param name="name">As the table calls it.</param>
/// <param name="saved">The sound text.</param>
/// <param name="again">Reads a text and writes what was read.</param>
internal sealed class CheckedTextFormat(string name, string saved, Func<string, string> again) : IFormat
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(saved);

    /// <inheritdoc/>
    public string Name => name;

    /// <summary>The guard of a network's input.</summary>
    public static CheckedTextFormat Guards()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "networks");
        using OnnxModel network = OnnxModel.Open(Path.Combine(folder, "digits-mlp.onnx"));
        NetworkGuardOptions options = new() { FalseAlarms = 0.05, Score = GuardScore.Joined, DamagedRows = 20 };
        string saved = NetworkGuard.Fit(network, NetworkInputs.Read(Path.Combine(folder, "digits.npz"), network), options).ToJson();
        return new("guards", saved, text => NetworkGuard.Parse(text).ToJson());
    }

    /// <summary>A ladder of memories.</summary>
    public static CheckedTextFormat Ladders()
    {
        RandomStream random = new(1, 0);
        double[][] rows = [.. Enumerable.Range(0, 60).Select(_ => new[] { random.NextNormal(), random.NextNormal() })];
        var ladder = TemperedLadder.Learn(rows[..40], [.. rows[..40].Select(row => row[0])], Energy.MeanSquared);
        ladder.Update(rows[40..], [.. rows[40..].Select(row => -row[0])]);
        return new("ladders", ladder.ToJson(), text => TemperedLadder.Parse(text).ToJson());
    }

    /// <inheritdoc/>
    public byte[] Mutant(RandomStream random) => random.NextInteger(2) == 0 ? Mutator.Flip(_bytes, ref random) : Mutator.Damage(_bytes, ref random);

    /// <inheritdoc/>
    public Verdict Judge(byte[] bytes)
    {
        string found = again(Encoding.UTF8.GetString(bytes));
        return found == saved ? new(Outcome.Worked) : new(Outcome.SilentWrong, found);
    }
}
