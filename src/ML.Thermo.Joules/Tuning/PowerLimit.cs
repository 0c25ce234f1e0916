using System.Globalization;
using System.Runtime.InteropServices;
using ML.Thermo.Joules.Sources.Nvidia;

namespace ML.Thermo.Joules.Tuning;

/// <summary>
/// A GPU's power limit for a while. The limit before is written to a file first, and is set again on disposal, on Ctrl+C, at the end of the
/// process, and, after a crash, by <see cref="RestoreLeftOver()"/>.</summary>
/// <remarks>Setting a limit needs root.</remarks>
[Maturity(Maturity.Theorem, "a device's setting")]
public sealed class PowerLimit : IDisposable
{
    private const string Prefix = "ml-thermo-power-limit-";

    private readonly NvmlLibrary _library;
    private readonly nint _device;
    private readonly uint _before;
    private readonly string _file;
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly Lock _lock = new();
    private bool _isRestored;

    private PowerLimit(NvmlLibrary library, nint device, uint before, string file)
    {
        (_library, _device, _before, _file) = (library, device, before, file);
        foreach (PosixSignal signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
            _signals.Add(PosixSignalRegistration.Create(signal, _ => Restore()));
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        AppDomain.CurrentDomain.UnhandledException += OnExit;
    }

    /// <summary>Takes over a GPU's power limit.</summary>
    /// <param name="gpu">NVML's index of the GPU.</param>
    /// <exception cref="ThermoException">There is no such GPU, or its limit cannot be read.</exception>
    public static PowerLimit Take(int gpu) => Take(gpu, null, Folder());

    /// <summary>The command that sets a limit by hand.</summary>
    /// <param name="gpu">NVML's index of the GPU.</param>
    /// <param name="watts">W.</param>
    public static string Command(int gpu, double watts) => string.Create(CultureInfo.InvariantCulture, $"sudo nvidia-smi -i {gpu} -pl {watts}");

    /// <summary>Sets again what a process that crashed had changed.</summary>
    /// <returns>What was done, a sentence each; empty where nothing was left over.</returns>
    public static IReadOnlyList<string> RestoreLeftOver() => RestoreLeftOver(null, Folder());

    /// <summary>Sets the limit.</summary>
    /// <param name="watts">W; &gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    /// <exception cref="ThermoException">The driver refuses it; the message says what it allows.</exception>
    public void Set(double watts)
    {
        if (!(watts > 0) || !double.IsFinite(watts))
            throw new ArgumentOutOfRangeException(nameof(watts), watts, "Expected a power limit above 0 W.");
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isRestored, this);
            NvmlResult result = _library.SetPowerLimit(_device, (uint)Math.Round(watts * 1e3));
            if (result == NvmlResult.Success)
                return;
            string range = _library.PowerLimits(_device, out uint least, out uint most) == NvmlResult.Success
                ? string.Create(CultureInfo.InvariantCulture, $" (it allows {least / 1e3} to {most / 1e3} W)") : "";
            throw new ThermoException(result == NvmlResult.NoPermission
                ? $"A power limit of {watts} W was not set: the driver wants root."
                : $"A power limit of {watts} W was not set: the driver answers {result}{range}.");
        }
    }

    /// <summary>Sets the limit of before.</summary>
    public void Dispose()
    {
        Restore();
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        AppDomain.CurrentDomain.UnhandledException -= OnExit;
        _signals.ForEach(signal => signal.Dispose());
        _library.Dispose();
    }

    internal static PowerLimit Take(int gpu, string? libraryPath, string folder)
    {
        NvmlLibrary library = Open(libraryPath) ?? throw new ThermoException("There is no NVIDIA driver here, so no power limit to set.");
        if (library.Device(gpu, out nint device) != NvmlResult.Success || library.PowerLimit(device, out uint before) != NvmlResult.Success)
        {
            library.Dispose();
            throw new ThermoException($"GPU {gpu} shows no power limit: expected the index of a GPU whose driver has one.");
        }

        string file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{gpu}.txt"));
        Directory.CreateDirectory(folder);
        if (!File.Exists(file)) // one that a crash left holds the older truth
            File.WriteAllText(file, before.ToString(CultureInfo.InvariantCulture));
        else if (uint.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out uint older))
            before = older;
        return new PowerLimit(library, device, before, file);
    }

    internal static IReadOnlyList<string> RestoreLeftOver(string? libraryPath, string folder)
    {
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, Prefix + "*.txt") : [];
        var done = new List<string>();
        foreach (string file in files)
        {
            string number = Path.GetFileNameWithoutExtension(file)[Prefix.Length..];
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int gpu)
                || !uint.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out uint milliwatts)
                || Open(libraryPath) is not { } library)
            {
                continue;
            }

            using (library)
            {
                bool isSet = library.Device(gpu, out nint device) == NvmlResult.Success && library.SetPowerLimit(device, milliwatts) == NvmlResult.Success;
                if (isSet)
                    File.Delete(file);
                done.Add(isSet
                    ? string.Create(CultureInfo.InvariantCulture, $"GPU {gpu} had a power limit from a run that crashed; it is {milliwatts / 1e3} W again.")
                    : $"GPU {gpu} may still have a power limit from a run that crashed; set it as root: {Command(gpu, milliwatts / 1e3)}");
            }
        }

        return done;
    }

    /// <summary>The user's own folder: in one that others may write, a planted file would set a limit with the rights of root.</summary>
    private static string Folder() =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "ml-thermo");

    private static NvmlLibrary? Open(string? path)
    {
        NvmlLibrary? library = NvmlLibrary.TryOpen(path);
        return library?.Opened == NvmlResult.Success ? library : null;
    }

    private void OnExit(object? sender, EventArgs arguments) => Restore();

    private void Restore()
    {
        lock (_lock)
        {
            if (_isRestored)
                return;
            _isRestored = true;
            if (_library.SetPowerLimit(_device, _before) == NvmlResult.Success || _library.PowerLimit(_device, out uint now) == NvmlResult.Success
                && now == _before)
                File.Delete(_file);
        }
    }
}
