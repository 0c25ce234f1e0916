using Microsoft.Extensions.Time.Testing;
using ML.Thermo.Joules;
using ML.Thermo.Joules.Metering;

namespace ML.Thermo.Tests.Sources;

/// <summary>Other machines' powercap trees, built as folders.</summary>
[TestFixture]
public sealed class PowercapTests
{
    private FakeRoot _root = null!;

    [SetUp]
    public void Build() => _root = new FakeRoot();

    [TearDown]
    public void Remove() => _root.Dispose();

    [Test]
    public void One_package()
    {
        _root.Zone("intel-rapl:0", "package-0").Zone("intel-rapl:0:0", "core").Zone("intel-rapl:0:1", "uncore");
        Assert.That(Counted(), Is.EqualTo(new[] { "cpu-package-0" }));
        Assert.That(Status("core-0"), Is.EqualTo(JouleStatus.NotCounted));
    }

    [Test]
    public void Two_sockets_with_nested_memory()
    {
        _root.Zone("intel-rapl:0", "package-0").Zone("intel-rapl:0/intel-rapl:0:0", "dram").Zone("intel-rapl:1", "package-1").Zone("intel-rapl:1/intel-rapl:1:0", "dram");
        Assert.That(Counted(), Is.EquivalentTo(new[] { "cpu-package-0", "dram-0", "cpu-package-1", "dram-1" }));
    }

    [Test]
    public void Memory_has_its_packages_number_and_not_its_zones()
    {
        _root.Zone("intel-rapl:0", "package-1").Zone("intel-rapl:0:0", "dram").Zone("intel-rapl:1", "package-0").Zone("intel-rapl:1:0", "dram");
        Assert.That(Sources().Single(source => source.Name == "dram-1").Source, Does.Contain("intel-rapl:0:0"));
    }

    [Test]
    public void Two_dies()
    {
        _root.Zone("intel-rapl:0", "package-0-die-0").Zone("intel-rapl:1", "package-0-die-1");
        Assert.That(Counted(), Is.EqualTo(new[] { "cpu-package-0-die-0", "cpu-package-0-die-1" }));
    }

    [Test]
    public void Twins_of_two_providers_are_one()
    {
        _root.Zone("intel-rapl-mmio:0", "package-0").Zone("intel-rapl:0", "package-0").Zone("intel-rapl:0:0", "dram");
        Assert.That(Counted(), Is.EqualTo(new[] { "cpu-package-0", "dram-0" }));
        Assert.That(Sources().Single(source => source.Name == "cpu-package-0" && source.Status == JouleStatus.Measured).Source, Does.Contain("intel-rapl:0"));
        Assert.That(Sources().Single(source => source.Name == "cpu-package-0" && source.Status == JouleStatus.NotCounted).Reason, Does.Contain("same counter"));
    }

    [Test]
    public void Two_packages_of_one_name_are_one()
    {
        _root.Zone("intel-rapl:0", "package-0").Zone("intel-rapl:1", "package-0");
        Assert.That(Counted(), Is.EqualTo(new[] { "cpu-package-0" }));
    }

    [Test]
    public void The_platform_stands_beside_and_is_a_total_only_where_it_is_asked_for()
    {
        var time = new FakeTimeProvider();
        _root.Zone("intel-rapl:0", "package-0").Zone("intel-rapl:1", "psys");
        foreach ((JouleScope scope, double total) in new[] { (JouleScope.Components, 3.0), (JouleScope.Platform, 7.0) })
        {
            _root.Count("intel-rapl:0", 0).Count("intel-rapl:1", 0);
            using var machine = new JouleMachine(_root.Options with { Time = time, Scope = scope });
            using JouleMeter meter = machine.Start();
            _root.Count("intel-rapl:0", 3000000).Count("intel-rapl:1", 7000000);
            time.Advance(TimeSpan.FromSeconds(1));
            Joules.Joules joules = meter.Stop();
            Assert.That(joules.TotalJoules, Is.EqualTo(total));
            Assert.That(joules.Components.Select(component => component.Joules), Is.EquivalentTo(new double?[] { 3, 7 }));
            Assert.That(joules.TotalIsLowerBound, Is.False);
        }
    }

