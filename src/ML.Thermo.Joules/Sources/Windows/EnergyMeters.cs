using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using ML.Thermo.Joules.Channels;

namespace ML.Thermo.Joules.Sources.Windows;

/// <summary>
/// The energy meters that Windows 11 shows on machines of their own, without rights of an administrator. The bytes are parsed by
/// <see cref="EnergyMeterBytes"/>, which is tested; these calls have not been run by the authors on a machine that has a meter.
/// </summary>
[SupportedOSPlatform("windows")]
internal static partial class EnergyMeters
{
    private const uint VersionCode = 0x224000, MetadataSizeCode = 0x224004, MetadataCode = 0x224008, MeasurementCode = 0x22400C;
    private const uint GenericRead = 0x80000000;
    private static readonly Guid Interface = new("45BD8344-7ED6-49CF-A440-C276C933B053");

    public static IReadOnlyList<SourceFinding> Find(JouleOptions options)
    {
        var findings = new List<SourceFinding>();
        foreach (string path in Devices())
            findings.AddRange(Open(path, options, findings));
        return findings.Exists(finding => finding.Channel is not null) ? findings :
        [
            .. findings,
            new("cpu", "Energy Meter Interface", JouleScope.Components, JouleStatus.Unavailable)
            {
                Reason = "Windows shows no energy meter of the CPU: it needs Windows 11 on a machine of its own (no virtual machine) and a CPU with RAPL.",
            },
        ];
    }

    private static List<SourceFinding> Open(string path, JouleOptions options, List<SourceFinding> before)
    {
        SafeFileHandle handle = CreateFile(path, GenericRead, 3, 0, 3, 0, 0);
        if (handle.IsInvalid || Ask(handle, VersionCode, 2) is not { } version || BitConverter.ToUInt16(version) != 2
            || Ask(handle, MetadataSizeCode, 4) is not { } size || Ask(handle, MetadataCode, BitConverter.ToInt32(size)) is not { } metadata)
        {
            handle.Dispose();
            return [];
        }

        IReadOnlyList<MeterChannel> channels;
        try
        {
            channels = EnergyMeterBytes.Channels(metadata);
        }
        catch (FormatException error)
        {
            handle.Dispose();
            return [new("cpu", path, JouleScope.Components, JouleStatus.Unavailable) { Reason = error.Message, IsExpected = false }];
        }

        // Several devices mirror the channels of one package: the first counts.
        return channels.Where(channel => channel.Component is not null && !before.Exists(finding => finding.Name == channel.Component)).Select(channel =>
            new SourceFinding(channel.Component!, $"{path}, {channel.Name}", JouleScope.Components, JouleStatus.Measured)
            {
                Channel = new CounterChannel(new Counter(handle, channel.Index, channels.Count), new CounterLimits(null, NeverWraps: true, 1000), options.Time)
                {
                    ResolutionSeconds = 1e-3,
                    Period = TimeSpan.FromSeconds(1),
                    UnitsPerJoule = 1 / EnergyMeterBytes.JoulesPerPicowattHour,
                    HasPhaseError = true,
                },
            }).ToList();
    }

    private static byte[]? Ask(SafeFileHandle handle, uint code, int length)
    {
        byte[] bytes = new byte[length];
        return DeviceIoControl(handle, code, 0, 0, bytes, length, out int got, 0) && got > 0 ? bytes : null;
    }

    private static string[] Devices()
    {
        if (CM_Get_Device_Interface_List_Size(out int length, in Interface, null, 0) != 0 || length <= 1)
            return [];
        char[] names = new char[length];
        return CM_Get_Device_Interface_List(in Interface, null, names, length, 0) == 0
            ? new string(names).Split('\0', StringSplitOptions.RemoveEmptyEntries) : [];
    }

    [LibraryImport("cfgmgr32.dll", EntryPoint = "CM_Get_Device_Interface_List_SizeW", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int CM_Get_Device_Interface_List_Size(out int length, in Guid kind, string? device, int flags);

    [LibraryImport("cfgmgr32.dll", EntryPoint = "CM_Get_Device_Interface_ListW", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int CM_Get_Device_Interface_List(in Guid kind, string? device, [Out] char[] names, int length, int flags);

    [LibraryImport("kernel32.dll", EntryPoint = "CreateFileW", StringMarshalling = StringMarshalling.Utf16, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial SafeFileHandle CreateFile(string path, uint access, int share, nint security, int disposition, int flags, nint template);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool DeviceIoControl(SafeFileHandle device, uint code, nint input, int inputLength, [Out] byte[] output, int outputLength,
        out int returned, nint overlapped);

    private sealed class Counter(SafeFileHandle handle, int channel, int channels) : ICounter
    {
        private readonly byte[] _bytes = new byte[16 * channels];

        public CounterRead Read() => DeviceIoControl(handle, MeasurementCode, 0, 0, _bytes, _bytes.Length, out int got, 0)
            ? CounterRead.Of(EnergyMeterBytes.Measurement(_bytes.AsSpan(0, got), channel).PicowattHours)
            : CounterRead.Failed($"the energy meter does not answer (error {Marshal.GetLastPInvokeError()})");

        public void Dispose() => handle.Dispose();
    }
}
