using System.Diagnostics;
using ML.Thermo.Files;

namespace ML.Thermo.Tests.Files;

internal sealed class OutputFileTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("thermo-files-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_file_appears_whole_and_alone()
    {
        string path = At("new.txt");
        new OutputFile(path).Write("one"u8);
        new OutputFile(path).Write("two"u8);

        Assert.That(File.ReadAllText(path), Is.EqualTo("two"));
        Assert.That(Directory.GetFileSystemEntries(_folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_failure_leaves_the_old_file_whole_and_nothing_beside_it()
    {
        string path = Text("old.txt", "old");
        var file = new OutputFile(path);

        Assert.That(
            () => file.Write(stream =>
            {
                stream.Write("half"u8);
                throw new InvalidOperationException("stopped");
            }),
            Throws.InvalidOperationException);
        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(Directory.GetFileSystemEntries(_folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void The_file_beside_it_has_a_name_that_nobody_can_plant_a_link_at()
    {
        var names = new HashSet<string>();
        for (int i = 0; i < 20; i++)
        {
            new OutputFile(At("result")).Write(_ => names.Add(Path.GetFileName(Directory.GetFiles(_folder, ".thermo-*.partial").Single())));
        }

        Assert.That(names, Has.Count.EqualTo(20).And.All.Match("^\\.thermo-[0-9a-f]{16}\\.partial$"));
    }

    [TestCase(OwnerOnly)]
    [TestCase(OwnerOnly | UnixFileMode.GroupRead)]
    [TestCase(OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.UserExecute)]
    [Platform(Exclude = "Win")]
    public void The_mode_of_an_old_file_stays(UnixFileMode mode)
    {
        string path = Text("old.txt", "old");
        SetMode(path, mode);
        UnixFileMode during = default;
        new OutputFile(path).Write(stream =>
        {
            stream.Write("new"u8);
            during = Mode(Directory.GetFiles(_folder, ".thermo-*.partial").Single());
        });

        Assert.That(File.ReadAllText(path), Is.EqualTo("new"));
        Assert.That(Mode(path), Is.EqualTo(mode));
        Assert.That(during, Is.EqualTo(OwnerOnly)); // never more open than the old one, also while it is written
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void Rows_of_data_are_for_their_owner_only()
    {
        string made = At("rows"), old = Text("old-rows", "old");
        SetMode(old, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        new OutputFile(made, isPrivate: true).Write("rows"u8);
        new OutputFile(old, isPrivate: true).Write("rows"u8);

        Assert.That((Mode(made), Mode(old)), Is.EqualTo((OwnerOnly, OwnerOnly)));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void The_owner_of_an_old_file_stays()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Ignore("only root can give a file away");
        string path = Text("old.txt", "old");
        Run("chown", "4321:8765", path);
        new OutputFile(path).Write("new"u8);

        Assert.That(UnixFile.Of(path)!.Value.Owner, Is.EqualTo((4321u, 8765u)));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void A_link_stays_and_its_target_is_written()
    {
        string target = Text("target.txt", "old"), link = At("link"), second = At("second"), dangling = At("dangling"), later = At("later.txt");
        File.CreateSymbolicLink(link, "target.txt");
        File.CreateSymbolicLink(second, link);
        File.CreateSymbolicLink(dangling, later);

        new OutputFile(second).Write("new"u8);
        new OutputFile(dangling).Write("late"u8);

        Assert.That(new FileInfo(link).LinkTarget, Is.EqualTo("target.txt"));
        Assert.That((File.ReadAllText(target), File.ReadAllText(later)), Is.EqualTo(("new", "late")));
        Assert.That(new FileInfo(dangling).LinkTarget, Is.EqualTo(later));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void Links_in_a_circle_are_refused()
    {
        File.CreateSymbolicLink(At("a"), At("b"));
        File.CreateSymbolicLink(At("b"), At("a"));

        Assert.That(() => new OutputFile(At("a")), Throws.TypeOf<IOException>().With.Message.Contains("circle"));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task A_pipe_is_written_through_and_stays()
    {
        string pipe = At("pipe");
        Run("mkfifo", pipe);
        Task<string> reader = Task.Run(() => File.ReadAllText(pipe));
        var file = new OutputFile(pipe);
        file.Write("through"u8);

        Assert.That(await reader, Is.EqualTo("through"));
        Assert.That(file.IsWrittenThrough, Is.True);
        Assert.That(UnixFile.Of(pipe)!.Value.IsOrdinary, Is.False);
        Assert.That(Directory.GetFileSystemEntries(_folder), Has.Length.EqualTo(1));
    }

    /// <summary>On nodes of the test's own: a fault here must not cost the machine its devices.</summary>
    [TestCase("null", 3, false)]
    [TestCase("full", 7, true)]
    [Platform("Linux")]
    public void A_device_is_written_through_and_stays(string name, int minor, bool isFull)
    {
        string device = At(name);
        if (!Environment.IsPrivilegedProcess)
            device = $"/dev/{name}"; // whose folder this process cannot change
        else if (Run("mknod", device, "c", "1", $"{minor}") != 0)
            Assert.Ignore("the system makes no device nodes here");
        File.CreateSymbolicLink(At("link"), device);
        foreach (string path in new[] { device, At("link") })
        {
            void Write() => new OutputFile(path).Write("bytes"u8);
            Assert.That(Write, isFull ? Throws.TypeOf<IOException>() : Throws.Nothing);
            Assert.That(UnixFile.Of(path)!.Value.IsOrdinary, Is.False);
        }

        Assert.That(new FileInfo(At("link")).LinkTarget, Is.EqualTo(device));
        Assert.That(Directory.GetFiles(_folder, "*.partial"), Is.Empty);
    }

    [Test]
    [Platform("Linux")]
    public void A_full_disk_costs_nothing_that_was_there()
    {
        string disk = Directory.CreateDirectory(At("disk")).FullName;
        if (!Environment.IsPrivilegedProcess || Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk) != 0)
            Assert.Ignore("the system mounts no small disk here");
        try
        {
            string path = Path.Combine(disk, "old.txt");
            File.WriteAllText(path, "old");

            Assert.That(() => new OutputFile(path).Write(new byte[1 << 20]), Throws.InstanceOf<IOException>());
            Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
            Assert.That(Directory.GetFileSystemEntries(disk), Has.Length.EqualTo(1));
        }
        finally
        {
            Run("umount", disk);
        }
    }

    [Test]
    public void A_folder_that_is_not_there_is_named() =>
        Assert.That(() => new OutputFile(At("none/file")).Write("x"u8), Throws.InstanceOf<IOException>().With.Message.Contains(At("none/file")));

    [Test]
    [Platform(Exclude = "Win")]
    public void The_same_file_is_known_by_every_name()
    {
        string path = Text("file", "x"), folder = Directory.CreateDirectory(At("folder")).FullName;
        File.CreateSymbolicLink(At("link"), path);
        Directory.CreateSymbolicLink(At("other"), folder);
        Run("ln", path, At("hard"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new OutputFile(path).IsSameAs(Path.Combine(_folder, ".", "folder", "..", "file")), Is.True);
            Assert.That(new OutputFile(path).IsSameAs(At("link")), Is.True);
            Assert.That(new OutputFile(At("link")).IsSameAs(path), Is.True);
            Assert.That(new OutputFile(path).IsSameAs(At("hard")), Is.True);
            Assert.That(new OutputFile(At("folder/new")).IsSameAs(At("other/new")), Is.True);
            Assert.That(new OutputFile(At("folder/new")).IsSameAs(At("new")), Is.False);
            Assert.That(new OutputFile(path).IsSameAs(Text("another", "x")), Is.False);
        }
    }

    private string At(string name) => Path.Combine(_folder, name);

    private string Text(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return At(name);
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }

    private static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);

    private static int Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
