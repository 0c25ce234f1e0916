using System.Diagnostics;
using NUnit.Framework.Interfaces;

namespace ML.Thermo.Mutants;

/// <summary>
/// A process that runs tests over one mutated library: orders on its standard input, replies on its standard output. A test that takes too long ends
/// the process, because nothing else ends a loop that never ends; the crew starts another.
/// </summary>
internal sealed class Worker
{
    private readonly Bench _bench;
    private readonly TextWriter _replies;
    private double _limit = double.PositiveInfinity;

    private Worker(Bench bench, TextWriter replies)
    {
        _bench = bench;
        _replies = replies;
        new Thread(Watch) { IsBackground = true, Priority = ThreadPriority.Highest }.Start();
    }

    /// <summary>Serves until the input ends. A mutant that is given is active from the start, before anything static is initialised.</summary>
    public static void Serve(string library, string tests, int active)
    {
        // What tests print would be taken for replies.
        using var replies = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        TextReader orders = Console.In;
        Console.SetOut(TextWriter.Null);
        Console.SetError(TextWriter.Null);
        var worker = new Worker(new Bench(library, tests, active), replies);
        worker.Say(new Reply(Reply.Ready) { Tests = [.. worker._bench.Tests] });
        while (orders.ReadLine() is { } line)
        {
            Order order = Reply.Read<Order>(line);
            if (order.Mutant < 0)
                worker.Explore(order);
            else
                worker.Try(order, isFresh: active >= 0);
        }
    }

    private void Say(Reply reply)
    {
        lock (_replies)
            _replies.WriteLine(Reply.Line(reply));
    }

    /// <summary>Says of every test whether it passes, what it takes and what it reaches; what a fixture reaches before its tests belongs to all.</summary>
    private void Explore(Order order)
    {
        _limit = order.Seconds[0];
        var before = new Dictionary<string, HashSet<int>>(StringComparer.Ordinal);
        _bench.IsCapturing = true;
        _bench.Reached();
        _bench.Run(order.Tests, test => Prepared(test).UnionWith(_bench.Reached().All), (result, seconds) =>
        {
            (int[] all, int[] isStatic) = _bench.Reached();
            string said = result.ResultState.Status == TestStatus.Passed ? Reply.Passed : Reply.Failed;
            Say(new Reply(said, result.Test.FullName, seconds, [.. Prepared(result.Test).Union(all)], isStatic));
        });
        _bench.IsCapturing = false;
        Say(new Reply(Reply.Done));

        HashSet<int> Prepared(ITest test) => before.TryGetValue(test.ClassName ?? "", out HashSet<int>? ids) ? ids : before[test.ClassName ?? ""] = [];
    }

    /// <summary>Runs the tests until one fails. A test that fails without the mutant too says nothing of it.</summary>
    private void Try(Order order, bool isFresh)
    {
        for (int i = 0; i < order.Tests.Length; i++)
        {
            _bench.Active = order.Mutant;
            _limit = 2 + (10 * order.Seconds[i]);
            if (_bench.Passes(order.Tests[i]))
                continue;
            _bench.Active = -1;
            if (!isFresh && !_bench.Passes(order.Tests[i]))
                End(new Reply(Reply.Dirty, order.Tests[i]));
            Say(new Reply(Reply.Failed, order.Tests[i]));
            return;
        }

        _bench.Active = -1;
        Say(new Reply(isFresh || IsReached(order) ? Reply.Done : Reply.Kept));
    }

    /// <summary>Whether the quickest test still comes by the mutant in a process that has run others before.</summary>
    private bool IsReached(Order order)
    {
        _limit = double.PositiveInfinity;
        _bench.Reached();
        _bench.IsCapturing = true;
        _bench.Passes(order.Tests[0]);
        _bench.IsCapturing = false;
        return _bench.Reached().All.Contains(order.Mutant);
    }

    private void Watch()
    {
        while (true)
        {
            Thread.Sleep(100);
            if (_bench.Elapsed() > _limit)
                End(new Reply(Reply.Slow, _bench.Running));
        }
    }

    private void End(Reply reply)
    {
        Say(reply);
        Process.GetCurrentProcess().Kill();
    }
}
