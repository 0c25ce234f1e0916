using System.Runtime.InteropServices;

namespace ML.Thermo.Files;

/// <summary>What Unix knows of a file, with links followed. .NET itself does not say whether a path is a device or who owns it.</summary>
internal readonly partial record struct UnixFile
{
    private const int KindMask = 0xF000, OrdinaryKind = 0x8000, FolderKind = 0x4000, ModeMask = 0xFFF;

    private UnixFile(in Status status) =>
        (Kind, Mode, Owner, Group, Device, Number) =
            (status.Mode & KindMask, (UnixFileMode)(status.Mode & ModeMask), status.Owner, status.Group, status.Device, status.Number);

    /// <summary>Permissions.</summary>
    public UnixFileMode Mode { get; }

    /// <summary>Number of the user.</summary>
    public uint Owner { get; }

    /// <summary>Number of the group.</summary>
    public uint Group { get; }

    /// <summary>The disk.</summary>
    public long Device { get; }

    /// <summary>Number on the disk.</summary>
    public long Number { get; }

    /// <summary>An ordinary file: no folder, device, pipe or socket.</summary>
    public bool IsOrdinary => Kind == OrdinaryKind;

    /// <summary>A folder.</summary>
    public bool IsFolder => Kind == FolderKind;

    private int Kind { get; }

    /// <summary>What is at a path; null where there is nothing, or on Windows.</summary>
    public static unsafe UnixFile? Of(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;
        Status status = default;
        return Stat(path, &status) == 0 ? new UnixFile(status) : null;
    }

    /// <summary>Gives a file to a user and a group.</summary>
    /// <returns>False where the system does not allow it.</returns>
    public static bool TryGive(string path, uint owner, uint group) => ChangeOwner(path, owner, group) == 0;

    // The runtime's own layer: one layout of the answer on every Unix, where that of the C library differs.
    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int Stat(string path, Status* status);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ChangeOwner(string path, uint owner, uint group);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(4)]
        public int Mode;

        [FieldOffset(8)]
        public uint Owner;

        [FieldOffset(12)]
        public uint Group;

        [FieldOffset(88)]
        public long Device;

        [FieldOffset(104)]
        public long Number;
    }
}
