using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using ML.Thermo.Joules;
using ML.Thermo.Joules.Metering;
using ML.Thermo.Joules.Sources.Nvidia;
using ML.Thermo.Joules.Sources.Windows;

namespace ML.Thermo.Tests.Sources;

[TestFixture]
public sealed class OtherSourceTests
{
    [TestCase("power_now", 20000000, "", 0, 20.0)]
    [TestCase("current_now", 2000000, "voltage_now", 12000000, 24.0)]
    [TestCase("current_now", -2000000, "voltage_now", 12000000, 24.0)]
    public void A_battery_that_discharges_is_integrated(string file, int value, string other, int otherValue, double watts)
    {
        using var root = new FakeRoot();
        var time = new FakeTimeProvider();
        root.Write("class/power_supply/BAT0/status", "Discharging\n").Write($"class/power_supply/BAT0/{file}", $"{value}\n");
        if (other.Length > 0)
            root.Write($"class/power_supply/BAT0/{other}", $"{otherValue}\n");
        using var machine = new JouleMachine(root.Options with { Time = time, Scope = JouleScope.Device });
        using JouleMeter meter = machine.Start();
        for (int i = 0; i < 20; i++)
            time.Advance(TimeSpan.FromSeconds(1));
        Joules.Joules joules = meter.Stop();
        Assert.That(joules.TotalJoules, Is.EqualTo(20 * watts).Within(1e-9));
        Assert.That(joules.TotalStandardError, Is.Null);
        Assert.That(joules.Power.Select(point => point.Watts), Has.Exactly(20).EqualTo(watts).Within(1e-9));
    }

    [Test]
    public void A_battery_at_the_mains_has_no_number_and_says_so()
    {
        using var root = new FakeRoot();
        root.Write("class/power_supply/BAT1/status", "Charging\n").Write("class/power_supply/BAT1/power_now", "1\n");
        using var machine = new JouleMachine(root.Options with { Scope = JouleScope.Device });
        Assert.That(machine.Sources.Single(source => source.Name == "battery-BAT1"), Has.Property("Status").EqualTo(JouleStatus.Unavailable).And.Property("Reason").Contains("Charging"));
    }

    /// <summary>10 s on 4 processors: idle 12 W, busy 52 W, load 0.25: 12·10 + 40·0.25·10 = 220 J.</summary>
    [Test]
    public void Assumed_watts_follow_the_load_and_are_an_estimate()
    {
        using var root = new FakeRoot();
        var time = new FakeTimeProvider();
        Stat(root, 0, 0);
        using var machine = new JouleMachine(root.Options with { Time = time, AssumedWatts = new AssumedWatts(12, 52) });
        using JouleMeter meter = machine.Start();
        Stat(root, 1000, 3000);
        time.Advance(TimeSpan.FromSeconds(10));
        Joules.Joules joules = meter.Stop();
        JouleComponent assumed = joules.Components.Single(component => component.Name == "assumed");
        Assert.That((assumed.Status, assumed.StandardError), Is.EqualTo((JouleStatus.Estimated, (double?)null)));
        Assert.That(assumed.Joules, Is.EqualTo(220).Within(1e-9));
        Assert.That(assumed.Reason, Does.Contain("12").And.Contain("52").And.Contain("load"));
        Assert.That(joules.TotalJoules, Is.Null, "an estimate is no measurement");
        Assert.That(joules.Per(1000), Is.EqualTo(new JouleQuantity(0.22, null, JouleStatus.Estimated, assumed.Reason)));
    }

    [TestCase("12")]
    [TestCase("12:")]
    [TestCase("30:12")]
    [TestCase("-1:5")]
    [TestCase("1:NaN")]
    [TestCase("1:∞")]
    public void Watts_that_are_none_are_refused(string text) => Assert.That(() => AssumedWatts.Parse(text), Throws.TypeOf<ThermoException>().With.Message.Contains(text));

    [Test]
    public void Nothing_is_assumed_unless_it_is_asked_for()
    {
        using var root = new FakeRoot();
        Assert.That(JouleMeter.Measure(() => { }, root.Options).Components.Select(component => component.Status), Is.EqualTo(new[] { JouleStatus.Unavailable }));
    }

