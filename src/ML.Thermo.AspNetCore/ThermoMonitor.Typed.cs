using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using ML.Thermo.Refresh;

namespace ML.Thermo.AspNetCore;

/// <summary>A monitor that observes rows of a type: what the model is asked, and what the service answers.</summary>
/// <typeparam name="TInput">The rows' class, as for a prediction engine of ML.NET: a member a column that the model reads.</typeparam>
/// <typeparam name="TOutput">What is answered: the model's output class, or any type of one's own. Where a member holds the model's score (of two classes the
/// probability) it is read from there; else the model runs once more for every row.</typeparam>
/// <remarks>Injected as it is where one monitor is registered, by <c>[FromKeyedServices("prices")]</c> where there are several.</remarks>
public class ThermoMonitor<TInput, TOutput>
    where TInput : class
{
    private readonly Lock _lock = new();
    private WatchedRows<TInput, TOutput>? _rows;

    internal ThermoMonitor(ThermoMonitor monitor) => Monitor = monitor;

    /// <summary>The monitor itself: its name, what it knows, late labels.</summary>
    public ThermoMonitor Monitor { get; }

    /// <summary>Time to refresh.</summary>
    public bool Refresh => Monitor.Refresh;

    /// <summary>Observes a row.</summary>
    /// <param name="input">What the model was asked.</param>
    /// <param name="output">What was answered.</param>
    /// <param name="label">The right answer, where it is known already; else NaN.</param>
    /// <returns>Whether the row was counted. Where it could not be, that is logged and shown, and the service goes on.</returns>
    /// <exception cref="ThermoException">The model reads a column that the rows' class does not have.</exception>
    public bool Observe(TInput input, TOutput output, float label = float.NaN) => Observe(input, output, label, null);

    /// <summary>Observes a row whose label comes later, by <see cref="ThermoMonitor.Label"/>.</summary>
    /// <param name="id">What the label will name; a row of an id that still waits is not counted.</param>
    /// <param name="input">What the model was asked.</param>
    /// <param name="output">What was answered.</param>
    /// <returns>Whether the row was counted.</returns>
    /// <exception cref="ThermoException">The model reads a column that the rows' class does not have.</exception>
    public bool Observe(string id, TInput input, TOutput output)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return Observe(input, output, float.NaN, id);
    }

    /// <summary>Engines that predict, of the model that is served now; see <see cref="ThermoMonitorExtensions"/>.</summary>
    internal object? Engines { get; set; }

    /// <summary>Fails now rather than at the first row.</summary>
    internal void Check() => _ = Rows();

    private bool Observe(TInput input, TOutput output, float label, string? id)
    {
        ArgumentNullException.ThrowIfNull(input);
        while (true)
        {
            WatchedRows<TInput, TOutput> rows = Rows();
            WatchedRows<TInput, TOutput>.Reader reader = rows.Rent();
            try
            {
                if (Monitor.Count(rows.Model, reader.Read(input, output, label), id) is { } isCounted)
                    return isCounted;
            }
            catch (Exception error) when (error is ThermoException or InvalidOperationException or ArgumentException)
            {
                Monitor.Refuse(error);
                return false;
            }
            finally
            {
                rows.Return(reader);
            }
        }
    }

    private WatchedRows<TInput, TOutput> Rows()
    {
        WatchedModel model = Monitor.Model;
        WatchedRows<TInput, TOutput>? rows = Volatile.Read(ref _rows);
        if (rows?.Model == model)
            return rows;
        lock (_lock)
        {
            if (_rows?.Model == model)
                return _rows;
            try
            {
                rows = new WatchedRows<TInput, TOutput>(model);
            }
            catch (Exception error) when (error is ArgumentException or InvalidOperationException)
            {
                throw new ThermoException($"The model of monitor '{Monitor.Name}' cannot read rows of {typeof(TInput).Name}: " +
                    $"{error.Message.ReplaceLineEndings(" ")} Expected a member a column, as for a prediction engine.", error);
            }

            Volatile.Write(ref _rows, rows);
            return rows;
        }
    }
}

/// <summary>The monitor of a name.</summary>
internal sealed class NamedMonitor<TInput, TOutput>([ServiceKey] string name, ThermoMonitors all) : ThermoMonitor<TInput, TOutput>(all[name])
    where TInput : class;

/// <summary>The only monitor.</summary>
internal sealed class OnlyMonitor<TInput, TOutput>(ThermoMonitors all) : ThermoMonitor<TInput, TOutput>(all.Only)
    where TInput : class;

/// <summary>Predictions that are observed.</summary>
public static class ThermoMonitorExtensions
{
    /// <summary>What the model says, observed.</summary>
    /// <param name="monitor">The monitor, whose model it is.</param>
    /// <param name="input">The row.</param>
    /// <param name="id">What its label will name; null where none comes later.</param>
    /// <remarks>The engines are pooled, and exchanged when the model is.</remarks>
    /// <exception cref="ThermoException">The model reads a column that the rows' class does not have.</exception>
    public static TOutput Predict<TInput, TOutput>(this ThermoMonitor<TInput, TOutput> monitor, TInput input, string? id = null)
        where TInput : class
        where TOutput : class, new()
    {
        ArgumentNullException.ThrowIfNull(monitor);
        WatchedModel model = monitor.Monitor.Model;
        if (monitor.Engines is not EnginePool<TInput, TOutput> pool || pool.Model != model)
            monitor.Engines = pool = new EnginePool<TInput, TOutput>(model);
        PredictionEngine<TInput, TOutput> engine = pool.Rent();
        TOutput output = engine.Predict(input);
        pool.Return(engine);
        _ = id is null ? monitor.Observe(input, output) : monitor.Observe(id, input, output);
        return output;
    }

    /// <summary>An engine serves one thread at a time.</summary>
    private sealed class EnginePool<TInput, TOutput>(WatchedModel model)
        where TInput : class
        where TOutput : class, new()
    {
        private readonly ConcurrentBag<PredictionEngine<TInput, TOutput>> _engines = [];
        private readonly ITransformer _steps = model.Model;

        public WatchedModel Model => model;

        public PredictionEngine<TInput, TOutput> Rent() => _engines.TryTake(out PredictionEngine<TInput, TOutput>? engine)
            ? engine : new MLContext(0).Model.CreatePredictionEngine<TInput, TOutput>(_steps);

        public void Return(PredictionEngine<TInput, TOutput> engine) => _engines.Add(engine);
    }
}
