using System.Runtime.InteropServices;

namespace ML.Thermo.Files;

/// <summary>What Unix knows of a file, with links followed. .NET itself does not say whether a path is a device or who owns it: on Linux
/// <c>statx</c> does, whose answer has one layout on every processor. Elsewhere owner and number on the disk stay unknown, and only what lies
/// in <c>/dev</c> is known to be no ordinary file.</summary>
internal readonly partial record struct UnixFile
{
    private const int KindMask = 0xF000, OrdinaryKind = 0x8000, FolderKind = 0x4000, DeviceKind = 0x2000, ModeMask = 0xFFF;
    private const int CurrentFolder = -100;
    private const uint BasicFields = 0x7FF;

    private UnixFile(int kind, UnixFileMode mode) => (Kind, Mode) = (kind, mode);

    /// <summary>Permissions.</summary>
    public UnixFileMode Mode { get; }

    /// <summary>Numbers of user and group; null where they are not known.</summary>
    public (uint User, uint Group)? Owner { get; private init; }

    /// <summary>What tells it from all other files; null where that is not known.</summary>
    public (uint Major, uint Minor, ulong Number)? Identity { get; private init; }

    /// <summary>An ordinary file: no folder, device, pipe or socket.</summary>
    public bool IsOrdinary => Kind == OrdinaryKind;

    /// <summary>A folder.</summary>
    public bool IsFolder => Kind == FolderKind;

    private int Kind { get; }

    /// <summary>What is at a path; null where there is nothing, or on Windows.</summary>
    public static UnixFile? Of(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;
        return OperatingSystem.IsLinux() ? OnLinux(path) : OnOtherUnix(path);
    }

    /// <summary>Gives a file to a user and a group.</summary>
    /// <returns>False where the system does not allow it.</returns>
    public static bool TryGive(string path, (uint User, uint Group) owner) => ChangeOwner(path, owner.User, owner.Group) == 0;

    private static unsafe UnixFile? OnLinux(string path)
    {
        Status status = default;
        if (Stat(CurrentFolder, path, 0, BasicFields, &status) != 0)
            return null;
        return new UnixFile(status.Mode & KindMask, (UnixFileMode)(status.Mode & ModeMask))
        {
            Owner = (status.User, status.Group),
            Identity = (status.DeviceMajor, status.DeviceMinor, status.Number),
        };
    }

    private static UnixFile? OnOtherUnix(string path)
    {
        bool isFolder = Directory.Exists(path);
        if (OperatingSystem.IsWindows() || (!isFolder && !File.Exists(path)))
            return null;
        int kind = isFolder ? FolderKind : path.StartsWith("/dev/", StringComparison.Ordinal) ? DeviceKind : OrdinaryKind;
        return new UnixFile(kind, File.GetUnixFileMode(path));
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int Stat(int folder, string path, int flags, uint fields, Status* status);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ChangeOwner(string path, uint owner, uint group);

    /// <summary><c>struct statx</c> of Linux, a fixed part of its interface (man 2 statx).</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(20)]
        public uint User;

        [FieldOffset(24)]
        public uint Group;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Number;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
