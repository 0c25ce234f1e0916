using System.Runtime.InteropServices;

namespace ML.Thermo.Cli.Layers;

/// <summary>The memory of native libraries, which on Linux the C library hands out.</summary>
internal static partial class NativeHeap
{
    private const int MappedFrom = -3; // M_MMAP_THRESHOLD
    private const int Bytes = 2 << 20; // smaller ones are used again sooner than the system could clear others

    /// <summary>
    /// Gives large blocks back to the system as soon as they are free. Else the C library keeps ever larger ones once the first was freed, and what ONNX
    /// Runtime needed only to load a network stays with the process: about twice the network's size.
    /// </summary>
    public static void ReturnLargeBlocks()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = SetOption(MappedFrom, Bytes);
        }
        catch (Exception error) when (error is EntryPointNotFoundException or DllNotFoundException)
        {
            // A C library without the setting, such as musl, whose blocks are mapped anyway.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int option, int value);
}
