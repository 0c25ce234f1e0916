using ML.Thermo.Joules.Channels;

namespace ML.Thermo.Joules.Sources.Nvidia;

/// <summary>NVIDIA GPUs through NVML. Without the library or its driver there is none, which is no error.</summary>
internal static class GraphicsProcessors
{
    private const string Source = "NVML";

    /// <summary>The counter moves about ten times a second.</summary>
    private const double UpdateSeconds = 0.1;

    /// <summary>No GPU draws more; its counter is too wide to wrap, so the number decides nothing.</summary>
    private const double MaximumWatts = 2000;

    /// <summary>Power is sampled 20 times a second where there is no counter.</summary>
    private static readonly TimeSpan SamplePeriod = TimeSpan.FromMilliseconds(50);

    public static IReadOnlyList<SourceFinding> Find(JouleOptions options)
    {
        NvmlLibrary? library = NvmlLibrary.TryOpen(options.NvmlLibrary);
        if (library is null)
            return [Absent("There is no NVIDIA driver library on this machine, so no NVIDIA GPU.")];
        if (library.Opened == NvmlResult.DriverNotLoaded || library.Opened == NvmlResult.NoFunction)
            return [Absent($"The NVIDIA library is there, but no driver is loaded ({library.Opened}).")];
        if (library.Opened != NvmlResult.Success)
            return [new("gpu", Source, JouleScope.Components, JouleStatus.Unavailable) { Reason = $"NVML cannot be initialised: {Meaning(library.Opened)}." }];
        NvmlResult counted = library.Count(out int count);
        if (counted != NvmlResult.Success || count == 0)
        {
            library.Dispose();
            return [counted == NvmlResult.Success ? Absent("The driver is loaded and shows no GPU.")
                : new("gpu", Source, JouleScope.Components, JouleStatus.Unavailable) { Reason = $"NVML does not count its devices: {Meaning(counted)}." }];
        }

        return Devices(library, count, options);
    }

    private static List<SourceFinding> Devices(NvmlLibrary library, int count, JouleOptions options)
    {
        var findings = new List<SourceFinding>();
        nint[] devices = new nint[count];
        NvmlResult[] opened = [.. Enumerable.Range(0, count).Select(i => library.Device(i, out devices[i]))];
        string[] uuids = [.. devices.Select((device, i) => opened[i] == NvmlResult.Success ? library.Uuid(device) : "")];
        bool[] shared = [.. devices.Select((device, i) => opened[i] == NvmlResult.Success && library.IsShared(device))];
        string? setting = Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES");
        IReadOnlySet<int> visible = VisibleDevices.Of(setting, uuids, i => shared[i]);
        var owner = new SharedLibrary(library);
        for (int i = 0; i < count; i++)
        {
            string name = $"gpu-{i}";
            if (opened[i] != NvmlResult.Success)
                findings.Add(new(name, Source, JouleScope.Components, JouleStatus.Unavailable)
                {
                    Reason = $"NVML does not open device {i}: {Meaning(opened[i])}.",
                });
            else if (!visible.Contains(i))
                findings.Add(new(name, Source, JouleScope.Components, JouleStatus.NotCounted)
                {
                    Reason = $"CUDA_VISIBLE_DEVICES is '{setting}', which leaves it out.",
                    IsExpected = false,
                });
            else
                findings.Add(Open(owner, devices[i], name, shared[i], options));
        }

        owner.Release(); // the channels hold it now
        return findings;
    }

    private static SourceFinding Open(SharedLibrary owner, nint device, string name, bool isShared, JouleOptions options)
    {
        NvmlLibrary library = owner.Library;
        string model = library.Name(device);
        var finding = new SourceFinding(name, $"{Source}, {model}", JouleScope.Components, JouleStatus.Measured)
        {
            Reason = Notes(library, device, model,
            isShared)
        };
        JouleStatus status = isShared ? JouleStatus.SharedDevice : JouleStatus.Measured;
        NvmlResult energy = library.TotalEnergy(device, out _);
        if (energy == NvmlResult.Success)
        {
            return finding with
            {
                Channel = new CounterChannel(new EnergyCounter(owner.Share(), device), new CounterLimits(null, NeverWraps: true, MaximumWatts), options.Time)
                {
                    ResolutionSeconds = UpdateSeconds,
                    Period = TimeSpan.FromSeconds(1),
                    UnitsPerJoule = 1e3,
                    GoodStatus = status,
                    HasPhaseError = true,
                },
            };
        }

        NvmlResult power = library.Power(device, out _);
        if (energy is (NvmlResult.NotSupported or NvmlResult.NoFunction) && power == NvmlResult.Success)
        {
            owner.Share();
            return finding with
            {
                Source = $"{Source} power, integrated, {model}",
                Channel = new PowerChannel(() => library.Power(device, out uint milliwatts) is var result and not NvmlResult.Success
                    ? new(0, $"NVML gives no power: {Meaning(result)}") : new(milliwatts / 1e3, null), options.Time, owner.Release)
                {
                    ResolutionSeconds = UpdateSeconds,
                    Period = SamplePeriod,
                    GoodStatus = status,
                },
            };
        }

        return finding with
        {
            Status = JouleStatus.Unavailable,
            Reason = $"NVML gives neither energy ({Meaning(energy)}) nor power ({Meaning(power)}) of this device."
        };
    }

    private static string? Notes(NvmlLibrary library, nint device, string model, bool isShared)
    {
        var notes = new List<string>();
        if (isShared)
            notes.Add("The GPU is cut into instances (MIG): the number is that of the whole GPU.");
        if (library.Processes(device) is > 1 and var processes)
            notes.Add($"{processes} processes compute on it; the number is of all.");
        if (model.Contains("A100", StringComparison.Ordinal) || model.Contains("H100", StringComparison.Ordinal))
            notes.Add("On this model the sensor looks at about a quarter of the time (arXiv 2312.02741): repeat the work, and start windows at random.");
        return notes.Count == 0 ? null : string.Join(' ', notes);
    }

    private static SourceFinding Absent(string reason) =>
        new("gpu", Source, JouleScope.Components, JouleStatus.Unavailable) { Reason = reason, IsExpected = false };

    private static string Meaning(NvmlResult result) => result switch
    {
        NvmlResult.NotSupported => "not supported",
        NvmlResult.NoPermission => "no permission",
        NvmlResult.GpuIsLost => "the GPU is lost",
        NvmlResult.DriverNotLoaded => "the driver is not loaded",
        NvmlResult.NoFunction => "the library is older than the function",
        _ => $"error {(int)result}",
    };

    /// <summary>One library for several channels: shut down when the last of them is closed.</summary>
    private sealed class SharedLibrary(NvmlLibrary library)
    {
        private int _holders = 1;

        public NvmlLibrary Library => library;

        public SharedLibrary Share()
        {
            _holders++;
            return this;
        }

        public void Release()
        {
            if (--_holders == 0)
                library.Dispose();
        }
    }

    private sealed class EnergyCounter(SharedLibrary owner, nint device) : ICounter
    {
        public CounterRead Read() => owner.Library.TotalEnergy(device, out ulong millijoules) is var result and not NvmlResult.Success
            ? CounterRead.Failed($"NVML gives no energy: {Meaning(result)}")
            : CounterRead.Of(millijoules);

        public void Dispose() => owner.Release();
    }
}
