namespace ML.Thermo.Joules.Sources.Powercap;

/// <summary>How counters that are there become readable, for one group of users and over reboots.</summary>
internal static class Permission
{
    /// <summary>Why they are closed.</summary>
    public const string Why = "Linux keeps it for root, because its values leak secrets of other programs (CVE-2020-8694).";

    /// <summary>One group gets read access; the counters stay closed to everybody else.</summary>
    public const string Fix =
        "Give one group read access: sudo groupadd --system joules; sudo usermod -aG joules $USER; "
        + "echo 'z /sys/class/powercap/*/energy_uj 0440 root joules -' | sudo tee /etc/tmpfiles.d/joules.conf; sudo systemd-tmpfiles --create joules.conf; "
        + "then log in again. Or run as root once. In a container: " + Container;

    /// <summary>Container engines hide the folder where it usually is, and show it where it is mounted by hand.</summary>
    public const string Container =
        "mount the powercap folders read-only and name them: -v /sys/class/powercap:/energy/class/powercap:ro "
        + "-v /sys/devices/virtual/powercap:/energy/devices/virtual/powercap:ro, then --sysfs /energy.";
}
