using System.Diagnostics;
using System.Reflection;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace ML.Thermo.Mutants;

/// <summary>The tests of an assembly in this process, one after the other, and the switch of the mutated library that they test.</summary>
internal sealed class Bench : ITestListener
{
    private readonly FieldInfo _active, _capture;
    private readonly MethodInfo _reached;
    private readonly NUnitTestAssemblyRunner _runner = new(new DefaultTestAssemblyBuilder());
    private readonly Dictionary<string, ITest> _tests = new(StringComparer.Ordinal);
    private readonly Process _process = Process.GetCurrentProcess();
    private TimeSpan _began;
    private Action<ITest>? _started;
    private Action<ITestResult, double>? _finished;

    /// <summary>Loads both; a mutant that is given is active from the first moment on.</summary>
    public Bench(string library, string tests, int active)
    {
        Type control = Assembly.Load(library).GetTypes().SingleOrDefault(type => type.Name == "MutantControl")
            ?? throw new InvalidOperationException($"{library} holds no mutants: it was not built by Stryker");
        _active = control.GetField("ActiveMutant")!;
        _capture = control.GetField("CaptureCoverage")!;
        _reached = control.GetMethod("GetCoverageData")!;
        Active = active;
        _runner.Load(Assembly.Load(tests), new Dictionary<string, object> { ["NumberOfTestWorkers"] = 0, ["SynchronousEvents"] = true });
        Add(_runner.LoadedTest ?? throw new InvalidOperationException($"{tests} holds no tests"), isExplicit: false);
    }

    public int Active
    {
        get => (int)_active.GetValue(null)!;
        set => _active.SetValue(null, value);
    }

    /// <summary>Whether the library notes which mutants are reached; none is active then.</summary>
    public bool IsCapturing
    {
        set => _capture.SetValue(null, value);
    }

    public IEnumerable<string> Tests => _tests.Keys;

    public string Running { get; private set; } = "";

    /// <summary>Mutants reached since the last call, and those among them that are in static initialisers.</summary>
    public (int[] All, int[] Static) Reached()
    {
        var lists = (IList<int>[])_reached.Invoke(null, null)!;
        return ([.. lists[0]], [.. lists[1]]);
    }

    /// <summary>Whether a test passes.</summary>
    public bool Passes(string test)
    {
        bool passed = false;
        Run([test], null, (result, _) => passed = result.ResultState.Status != TestStatus.Failed);
        return passed;
    }

    public void Run(IEnumerable<string> names, Action<ITest>? started, Action<ITestResult, double>? finished)
    {
        (_started, _finished) = (started, finished);
        string wanted = string.Concat(names.Where(_tests.ContainsKey).Select(name => $"<id>{_tests[name].Id}</id>"));
        if (wanted.Length > 0)
            _runner.Run(this, TestFilter.FromXml($"<filter><or>{wanted}</or></filter>"));
    }

    /// <summary>Processor time since the running test began; 0 between tests.</summary>
    public double Elapsed()
    {
        if (Running.Length == 0)
            return 0;
        _process.Refresh();
        return (_process.TotalProcessorTime - _began).TotalSeconds;
    }

    public void TestStarted(ITest test)
    {
        if (test.IsSuite)
            return;
        _process.Refresh();
        _began = _process.TotalProcessorTime;
        Running = test.FullName;
        _started?.Invoke(test);
    }

    public void TestFinished(ITestResult result)
    {
        if (result.Test.IsSuite)
            return;
        double seconds = Elapsed();
        Running = "";
        _finished?.Invoke(result, seconds);
    }

    public void TestOutput(TestOutput output)
    {
    }

    public void SendMessage(TestMessage message)
    {
    }

    /// <summary>Explicit tests are left out, because a filter by number would run them.</summary>
    private void Add(ITest test, bool isExplicit)
    {
        isExplicit |= test.RunState == RunState.Explicit;
        if (!test.IsSuite && !isExplicit)
            _tests.TryAdd(test.FullName, test);
        foreach (ITest child in test.Tests)
            Add(child, isExplicit);
    }
}
