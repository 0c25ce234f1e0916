using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Time.Testing;
using ML.Thermo.Joules;
using ML.Thermo.Joules.Metering;
using ML.Thermo.Joules.Tuning;

namespace ML.Thermo.Tests.Nvidia;

/// <summary>The calls into NVML, against a library of two GPUs that is compiled here; skipped where there is no C compiler.</summary>
[TestFixture]
[NonParallelizable]
public sealed class NvmlTests
{
    private string _folder = "", _library = "";
    private nint _fake;

    [OneTimeSetUp]
    public void Compile()
    {
        _folder = Directory.CreateTempSubdirectory("thermo-nvml-").FullName;
        _library = Path.Combine(_folder, "libfake-nvml.so");
        string source = Path.Combine(TestContext.CurrentContext.TestDirectory, "Nvidia", "fake-nvml.c");
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/cc"))
            Assert.Ignore("no C compiler to build the fake library with");
        using var compiler = Process.Start(new ProcessStartInfo("/usr/bin/cc", ["-shared", "-fPIC", "-O1", "-w", "-o", _library, source]))!;
        compiler.WaitForExit();
        Assert.That(compiler.ExitCode, Is.Zero);
        _fake = NativeLibrary.Load(_library);
    }

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TearDown]
    public void Reset()
    {
        if (_fake != 0)
            Set("fake_set_result", 0);
        foreach (string name in new[] { "FAKE_NVML_INIT", "FAKE_NVML_MIG" })
            SetNative(name, null);
        Environment.SetEnvironmentVariable("CUDA_VISIBLE_DEVICES", null);
    }

    [Test]
    public void A_counter_of_millijoules_and_a_power_that_is_integrated()
    {
        using var root = new FakeRoot();
        var time = new FakeTimeProvider();
        SetWide("fake_energy", 1000);
        Set("fake_power", 50000);
        using (var machine = new JouleMachine(root.Options with { NvmlLibrary = _library, Time = time }))
        {
            Assert.That(machine.Sources.Where(source => source.Name.StartsWith("gpu", StringComparison.Ordinal)).Select(source => source.Status), Is.All.EqualTo(JouleStatus.Measured));
            Assert.That(machine.Sources.Single(source => source.Name == "gpu-0").Reason, Does.Contain("2312.02741").And.Contain("3 processes"));
            using JouleMeter meter = machine.Start();
            SetWide("fake_energy", 301000);
            for (int i = 0; i < 40; i++)
                time.Advance(TimeSpan.FromMilliseconds(50));
            Joules.Joules joules = meter.Stop();
            Assert.That(joules.Components.Single(component => component.Name == "gpu-0"), Has.Property("Joules").EqualTo(300).And.Property("StandardError").EqualTo(300 * 0.408248 * 0.1 / 2).Within(1e-3));
            JouleComponent integrated = joules.Components.Single(component => component.Name == "gpu-1");
            Assert.That(integrated.Joules, Is.EqualTo(100).Within(1e-9));
            Assert.That((integrated.StandardError, integrated.Status), Is.EqualTo(((double?)null, JouleStatus.Measured)));
            Assert.That(joules.TotalIsLowerBound, "the CPU of this root is not measured");
        }

        Assert.That(Get("fake_opened"), Is.Zero, "what was initialised is shut down");
    }

    [Test]
    public void A_counter_that_falls_was_set_back_with_its_driver()
    {
        using var root = new FakeRoot();
        var time = new FakeTimeProvider();
        SetWide("fake_energy", 9000);
        using var machine = new JouleMachine(root.Options with { NvmlLibrary = _library, Time = time });
        using JouleMeter meter = machine.Start();
        SetWide("fake_energy", 10);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(meter.Stop().Components.Single(component => component.Name == "gpu-0"), Has.Property("Status").EqualTo(JouleStatus.CounterReset).And.Property("Joules").Null);
    }

    [Test]
    public void Instances_of_a_gpu_share_its_counter()
    {
        SetNative("FAKE_NVML_MIG", "1");
        using var root = new FakeRoot();
        var time = new FakeTimeProvider();
        using var machine = new JouleMachine(root.Options with { NvmlLibrary = _library, Time = time });
        using JouleMeter meter = machine.Start();
        time.Advance(TimeSpan.FromSeconds(2));
        Joules.Joules joules = meter.Stop();
        Assert.That(joules.Components.Single(component => component.Name == "gpu-0").Status, Is.EqualTo(JouleStatus.SharedDevice));
        Assert.That(joules.Basis.Status, Is.EqualTo(JouleStatus.SharedDevice));
    }

    [Test]
    public void A_device_that_cuda_may_not_use_is_left_out()
    {
        Environment.SetEnvironmentVariable("CUDA_VISIBLE_DEVICES", "GPU-bb");
        using var root = new FakeRoot();
        using var machine = new JouleMachine(root.Options with { NvmlLibrary = _library });
        Assert.That(machine.Sources.Single(source => source.Name == "gpu-0"), Has.Property("Status").EqualTo(JouleStatus.NotCounted).And.Property("Reason").Contains("GPU-bb"));
    }

    [TestCase("9", "no driver is loaded", 1)]
    [TestCase("4", "no permission", 2)]
    public void A_library_that_does_not_open_says_why(string code, string reason, int expectedComponents)
    {
        SetNative("FAKE_NVML_INIT", code);
        using var root = new FakeRoot();
        using var machine = new JouleMachine(root.Options with { NvmlLibrary = _library });
        Assert.That(machine.Sources.Single(source => source.Name == "gpu").Reason, Does.Contain(reason));
        using JouleMeter meter = machine.Start();
        Assert.That(meter.Stop().Components, Has.Count.EqualTo(expectedComponents), "a GPU that is not there is no part of the bill");
    }

    [Test]
    public void No_library_is_no_gpu_and_no_error()
    {
        using var root = new FakeRoot();
        using var machine = new JouleMachine(root.Options);
        Assert.That(machine.Sources.Single(source => source.Name == "gpu").Reason, Does.Contain("no NVIDIA driver library"));
    }

    [Test]
    public void A_power_limit_is_set_back()
    {
        using (var limit = PowerLimit.Take(0, _library, _folder))
        {
            Assert.That(Directory.GetFiles(_folder, "*.txt").Select(File.ReadAllText), Is.EqualTo(new[] { "300000" }), "the old value is on disk before anything is set");
            limit.Set(200);
            Assert.That(Limit(0), Is.EqualTo(200000));
            Assert.That(() => limit.Set(20), Throws.TypeOf<ThermoException>().With.Message.Contains("100 to 350 W"));
            Set("fake_set_result", 4);
            Assert.That(() => limit.Set(150), Throws.TypeOf<ThermoException>().With.Message.Contains("root"));
            Set("fake_set_result", 0);
        }

        Assert.That(Limit(0), Is.EqualTo(300000));
        Assert.That(Directory.GetFiles(_folder, "*.txt"), Is.Empty);
    }

    [Test]
    public void A_power_limit_that_a_crash_left_is_set_back_by_the_next_run()
    {
        File.WriteAllText(Path.Combine(_folder, "ml-thermo-power-limit-1.txt"), "280000");
        Assert.That(PowerLimit.RestoreLeftOver(_library, _folder), Has.Count.EqualTo(1).And.Some.Contains("280 W again"));
        Assert.That((Limit(1), Directory.GetFiles(_folder, "*.txt").Length), Is.EqualTo((280000, 0)));
        File.WriteAllText(Path.Combine(_folder, "ml-thermo-power-limit-1.txt"), "300000");
        Set("fake_set_result", 4);
        Assert.That(PowerLimit.RestoreLeftOver(_library, _folder), Has.Some.Contains("nvidia-smi -i 1 -pl 300"));
        Set("fake_set_result", 0);
        Assert.That(PowerLimit.RestoreLeftOver(_library, _folder), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_power_limit_without_a_gpu_is_refused() =>
        Assert.That(() => PowerLimit.Take(0, "/no/such/library.so", _folder), Throws.TypeOf<ThermoException>().With.Message.Contains("no NVIDIA driver"));

    private unsafe void Set(string function, int value) => ((delegate* unmanaged[Cdecl]<int, void>)NativeLibrary.GetExport(_fake, function))(value);

    private unsafe void SetWide(string function, ulong value) => ((delegate* unmanaged[Cdecl]<ulong, void>)NativeLibrary.GetExport(_fake, function))(value);

    private unsafe int Get(string function) => ((delegate* unmanaged[Cdecl]<int>)NativeLibrary.GetExport(_fake, function))();

    private unsafe int Limit(int gpu) => ((delegate* unmanaged[Cdecl]<int, int>)NativeLibrary.GetExport(_fake, "fake_limit"))(gpu);

    /// <summary>.NET keeps its environment to itself; the library reads the C one.</summary>
    private static unsafe void SetNative(string name, string? value)
    {
        if (!OperatingSystem.IsLinux())
            return;
        nint libc = NativeLibrary.Load("libc.so.6");
        nint text = Marshal.StringToCoTaskMemUTF8(name), content = Marshal.StringToCoTaskMemUTF8(value);
        if (value is null)
            ((delegate* unmanaged[Cdecl]<nint, int>)NativeLibrary.GetExport(libc, "unsetenv"))(text);
        else
            ((delegate* unmanaged[Cdecl]<nint, nint, int, int>)NativeLibrary.GetExport(libc, "setenv"))(text, content, 1);
        Marshal.FreeCoTaskMem(text);
        Marshal.FreeCoTaskMem(content);
    }
}
