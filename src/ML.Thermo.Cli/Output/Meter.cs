using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ML.Thermo.Cli.Output;

/// <summary>How far long work has come: a bar on the errors where a person is watching, now and then a line where none is.</summary>
internal sealed class Meter : IProgress<double>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700), Beat = TimeSpan.FromMilliseconds(100), FirstLine = TimeSpan.FromSeconds(10);
    private volatile string _stage = "starting", _advice = "";
    private double _share;
    private long _began = Stopwatch.GetTimestamp();

    /// <summary>Time that the stage still takes if it goes on as it did; null where that cannot be told yet.</summary>
    public TimeSpan? Left =>
        Volatile.Read(ref _share) is var share and > 0 ? Stopwatch.GetElapsedTime(Volatile.Read(ref _began)) * ((1 - share) / share) : null;

    /// <summary>Names what is being done and starts again at zero.</summary>
    /// <param name="stage">What is being done.</param>
    /// <param name="advice">What a line says once if the stage takes over half a minute: how to wait less.</param>
    public void Begin(string stage, string advice = "")
    {
        _advice = advice;
        Volatile.Write(ref _share, 0);
        Volatile.Write(ref _began, Stopwatch.GetTimestamp());
        _stage = stage;
    }

    /// <summary>Names what is being done now, as a further part of the same work.</summary>
    public void Rename(string stage) => _stage = stage;

    /// <inheritdoc/>
    public void Report(double value) => Volatile.Write(ref _share, value);

    /// <summary>Runs the work on another thread, and shows meanwhile how far it has come.</summary>
    /// <param name="work">Reports to this meter.</param>
    /// <param name="terminal">The bar appears only if a person watches its errors.</param>
    /// <param name="quiet">No bar and no lines in any case.</param>
    /// <param name="cancellation">Ends the wait at once, whether or not the work has come to a place where it can stop.</param>
    public async Task<T> Run<T>(Func<Meter, T> work, Terminal terminal, bool quiet, CancellationToken cancellation)
    {
        Task<T> running = Task.Run(() => work(this), cancellation);
        Task<T> waiting = running.WaitAsync(cancellation);
        if (!quiet && await Task.WhenAny(waiting, Task.Delay(terminal.ErrorIsTerminal ? Patience : FirstLine, cancellation)) != waiting
            && !cancellation.IsCancellationRequested)
            await (terminal.ErrorIsTerminal ? Show(waiting, terminal) : Tell(waiting, terminal, cancellation));
        return await waiting;
    }

    /// <summary>Minutes and seconds, with hours where there are any; days alone where there are many.</summary>
    public static string Clock(TimeSpan time) => time.TotalDays >= 3
        ? $"{time.TotalDays:F0} days"
        : time.TotalHours < 1 ? time.ToString(@"m\:ss", CultureInfo.InvariantCulture)
        : $"{(int)time.TotalHours}:{time.ToString(@"mm\:ss", CultureInfo.InvariantCulture)}";

    /// <summary>A line after ten seconds, and each time when the work has lasted twice as long.</summary>
    private async Task Tell(Task running, Terminal terminal, CancellationToken cancellation)
    {
        for (TimeSpan next = FirstLine; !running.IsCompleted && !cancellation.IsCancellationRequested; next *= 2)
        {
            bool isLong = Left is not { TotalSeconds: < 30 };
            string left = Left is { } time ? $", about {Clock(time)} left" : "", advice = isLong && _advice.Length > 0 ? $" ({_advice})" : "";
            terminal.Error.WriteLine($"note: {_stage}: {Volatile.Read(ref _share):P0}{left}{advice}");
            _advice = isLong ? "" : _advice;
            await Task.WhenAny(running, Task.Delay(next, cancellation));
        }
    }

    private Task Show(Task running, Terminal terminal) => terminal.Progress().Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new LeftColumn(this))
        .StartAsync(async bars =>
        {
            ProgressTask bar = bars.AddTask(_stage, maxValue: 1);
            while (!running.IsCompleted)
            {
                bar.Description = Plain.Cell(_stage);
                bar.Value = Volatile.Read(ref _share);
                await Task.WhenAny(running, Task.Delay(Beat));
            }
        });

    private sealed class LeftColumn(Meter meter) : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(meter.Left is { } left ? $"about {Clock(left)} left" : "", new Style(Color.Blue));
    }
}
