using System.Globalization;
using ML.Thermo.Cli.Tables;

namespace ML.Thermo.Cli.Dynamics;

/// <summary>
/// The nodes whose rows make one time of a long table: each time must have each node of the first time once, for a sum over fewer is no energy.
/// </summary>
/// <param name="rows">The table, at its present row.</param>
/// <param name="column">That which names the node.</param>
internal sealed class NodeRows(NumberRows rows, int column)
{
    private readonly List<string> _names = [];
    private readonly Dictionary<string, int> _places = [];
    private readonly List<long> _seen = []; // the number of the time at which a node was last there
    private long _time;
    private int _count;

    /// <summary>Takes the node of a row.</summary>
    public void Add(double time)
    {
        int place = _count < _names.Count && rows.Is(column, _names[_count]) ? _count : Find(rows.Text(column), time);
        if (_seen[place] == _time)
            throw new UnusableDataException($"{Shown(place)} is there twice at time {Number(time)}: expected one row a node and time.");
        _seen[place] = _time;
        _count++;
    }

    /// <summary>Ends a time.</summary>
    public void End(double time)
    {
        if (_count < _names.Count)
        {
            int missing = _seen.FindIndex(seen => seen != _time);
            throw new UnusableDataException($"{Shown(missing)} has no row at time {Number(time)}: expected each of the {_names.Count} of the "
                + "first time.");
        }

        _time++;
        _count = 0;
    }

    private int Find(string name, double time)
    {
        if (_places.TryGetValue(name, out int place))
            return place;
        if (_time > 0)
            throw new UnusableDataException($"'{name}' is there at time {Number(time)} and not at the first time: expected the same nodes at each.");
        _places[name] = _names.Count;
        _names.Add(name);
        _seen.Add(-1);
        return _names.Count - 1;
    }

    private string Shown(int place) => $"'{_names[place]}' of '{rows.Names[column]}'";

    private static string Number(double time) => time.ToString(CultureInfo.InvariantCulture);
}
