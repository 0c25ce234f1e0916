using Spectre.Console;

namespace ML.Thermo.Cli.Output;

/// <summary>How far long work has come; shown as a bar on the errors once the work has lasted a moment and a person is watching.</summary>
internal sealed class Meter : IProgress<double>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700), Beat = TimeSpan.FromMilliseconds(100);
    private volatile string _stage = "starting";
    private double _share;

    /// <summary>Names what is being done and starts again at zero.</summary>
    public void Begin(string stage)
    {
        Volatile.Write(ref _share, 0);
        _stage = stage;
    }

    /// <inheritdoc/>
    public void Report(double value) => Volatile.Write(ref _share, value);

    /// <summary>Runs the work on another thread, and shows the bar meanwhile.</summary>
    /// <param name="work">Reports to this meter.</param>
    /// <param name="terminal">The bar appears only if a person watches its errors.</param>
    /// <param name="quiet">No bar in any case.</param>
    /// <param name="cancellation">Ends the wait at once, whether or not the work has come to a place where it can stop.</param>
    public async Task<T> Run<T>(Func<Meter, T> work, Terminal terminal, bool quiet, CancellationToken cancellation)
    {
        Task<T> running = Task.Run(() => work(this), cancellation);
        Task<T> waiting = running.WaitAsync(cancellation);
        if (!quiet && terminal.ErrorIsTerminal && await Task.WhenAny(waiting, Task.Delay(Patience, cancellation)) != waiting)
            await Show(waiting, terminal);
        return await waiting;
    }

    private Task Show(Task running, Terminal terminal) => terminal.Progress().Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
        .StartAsync(async bars =>
        {
            ProgressTask bar = bars.AddTask(_stage, maxValue: 1);
            while (!running.IsCompleted)
            {
                bar.Description = Markup.Escape(_stage);
                bar.Value = Volatile.Read(ref _share);
                await Task.WhenAny(running, Task.Delay(Beat));
            }
        });
}
