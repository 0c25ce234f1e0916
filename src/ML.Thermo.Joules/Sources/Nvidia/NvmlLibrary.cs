using System.Runtime.InteropServices;
using System.Text;

namespace ML.Thermo.Joules.Sources.Nvidia;

/// <summary>What a call to NVML says; only those that are told apart.</summary>
internal enum NvmlResult
{
    Success = 0,
    NotSupported = 3,
    NoPermission = 4,
    InsufficientSize = 7,
    DriverNotLoaded = 9,
    GpuIsLost = 15,

    /// <summary>Ours: the library has no such function.</summary>
    NoFunction = -1,
}

/// <summary>NVIDIA's management library, loaded if it is there. A function that it does not have is one that is not supported.</summary>
internal sealed unsafe class NvmlLibrary : IDisposable
{
    private const int TextLength = 96;

    private readonly nint _library;
    private readonly Dictionary<string, nint> _functions = [];
    private bool _isOpen;

    private NvmlLibrary(nint library) => _library = library;

    /// <summary>Whether it was initialised.</summary>
    public NvmlResult Opened { get; private init; }

    /// <summary>Loads and initialises it.</summary>
    /// <param name="path">A library; null for the system's own.</param>
    /// <returns>Null where there is none.</returns>
    public static NvmlLibrary? TryOpen(string? path)
    {
        string[] names = path is not null ? [path] : OperatingSystem.IsWindows() ? ["nvml.dll"] : ["libnvidia-ml.so.1"];
        foreach (string name in names)
        {
            if (!NativeLibrary.TryLoad(name, out nint handle))
                continue;
            var library = new NvmlLibrary(handle);
            NvmlResult opened = library.Find("nvmlInit_v2") is var init and not 0 ? (NvmlResult)((delegate* unmanaged[Cdecl]<int>)init)()
                : NvmlResult.NoFunction;
            return new NvmlLibrary(handle) { Opened = opened, _isOpen = opened == NvmlResult.Success };
        }

        return null;
    }

    public NvmlResult Count(out int count)
    {
        uint found = 0;
        NvmlResult result = Find("nvmlDeviceGetCount_v2") is var f and not 0 ? (NvmlResult)((delegate* unmanaged[Cdecl]<uint*, int>)f)(&found)
            : NvmlResult.NoFunction;
        count = (int)found;
        return result;
    }

    public NvmlResult Device(int index, out nint device)
    {
        nint handle = 0;
        NvmlResult result = Find("nvmlDeviceGetHandleByIndex_v2") is var f and not 0
            ? (NvmlResult)((delegate* unmanaged[Cdecl]<uint, nint*, int>)f)((uint)index, &handle) : NvmlResult.NoFunction;
        device = handle;
        return result;
    }

    public string Name(nint device) => Text("nvmlDeviceGetName", device);

    public string Uuid(nint device) => Text("nvmlDeviceGetUUID", device);

    /// <summary>mJ since the driver was loaded; Volta and later.</summary>
    public NvmlResult TotalEnergy(nint device, out ulong millijoules)
    {
        ulong value = 0;
        NvmlResult result = Find("nvmlDeviceGetTotalEnergyConsumption") is var f and not 0
            ? (NvmlResult)((delegate* unmanaged[Cdecl]<nint, ulong*, int>)f)(device, &value) : NvmlResult.NoFunction;
        millijoules = value;
        return result;
    }

    /// <summary>mW.</summary>
    public NvmlResult Power(nint device, out uint milliwatts) => Number("nvmlDeviceGetPowerUsage", device, out milliwatts);

    /// <summary>mW.</summary>
    public NvmlResult PowerLimit(nint device, out uint milliwatts) => Number("nvmlDeviceGetPowerManagementLimit", device, out milliwatts);

    public NvmlResult PowerLimits(nint device, out uint least, out uint most)
    {
        uint low = 0, high = 0;
        NvmlResult result = Find("nvmlDeviceGetPowerManagementLimitConstraints") is var f and not 0
            ? (NvmlResult)((delegate* unmanaged[Cdecl]<nint, uint*, uint*, int>)f)(device, &low, &high) : NvmlResult.NoFunction;
        (least, most) = (low, high);
        return result;
    }

    public NvmlResult SetPowerLimit(nint device, uint milliwatts) =>
        Find("nvmlDeviceSetPowerManagementLimit") is var f and not 0 ? (NvmlResult)((delegate* unmanaged[Cdecl]<nint, uint, int>)f)(device, milliwatts)
            : NvmlResult.NoFunction;

    /// <summary>Whether the device is cut into instances (MIG) that have one counter together.</summary>
    public bool IsShared(nint device)
    {
        uint current = 0, pending = 0;
        return Find("nvmlDeviceGetMigMode") is var f and not 0 && ((delegate* unmanaged[Cdecl]<nint, uint*, uint*, int>)f)(device, &current, &pending) == 0
            && current == 1;
    }

    /// <summary>How many processes compute on the device; null where that is not told.</summary>
    public int? Processes(nint device)
    {
        uint count = 0; // no room for any: the call only says how many there are
        if (Find("nvmlDeviceGetComputeRunningProcesses_v3") is not (var f and not 0))
            return null;
        var result = (NvmlResult)((delegate* unmanaged[Cdecl]<nint, uint*, void*, int>)f)(device, &count, null);
        return result is NvmlResult.Success or NvmlResult.InsufficientSize ? (int)count : null;
    }

    /// <summary>The library stays loaded, as the process may have it from elsewhere; what was initialised is shut down.</summary>
    public void Dispose()
    {
        if (_isOpen && Find("nvmlShutdown") is var f and not 0)
            ((delegate* unmanaged[Cdecl]<int>)f)();
        _isOpen = false;
    }

    private NvmlResult Number(string function, nint device, out uint value)
    {
        uint found = 0;
        NvmlResult result = Find(function) is var f and not 0 ? (NvmlResult)((delegate* unmanaged[Cdecl]<nint, uint*, int>)f)(device, &found)
            : NvmlResult.NoFunction;
        value = found;
        return result;
    }

    private string Text(string function, nint device)
    {
        byte* text = stackalloc byte[TextLength];
        new Span<byte>(text, TextLength).Clear();
        bool isKnown = Find(function) is var f and not 0 && ((delegate* unmanaged[Cdecl]<nint, byte*, uint, int>)f)(device, text, TextLength) == 0;
        ReadOnlySpan<byte> found = new(text, TextLength);
        return isKnown && found.IndexOf((byte)0) is > 0 and var end ? Encoding.ASCII.GetString(found[..end]) : "";
    }

    private nint Find(string name)
    {
        if (!_functions.TryGetValue(name, out nint function))
            _functions[name] = function = NativeLibrary.TryGetExport(_library, name, out nint found) ? found : 0;
        return function;
    }
}
