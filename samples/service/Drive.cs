using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.ML;

namespace Service;

/// <summary>Sends a service patients that its model has not seen, and their labels a little later; after three windows a treatment turns the disease around.</summary>
internal static class Drive
{
    private const int WindowRows = 35, Windows = 6, LabelsLater = 10;

    public static async Task Drift(Uri service, string data, CancellationToken cancellation)
    {
        using var client = new HttpClient { BaseAddress = service };
        var context = new MLContext(seed: 1);
        Patient[] patients = [.. context.Data.CreateEnumerable<Patient>(context.Data.SkipRows(Training.Load(context, data), Training.Rows), reuseRowObject: false)];
        Console.WriteLine($"{service}thermo/diabetes shows what comes.");
        string run = $"{Guid.NewGuid():N}"[..8];
        var labels = new Queue<(string Id, float Value)>();
        for (int i = 0; i < Windows * WindowRows; i++)
        {
            Patient patient = patients[i % patients.Length];
            float progression = i < Windows * WindowRows / 2 ? patient.Progression : 350 - patient.Progression;
            string id = $"{run}-{i}";
            await Post(client, $"/forecast/{id}", new Patient { Features = patient.Features }, cancellation);
            labels.Enqueue((id, progression));
            if (labels.Count > LabelsLater)
                await Label(client, labels.Dequeue(), cancellation);
            if ((i + 1) % WindowRows == 0)
                Console.WriteLine($"after {i + 1} patients: {await Health(client, cancellation)}");
        }

        while (labels.TryDequeue(out (string Id, float Value) label))
            await Label(client, label, cancellation);
        JsonElement now = await client.GetFromJsonAsync<JsonElement>("/thermo/diabetes/json", cancellation);
        Console.WriteLine($"{now.GetProperty("rows")} rows, {now.GetProperty("windowsJudged")} windows, {now.GetProperty("rowsWaiting")} labels awaited, refresh: {now.GetProperty("refresh")}");
    }

    private static async Task<string> Health(HttpClient client, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await client.GetAsync("/health", cancellation); // 503 where a model is unhealthy
        return (await answer.Content.ReadAsStringAsync(cancellation)).TrimEnd();
    }

    private static Task Label(HttpClient client, (string Id, float Value) label, CancellationToken cancellation) =>
        Post(client, "/labels/diabetes", new { id = label.Id, value = label.Value }, cancellation);

    private static async Task Post<T>(HttpClient client, string address, T body, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await client.PostAsJsonAsync(address, body, cancellation);
        answer.EnsureSuccessStatusCode();
    }
}
