using ML.Thermo.Initialization;

namespace ML.Thermo.Faults.Formats;

/// <summary>Files of one kind: how they are damaged, and how one is judged.</summary>
internal interface IFormat
{
    /// <summary>As the table calls it.</summary>
    string Name { get; }

    /// <summary>Files of a cheap format that take as long as one of this.</summary>
    int Cost => 1;

    /// <summary>A damaged file.</summary>
    byte[] Mutant(RandomStream random);

    /// <summary>Reads it as the product does. A <see cref="ThermoException"/> is a clear error.</summary>
    Verdict Judge(byte[] bytes);

    /// <summary>All formats.</summary>
    /// <param name="withRuntime">ONNX Runtime is asked about every network that is taken.</param>
    static IEnumerable<IFormat> All(bool withRuntime) =>
        [new OnnxFormat(withRuntime), new TableFormat(), new CommandFormat(), new NumpyFormat(), new SavedModelFormat(), new MonitorFormat(),
            CheckedTextFormat.Guards(), CheckedTextFormat.Ladders()];
}
