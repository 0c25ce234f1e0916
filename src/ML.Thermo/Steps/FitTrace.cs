using System.Diagnostics;

namespace ML.Thermo.Steps;

/// <summary>Traces of fits, for OpenTelemetry and whoever else listens; where nobody does, one null check.</summary>
internal static class FitTrace
{
    /// <summary>Name of the source.</summary>
    public const string Name = "ML.Thermo";

    private static readonly ActivitySource s_source = new(Name);

    /// <summary>Runs a fit as an activity, which tells how it failed where it does.</summary>
    /// <param name="component">What is fitted; the activity is <c>fit COMPONENT</c>.</param>
    /// <param name="fit">Does it; the activity is null where nobody listens.</param>
    public static T Run<T>(string component, Func<Activity?, T> fit)
    {
        using Activity? activity = s_source.StartActivity($"fit {component}");
        activity?.SetTag("thermo.component", component);
        try
        {
            return fit(activity);
        }
        catch (Exception error)
        {
            activity?.SetStatus(ActivityStatusCode.Error, error.Message);
            activity?.SetTag("error.type", error.GetType().FullName);
            throw;
        }
    }
}
