using ML.Thermo.Report.Monitors;

namespace ML.Thermo.AspNetCore.Serving;

/// <summary>A monitor as pages and health checks see it, wherever it counts. Called from many threads at once.</summary>
internal interface IWatched
{
    /// <summary>The name that it was registered under.</summary>
    string Name { get; }

    /// <summary>Rises with all that a page would show.</summary>
    long Version { get; }

    /// <summary>What is known now.</summary>
    /// <param name="showsValues">Show where rows lie in the bins of the reference.</param>
    MonitorFindings Find(bool showsValues = false);
}
