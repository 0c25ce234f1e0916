namespace ML.Thermo.Joules;

/// <summary>Which part of the machine the total is about. Parts of different scopes contain one another and are never added.</summary>
public enum JouleScope
{
    /// <summary>CPU packages, their memory and GPUs: not the board, the fans, the disks or the power supply.</summary>
    Components,

    /// <summary>The platform's own counter (psys), which contains the CPU packages.</summary>
    Platform,

    /// <summary>The whole device, at its battery, while it runs from it.</summary>
    Device,
}
