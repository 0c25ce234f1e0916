using Microsoft.AspNetCore.Http;

namespace ML.Thermo.AspNetCore;

/// <summary>What is answered to a label that comes later.</summary>
internal static class Labels
{
    public static IResult Take(ThermoMonitors monitors, string name, string id, double value)
    {
        if (monitors.Find(name) is not { } monitor)
            return Problem(StatusCodes.Status404NotFound, $"No monitor '{name}' is registered: expected {string.Join(", ", monitors.Select(known => known.Name))}.");
        try
        {
            return monitor.Label(id, value) switch
            {
                LabelOutcome.Taken => Results.NoContent(),
                LabelOutcome.Doubled => Problem(StatusCodes.Status409Conflict, $"A label of row '{id}' has come already, and stands: expected one a row."),
                _ => Problem(StatusCodes.Status404NotFound, $"No row '{id}' waits for a label: expected the id of a row that was observed, not labelled yet and " +
                    "not dropped since."),
            };
        }
        catch (UnusableDataException wrong)
        {
            return Problem(StatusCodes.Status400BadRequest, $"{wrong.Message} The row '{id}' still waits.");
        }
        catch (Exception error) when (error is ThermoException or IOException or UnauthorizedAccessException)
        {
            return Problem(StatusCodes.Status503ServiceUnavailable, error.Message);
        }
    }

    private static IResult Problem(int status, string what) => Results.Problem(what.ReplaceLineEndings(" "), statusCode: status);
}
