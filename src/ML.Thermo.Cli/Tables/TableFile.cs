using System.Globalization;
using System.IO.Compression;
using CsvHelper;
using ML.Thermo.Files;

namespace ML.Thermo.Cli.Tables;

/// <summary>A csv or tsv file, opened the one way that all commands read it.</summary>
internal static class TableFile
{
    /// <summary>Opens a file; one whose name ends in .gz is unpacked as it is read.</summary>
    /// <exception cref="ThermoException">There is no such file, or it is a folder.</exception>
    public static CsvReader Open(string path)
    {
        if (Directory.Exists(path))
            throw new ThermoException($"'{path}' is a folder: expected a csv or tsv file.");
        if (!File.Exists(path))
            throw new ThermoException($"There is no file '{path}': check the path (the current folder is '{Environment.CurrentDirectory}').");
        string extension = Path.GetExtension(path).ToLowerInvariant();
        bool isZipped = extension == ".gz";
        if (isZipped)
            extension = Path.GetExtension(path[..^3]).ToLowerInvariant();
        if (extension is ".parquet" or ".feather" or ".arrow" or ".xlsx" or ".orc")
            throw new ThermoException($"'{path}' is a {extension[1..]} file: expected csv or tsv, or either with .gz behind; write it as one.");
        if (extension == ".onnx")
            throw new ThermoException($"'{path}' is an ONNX model: expected csv or tsv; 'thermo layers' takes models.");
        var options = new CsvReaderOptions
        {
            Separator = extension is ".tsv" or ".tab" ? '\t' : null, // else the reader tells , ; tab and | apart by the first lines
            FormatProvider = CultureInfo.InvariantCulture,
            MalformedData = CsvMalformedDataHandling.Throw,
            MaxRecordSize = 1 << 26,
            TrackLineNumbers = true,
        };
        return isZipped
            ? CsvReader.Create(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), options, false)
            : CsvReader.FromFile(path, options);
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
        catch (InvalidDataException damaged)
        {
            throw new UnusableDataException($"'{path}' is no gzip file, or damaged: {damaged.Message}");
        }
    }

    /// <summary>A malformed line as a user can find it.</summary>
    public static UnusableDataException Malformed(string path, CsvFormatException malformed) =>
        new($"'{path}' is not well-formed at line {malformed.LineNumber}: {malformed.Message}");
}
