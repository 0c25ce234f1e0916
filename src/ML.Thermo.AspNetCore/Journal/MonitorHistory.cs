using System.Text.Json;
using ML.Thermo.Files;
using ML.Thermo.Report.Monitors;

namespace ML.Thermo.AspNetCore.Journal;

/// <summary>
/// The last windows of a monitor and what happened to it, in memory and, where it keeps its state, in a file of a JSON object a line. No row's value is in it.
/// One thread at a time.
/// </summary>
internal sealed class MonitorHistory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private readonly string? _file;
    private readonly int _most;
    private readonly SortedDictionary<long, MonitorWindow> _windows = [];
    private readonly Queue<MonitorEvent> _events = new();
    private long _lines;
    private bool _isCutOff; // the last line, by a kill

    /// <summary>Goes on from the file, if there is one; lines that cannot be read are left out.</summary>
    /// <param name="file">Null keeps it in memory alone.</param>
    /// <param name="most">Windows, and as many events.</param>
    public MonitorHistory(string? file, int most)
    {
        (_file, _most) = (file, most);
        try
        {
            Load();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Error = error.Message;
        }
    }

    /// <summary>Why the file could not be written; null where it was, and without one.</summary>
    public string? Error { get; private set; }

    /// <summary>The last windows, oldest first.</summary>
    public IReadOnlyList<MonitorWindow> Windows => [.. _windows.Values];

    /// <summary>The last events, oldest first.</summary>
    public IReadOnlyList<MonitorEvent> Events => [.. _events];

    /// <summary>A window was judged, or judged again.</summary>
    public void Add(MonitorWindow window)
    {
        _windows[window.Number] = window;
        Write(new Line(window, null));
    }

    /// <summary>Something happened.</summary>
    public void Add(MonitorEvent happened)
    {
        _events.Enqueue(happened);
        Write(new Line(null, happened));
    }

    /// <summary>The window of a number, if it is kept.</summary>
    public MonitorWindow? Find(long number) => _windows.GetValueOrDefault(number);

    private void Load()
    {
        if (_file is null || !File.Exists(_file))
            return;
        foreach (string line in File.ReadLines(_file))
        {
            _lines++;
            if (Read(line) is not { } known)
                continue;
            if (known.Window is { } window)
                _windows[window.Number] = window;
            if (known.Event is { } happened)
                _events.Enqueue(happened);
            Trim();
        }

        using FileStream end = File.OpenRead(_file);
        _isCutOff = end.Length > 0 && end.Seek(-1, SeekOrigin.End) >= 0 && end.ReadByte() != '\n';
    }

    private void Trim()
    {
        while (_windows.Count > _most)
            _windows.Remove(_windows.Keys.First());
        while (_events.Count > _most)
            _events.Dequeue();
    }

    private void Write(Line line)
    {
        Trim();
        if (_file is null)
            return;
        try
        {
            if (++_lines > (8 * _most) + 1000)
                Rewrite();
            else
                Append(line);
            Error = null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Error = error.Message;
        }
    }

    private void Append(Line line)
    {
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using var stream = new FileStream(_file!, options);
        if (_isCutOff)
            stream.WriteByte((byte)'\n');
        _isCutOff = false;
        stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(line, s_json), (byte)'\n']);
    }

    /// <summary>The file again, with what is kept alone.</summary>
    private void Rewrite()
    {
        Line[] lines = [.. _windows.Values.Select(window => new Line(window, null)), .. _events.Select(happened => new Line(null, happened))];
        new OutputFile(_file!, isPrivate: true).Write(stream =>
        {
            foreach (Line line in lines)
                stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(line, s_json), (byte)'\n']);
        });
        _lines = lines.Length;
    }

    private static Line? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(line, s_json);
        }
        catch (JsonException)
        {
            return null; // a line that a kill cut off, or somebody's own
        }
    }

    private sealed record Line(MonitorWindow? Window, MonitorEvent? Event);
}