    /// <summary>AMD's zones: packages and cores under the same driver's name.</summary>
    [Test]
    public void Amd_packages()
    {
        _root.Zone("intel-rapl:0", "package-0", range: "65532610987").Zone("intel-rapl:0:0", "core", range: "65532610987");
        Assert.That(Counted(), Is.EqualTo(new[] { "cpu-package-0" }));
    }

    [Test]
    public void An_unreadable_package_is_unavailable_although_its_core_is_readable()
    {
        _root.Zone("intel-rapl:0", "package-0").Zone("intel-rapl:0:0", "core").Unreadable("intel-rapl:0");
        JouleComponent package = Sources().Single(source => source.Name == "cpu-package-0");
        Assert.That(package.Status, Is.EqualTo(JouleStatus.Unavailable));
        Assert.That(package.Reason, Does.Contain("intel-rapl:0/energy_uj").And.Contain("root"));
        Assert.That(package.Fix, Does.Contain("tmpfiles.d").And.Contain("group").And.Not.Contain("777").And.Not.Contain("a+r"));
        Joules.Joules joules = JouleMeter.Measure(() => { }, _root.Options);
        Assert.That((joules.TotalJoules, joules.TotalIsLowerBound), Is.EqualTo(((double?)null, false)));
        Assert.That(joules.Basis, Has.Property("Value").Null.And.Property("Reason").Contains("energy_uj"));
    }

    [Test]
    public void A_part_without_a_number_makes_the_total_a_lower_bound()
    {
        var time = new FakeTimeProvider();
        _root.Zone("intel-rapl:0", "package-0").Zone("intel-rapl:1", "package-1").Unreadable("intel-rapl:1");
        using var machine = new JouleMachine(_root.Options with { Time = time });
        using JouleMeter meter = machine.Start();
        _root.Count("intel-rapl:0", 5000000);
        time.Advance(TimeSpan.FromSeconds(1));
        Joules.Joules joules = meter.Stop();
        Assert.That((joules.TotalJoules, joules.TotalIsLowerBound), Is.EqualTo(((double?)5, true)));
        Assert.That(joules.Basis.Reason, Does.Contain("cpu-package-1 (Unavailable)"));
    }

    [Test]
    public void A_twin_that_is_readable_stands_in_for_one_that_is_not()
    {
        _root.Zone("intel-rapl:0", "package-0").Unreadable("intel-rapl:0").Zone("intel-rapl-mmio:0", "package-0");
        Assert.That(Sources().Single(source => source.Name == "cpu-package-0" && source.Status == JouleStatus.Measured).Source, Does.Contain("mmio"));
    }

    [TestCase("many joules")]
    [TestCase("-5")]
    [TestCase("")]
    [TestCase("12 J")]
    [TestCase("18446744073709551616")]
    [TestCase("1234567890123456789012345678901234567890")]
    public void Garbage_is_a_failed_read(string text)
    {
        _root.Zone("intel-rapl:0", "package-0", counter: text);
        JouleComponent found = JouleMeter.Measure(() => { }, _root.Options).Components.Single();
        Assert.That((found.Status, found.Joules), Is.EqualTo((JouleStatus.Unavailable, (double?)null)));
        Assert.That(found.Reason, Does.Contain("expected a whole number"));
    }

    [Test]
    public void A_wrap_and_a_reset_of_a_real_file()
    {
        var time = new FakeTimeProvider();
        _root.Zone("intel-rapl:0", "package-0", counter: "262143328000");
        using var machine = new JouleMachine(_root.Options with { Time = time });
        using JouleMeter all = machine.Start();
        using JouleMeter wrap = machine.Start();
        _root.Count("intel-rapl:0", 150000);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(wrap.Stop().TotalJoules, Is.EqualTo(0.150851));
        using JouleMeter reset = machine.Start();
        _root.Count("intel-rapl:0", 149999);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(reset.Stop().Components.Single().Status, Is.EqualTo(JouleStatus.CounterReset));
        using JouleMeter after = machine.Start();
        _root.Count("intel-rapl:0", 649999);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(after.Stop().TotalJoules, Is.EqualTo(0.5));
        Assert.That(all.Stop().TotalJoules, Is.Null);
    }

