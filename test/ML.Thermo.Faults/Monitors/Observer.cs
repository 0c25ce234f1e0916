using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Faults.Monitors;

/// <summary>What a service does with a monitor, for tests that kill it or fill its disk.</summary>
internal static class Observer
{
    /// <summary>Observes rows from where the file left off, and says after each how many were acknowledged.</summary>
    public static int Observe(string file, int rows)
    {
        using Stream output = Console.OpenStandardOutput();
        using DriftMonitor monitor = MonitorRows.Open(file);
        for (long row = monitor.Snapshot().Rows; row < rows; row++)
        {
            MonitorRows.Observe(monitor, row);
            output.Write(BitConverter.GetBytes(row + 1));
        }

        return 0;
    }

    /// <summary>Observes in a folder on a small disk until that is full, tries again, makes room, goes on, and compares with a monitor that had room.</summary>
    /// <returns>0 where every row was counted once and nothing but <see cref="IOException"/> came out.</returns>
    public static int Fill(string folder)
    {
        const int Rows = 400;
        string file = Path.Combine(folder, "monitor"), filler = Path.Combine(folder, "filler");
        int refused = 0;
        using (DriftMonitor monitor = MonitorRows.Open(file))
        {
            Fill(filler, folder);
            for (long row = 0; row < Rows; row++)
            {
                for (int attempt = 0; ; attempt++)
                {
                    try
                    {
                        MonitorRows.Observe(monitor, row);
                        break;
                    }
                    catch (IOException) when (attempt < 5)
                    {
                        refused++;
                        if (attempt == 3)
                            File.Delete(filler);
                    }
                }
            }

            Console.WriteLine($"{refused} refusals, checkpoint: {monitor.Snapshot().CheckpointError ?? "written"}");
        }

        using DriftMonitor next = MonitorRows.Open(file);
        bool isSame = MonitorRows.Bytes(next).AsSpan().SequenceEqual(MonitorRows.Untroubled(Rows));
        Console.WriteLine($"{next.Snapshot().Rows} rows, {next.Snapshot().RowsLost} lost, {(isSame ? "the same state" : "ANOTHER STATE")}");
        return isSame && refused > 0 && next.Snapshot().RowsLost == 0 ? 0 : 1;
    }

    private static void Fill(string filler, string folder)
    {
        using FileStream file = new(filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] block = new byte[512];
        try
        {
            while (true)
                file.Write(block);
        }
        catch (IOException)
        {
            Console.WriteLine($"'{folder}' is full: {file.Length} bytes");
        }
    }
}
