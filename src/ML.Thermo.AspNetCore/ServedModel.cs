using System.Security.Cryptography;
using Microsoft.ML;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.AspNetCore;

/// <summary>A model from its file, and where its monitor keeps its state.</summary>
/// <param name="Watched">The model, taken apart.</param>
/// <param name="Options">Of its monitor.</param>
/// <param name="State">The file; null for none.</param>
internal sealed record ServedModel(WatchedModel Watched, MonitorOptions Options, string? State)
{
    /// <summary>Loads a model.</summary>
    /// <param name="name">The monitor's name.</param>
    /// <param name="options">Where it is, and what is chosen.</param>
    /// <param name="root">What relative paths begin at.</param>
    /// <exception cref="ThermoException">It cannot be served; the message is one line that says why and what was expected.</exception>
    public static ServedModel Load(string name, ThermoMonitorOptions options, string root)
    {
        const string Expected = "expected the .zip that ML.NET saved, with the product of Thermo().Refresh in its chain";
        if (string.IsNullOrWhiteSpace(options.Model))
        {
            string section = $"{ThermoMonitorOptions.Section}:{name}";
            throw new ThermoException($"{section} names no model: {Expected}, in AddThermoMonitor or as {section}:Model.");
        }

        string file = Path.GetFullPath(options.Model, root);
        if (!File.Exists(file))
            throw new ThermoException($"The model of monitor '{name}', '{file}', is not there: {Expected}.");
        WatchedModel watched = WatchedModel.Of(Load(name, file, Expected))
            ?? throw new ThermoException($"The model of monitor '{name}', '{file}', carries no monitor: {Expected}.");
        return new ServedModel(watched, options.On(watched.Saved.Options, name), Placed(options.State, file, root));
    }

    private static string? Placed(string? path, string model, string root)
    {
        const string Place = "{model}";
        if (string.IsNullOrEmpty(path))
            return null;
        return Path.GetFullPath(path.Contains(Place, StringComparison.Ordinal) ? path.Replace(Place, Digits(model), StringComparison.Ordinal) : path, root);
    }

    private static ITransformer Load(string name, string file, string expected)
    {
        try
        {
            return new MLContext(0).Thermo().Load(file);
        }
        catch (Exception error) when (error is not (OutOfMemoryException or ThermoException))
        {
            string why = error.Message.ReplaceLineEndings(" ");
            throw new ThermoException($"The model of monitor '{name}', '{file}', cannot be loaded ({why}): {expected}.", error);
        }
    }

    private static string Digits(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream))[..8];
    }

    /// <summary>Its monitor, from its state where it keeps one.</summary>
    /// <exception cref="UnusableDataException">The state is damaged, or another model's.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The system does not allow it.</exception>
    public DriftMonitor NewMonitor()
    {
        SavedMonitor saved = Watched.Saved;
        if (State is null)
            return new DriftMonitor(saved.Reference, saved.Predictions, Options);
        Directory.CreateDirectory(Path.GetDirectoryName(State)!);
        return DriftMonitor.Open(State, saved.Reference, saved.Predictions, Options);
    }

    /// <summary>Its monitor, going on from another that keeps its state nowhere; null where that watched another model.</summary>
    public DriftMonitor? Continue(DriftMonitor other)
    {
        using var state = new MemoryStream();
        other.Save(state);
        state.Position = 0;
        try
        {
            return DriftMonitor.Load(state, Watched.Saved.Reference, Watched.Saved.Predictions, Options);
        }
        catch (UnusableDataException)
        {
            return null;
        }
    }
}