    [TestCase(null, "0 1 2")]
    [TestCase("", "")]
    [TestCase("1", "1")]
    [TestCase("2,0", "0 2")]
    [TestCase("0,-1,2", "0")]
    [TestCase("0,7,2", "0")]
    [TestCase("GPU-bb", "1")]
    [TestCase("GPU-", "")]
    [TestCase("MIG-1234", "2")]
    public void Visible_devices_are_read_as_cuda_reads_them(string? setting, string expected) =>
        Assert.That(string.Join(' ', VisibleDevices.Of(setting, ["GPU-aa", "GPU-bb", "GPU-cc"], i => i == 2).Order()), Is.EqualTo(expected));

    /// <summary>Literal bytes in the layout of emi.h, version 2.</summary>
    [Test]
    public void The_channels_of_a_windows_energy_meter()
    {
        byte[] bytes = Metadata("RAPL_Package0_PKG\0", "RAPL_Package0_DRAM\0", "RAPL_Package0_PP0\0", "RAPL_Package1_PKG\0", "Other");
        Assert.That(EnergyMeterBytes.Channels(bytes).Select(channel => channel.Component), Is.EqualTo(new[] { "cpu-package-0", "dram-0", null, "cpu-package-1", null }));
        for (int length = 0; length < bytes.Length; length++)
            Assert.That(() => EnergyMeterBytes.Channels(bytes.AsSpan(0, length)), Throws.TypeOf<FormatException>(), $"{length} bytes");
        bytes[68] = 1; // a unit that is not picowatt hours
        Assert.That(() => EnergyMeterBytes.Channels(bytes), Throws.TypeOf<FormatException>().With.Message.Contains("unit 1"));
    }

    /// <summary>
    /// EMI_METADATA_V2 byte by byte: HardwareOEM and HardwareModel (16 UTF-16 characters each), HardwareRevision, ChannelCount, then of each channel its unit (4 bytes),
    /// ChannelNameSize in bytes with the terminator (2 bytes) and the name, with no padding between channels. Names are padded with spaces by some drivers.
    /// </summary>
    [Test]
    public void The_layout_of_a_windows_energy_meter_is_the_documented_one()
    {
        byte[] bytes = Convert.FromHexString(
            "4F0045004D000000000000000000000000000000000000000000000000000000" // "OEM"
            + "4D006F00640065006C0000000000000000000000000000000000000000000000" // "Model"
            + "0100" // revision 1
            + "0200" // two channels
            + "00000000" + "2600" // picowatt hours, 38 bytes
            + "5200410050004C005F005000610063006B0061006700650030005F0050004B0047002000" + "0000" // "RAPL_Package0_PKG " and a null
            + "00000000" + "2600" // the next channel begins at 68 + 6 + 38
            + "5200410050004C005F005000610063006B0061006700650030005F004400520041004D00" + "0000"); // "RAPL_Package0_DRAM"
        Assert.That(bytes, Has.Length.EqualTo(156));
        Assert.That(EnergyMeterBytes.Channels(bytes), Is.EqualTo(new[] { new MeterChannel(0, "RAPL_Package0_PKG"), new MeterChannel(1, "RAPL_Package0_DRAM") }));
        Assert.That(EnergyMeterBytes.Channels(bytes).Select(channel => channel.Component), Is.EqualTo(new[] { "cpu-package-0", "dram-0" }));
    }

    /// <summary>1 kWh is 1e15 pWh and 3.6e6 J.</summary>
    [Test]
    public void A_measurement_of_a_windows_energy_meter()
    {
        byte[] bytes = new byte[32];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), 1_000_000_000_000_000);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), 42);
        (ulong energy, ulong ticks) = EnergyMeterBytes.Measurement(bytes, 1);
        Assert.That((energy * EnergyMeterBytes.JoulesPerPicowattHour, ticks), Is.EqualTo((3.6e6, 42UL)));
        Assert.That(() => EnergyMeterBytes.Measurement(bytes, 2), Throws.TypeOf<FormatException>());
    }

    private static byte[] Metadata(params string[] names)
    {
        using var bytes = new MemoryStream();
        bytes.Write(new byte[64]);
        bytes.Write([0, 0, (byte)names.Length, 0]);
        foreach (byte[] name in names.Select(Encoding.Unicode.GetBytes))
        {
            bytes.Write([0, 0, 0, 0, (byte)name.Length, 0]);
            bytes.Write(name);
        }

        return bytes.ToArray();
    }

    private static void Stat(FakeRoot root, long busy, long idle) =>
        root.Write("proc/stat", $"cpu  {busy} 0 0 {idle} 0 0 0 0 0 0\ncpu0 1 0 0 1 0\ncpu1 1 0 0 1 0\ncpu2 1 0 0 1 0\ncpu3 1 0 0 1 0\nintr 5\n");
}