    /// <summary>The largest constraint bounds the power, unless one is left open: 250 W for a second are a wrap on a desktop part of 125 W.</summary>
    [TestCase("125000000", "0", JouleStatus.Measured)]
    [TestCase("125000000", "125000000", JouleStatus.CounterReset)]
    [TestCase("125000000", "253000000", JouleStatus.Measured)]
    public void The_most_that_a_package_can_draw_is_what_its_constraints_say(string longTerm, string shortTerm, JouleStatus expected)
    {
        var time = new FakeTimeProvider();
        _root.Zone("intel-rapl:0", "package-0", counter: "262143328849");
        _root.Write("class/powercap/intel-rapl:0/constraint_0_max_power_uw", longTerm).Write("class/powercap/intel-rapl:0/constraint_1_max_power_uw", shortTerm);
        using var machine = new JouleMachine(_root.Options with { Time = time });
        using JouleMeter meter = machine.Start();
        _root.Count("intel-rapl:0", 249999998);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(meter.Stop().Components.Single().Status, Is.EqualTo(expected));
    }

    [Test]
    public void A_zone_that_nobody_knows_is_listed_and_not_added()
    {
        _root.Zone("intel-rapl:0", "package-0").Zone("dtpm:0", "package").Zone("amd-thing:0", "package-0").Write("class/powercap/intel-rapl:7/energy_uj", "1\n");
        Assert.That(Counted(), Is.EqualTo(new[] { "cpu-package-0" }));
        Assert.That(Sources().Where(source => source.Status == JouleStatus.NotCounted).Select(source => source.Reason), Has.Exactly(2).Contains("not known here").And.Exactly(1).Contains("name cannot be read"));
    }

    [Test]
    public void An_empty_folder_and_no_folder_say_what_is_missing()
    {
        Assert.That(Sources()[0].Reason, Does.Contain("no zone"));
        Directory.Delete(Path.Combine(_root.Path_, "class", "powercap"));
        Assert.That(Sources()[0], Has.Property("Status").EqualTo(JouleStatus.Unavailable).And.Property("Fix").Contains("modprobe"));
    }

    [Test]
    public void A_virtual_machine_is_told_by_its_flag()
    {
        _root.Write("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu vme hypervisor sse\n");
        Assert.That(Sources()[0].Reason, Is.EqualTo("virtual machine: the host does not pass energy counters."));
    }

    [Test]
    public void Symbolic_links_are_followed_once_and_loops_never()
    {
        string powercap = Path.Combine(_root.Path_, "class", "powercap");
        _root.Zone("../../devices/intel-rapl:0", "package-0");
        Directory.CreateSymbolicLink(Path.Combine(powercap, "intel-rapl:0"), "../../devices/intel-rapl:0");
        Directory.CreateSymbolicLink(Path.Combine(powercap, "intel-rapl:1"), "intel-rapl:1");
        Directory.CreateSymbolicLink(Path.Combine(powercap, "intel-rapl:2"), "intel-rapl:3");
        Directory.CreateSymbolicLink(Path.Combine(powercap, "intel-rapl:3"), "intel-rapl:2");
        Directory.CreateSymbolicLink(Path.Combine(powercap, "intel-rapl:4"), "/no/such/place");
        Directory.CreateSymbolicLink(Path.Combine(powercap, "intel-rapl:5"), "intel-rapl:0"); // a link to a link
        Assert.That(Sources().Select(source => source.Name).Where(name => name != "gpu"), Is.EqualTo(new[] { "cpu-package-0" }));
    }

    [Test]
    public void A_missing_range_measures_until_the_counter_falls()
    {
        _root.Zone("intel-rapl:0", "package-0", range: null);
        Assert.That(Sources().Single(source => source.Name == "cpu-package-0").Reason, Does.Contain("max_energy_range_uj"));
    }

    private IReadOnlyList<JouleComponent> Sources()
    {
        using var machine = new JouleMachine(_root.Options);
        return machine.Sources;
    }

    private IEnumerable<string> Counted() => Sources().Where(source => source.Status == JouleStatus.Measured).Select(source => source.Name);

    private JouleStatus Status(string name) => Sources().Single(source => source.Name == name).Status;
}
