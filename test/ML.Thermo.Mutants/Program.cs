// Changes a folder's code in every way that Stryker knows and asks whether the tests of its project notice:
// mutants FOLDER... [--sample N of each] [--minutes M] [--seed S] [--tests PART,PART] [--again]. A worker of its own is `mutants worker LIBRARY TESTS MUTANT`.
using System.Diagnostics;
using System.Globalization;
using ML.Thermo.Mutants;

if (args is ["worker", var library, var tests, var active])
{
    Worker.Serve(library, tests, int.Parse(active, CultureInfo.InvariantCulture));
    return 0;
}

string root = Directory.GetCurrentDirectory();
var folders = new List<string>();
int sample = int.MaxValue, minutes = int.MaxValue, seed = 1;
string[] parts = [""];
bool again = false;
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--again":
            again = true;
            break;
        case "--sample" or "--seed" or "--minutes" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out int number)
            && number > 0:
            (sample, seed, minutes) = args[i++] switch
            {
                "--sample" => (number, seed, minutes),
                "--seed" => (sample, number, minutes),
                _ => (sample, seed, number),
            };
            break;
        case "--tests" when i + 1 < args.Length:
            parts = args[++i].Split(',', StringSplitOptions.RemoveEmptyEntries);
            break;
        default:
            folders.Add(args[i].Replace('\\', '/').TrimEnd('/'));
            break;
    }
}

string[][] rooms = [.. folders.Select(folder => folder.Split('/', 3))];
if (folders.Count == 0 || folders.Distinct().Count() < folders.Count
    || !folders.All(folder => Directory.Exists(Path.Combine(root, folder))) || !rooms.All(room => room is ["src", _, _])
    || rooms.DistinctBy(room => room[1]).Count() != 1)
{
    Console.Error.WriteLine("which folder, or folders of one project? for example src/ML.Thermo.Core/Entropies; "
        + "then --sample N, --minutes M, --seed S, --tests PART,PART, --again");
    return 2;
}

var build = new MutatedBuild(root, rooms[0][1]);
build.Make();
IReadOnlyList<Mutant> all = build.Mutants;
Dictionary<string, IReadOnlyList<Mutant>> here = rooms.Zip(folders).ToDictionary(room => room.Second, room => (IReadOnlyList<Mutant>)[.. all.Where(
    mutant => mutant.File.StartsWith(room.First[2] + "/", StringComparison.Ordinal))]);
// In the order in which they are drawn: those tried when the minutes are over are a fair sample too.
Mutant[] chosen = [.. here.Values.SelectMany(mutants => mutants.OrderBy(mutant => Draw(mutant.Id)).Take(sample)).DistinctBy(mutant => mutant.Id)
    .OrderBy(mutant => Draw(mutant.Id))];
var clock = Stopwatch.StartNew();
bool IsWanted(string test) => parts.Any(part => test.Contains(part, StringComparison.Ordinal));
var coverage = Coverage.Of(build, IsWanted, limit: 3, again);
var scores = new Scores(build.Findings("fates.txt"), again);
Mutant[] open = [.. chosen.Where(mutant => !scores.IsKilled(mutant))];
Console.WriteLine($"{here.Values.Sum(mutants => mutants.Count)} mutants, {chosen.Length} of them to be tried, {chosen.Length - open.Length} killed before");
clock.Restart();
new Crew(build, coverage, all).Try(open, () => clock.Elapsed.TotalMinutes < minutes, (mutant, fate, test) =>
{
    scores.Add(mutant, fate, test);
    if (scores.Count % 50 == 0)
        Console.WriteLine($"   {scores.Count} tried, {clock.Elapsed.TotalMinutes:F1} minutes");
});
scores.Write(here, chosen.Where(scores.IsTried).Select(mutant => mutant.Id).ToHashSet(), Console.Out);
return 0;

// Which mutants are drawn depends on the seed and the mutant's number alone.
ulong Draw(int id)
{
    ulong x = ((ulong)seed << 32) + (ulong)id + 0x9E3779B97F4A7C15;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    return x ^ (x >> 31);
}
