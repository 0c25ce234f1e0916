using System.Globalization;
using CsvHelper;
using ML.Thermo.Files;

namespace ML.Thermo.Cli.Tables;

/// <summary>A csv or tsv file, opened the one way that all commands read it.</summary>
internal static class TableFile
{
    /// <summary>Opens a file.</summary>
    /// <exception cref="ThermoException">There is no such file, or it is a folder.</exception>
    public static CsvReader Open(string path)
    {
        if (Directory.Exists(path))
            throw new ThermoException($"'{path}' is a folder: expected a csv or tsv file.");
        if (!File.Exists(path))
            throw new ThermoException($"There is no file '{path}': check the path (the current folder is '{Environment.CurrentDirectory}').");
        string extension = Path.GetExtension(path).ToLowerInvariant();
        return CsvReader.FromFile(path, new CsvReaderOptions
        {
            Separator = extension is ".tsv" or ".tab" ? '\t' : null, // else the reader tells , ; tab and | apart by the first lines
            FormatProvider = CultureInfo.InvariantCulture,
            MalformedData = CsvMalformedDataHandling.Throw,
            MaxRecordSize = 1 << 26,
            TrackLineNumbers = true,
        });
    }

    /// <summary>Refuses what can be read only once, where a file is read twice.</summary>
    /// <exception cref="ThermoException">It is a pipe or a device.</exception>
    public static void RefusePipe(string path)
    {
        if (UnixFile.Of(path) is { IsOrdinary: false, IsFolder: false })
            throw new ThermoException($"'{path}' is a pipe or a device: expected a file, because it is read more than once.");
    }

    /// <summary>Work on a file, with its malformed lines named.</summary>
    public static T Guard<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (CsvFormatException malformed)
        {
            throw Malformed(path, malformed);
        }
    }

    /// <summary>A malformed line as a user can find it.</summary>
    public static UnusableDataException Malformed(string path, CsvFormatException malformed) =>
        new($"'{path}' is not well-formed at line {malformed.LineNumber}: {malformed.Message}");
}
