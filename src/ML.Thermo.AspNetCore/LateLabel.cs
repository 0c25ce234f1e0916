using Microsoft.AspNetCore.Http;

namespace ML.Thermo.AspNetCore;

/// <summary>A label that comes later, as it is sent.</summary>
/// <param name="Id">Of the row.</param>
/// <param name="Value">The right answer; null where it never comes.</param>
internal sealed record LateLabel(string? Id, double? Value)
{
    /// <summary>Gives it to a monitor, and says what became of it.</summary>
    public IResult Take(ThermoMonitors monitors, string name)
    {
        if (string.IsNullOrEmpty(Id))
            return Problem(StatusCodes.Status400BadRequest, "The label names no row: expected {\"id\": \"…\", \"value\": 1}.");
        if (monitors.Find(name) is not { } monitor)
        {
            string names = string.Join(", ", monitors.Select(known => known.Name));
            return Problem(StatusCodes.Status404NotFound, $"No monitor '{name}' is registered: expected {names}.");
        }

        try
        {
            return monitor.Label(Id, Value ?? double.NaN) switch
            {
                LabelOutcome.Taken => Results.NoContent(),
                LabelOutcome.Late => Results.Text($"The row '{Id}' waits no more: its window was judged with the labels that it had."),
                LabelOutcome.Doubled => Problem(StatusCodes.Status409Conflict, $"A label of row '{Id}' has come already, and stands: expected one a row."),
                _ => Problem(StatusCodes.Status404NotFound, $"No row '{Id}' waits for a label: expected the id of a row that was observed, not labelled " +
                    "yet and not dropped since."),
            };
        }
        catch (UnusableDataException wrong)
        {
            return Problem(StatusCodes.Status400BadRequest, $"{wrong.Message} The row '{Id}' still waits.");
        }
        catch (Exception error) when (error is ThermoException or IOException or UnauthorizedAccessException)
        {
            return Problem(StatusCodes.Status503ServiceUnavailable, error.Message);
        }
    }

    private static IResult Problem(int status, string what) => Results.Problem(what.ReplaceLineEndings(" "), statusCode: status);
}
