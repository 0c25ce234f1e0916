using ML.Thermo.Audit;

// Every error and rate that the product states, beside what seeded experiments measure: audit [--quick] [FILTER]
bool isQuick = args.Contains("--quick");
string filter = args.FirstOrDefault(argument => argument != "--quick") ?? "";
int false_ = 0, all = 0;
Console.WriteLine("| statement | case | stated | measured | error | holds |\n|---|---|--:|--:|--:|---|");
foreach ((string name, Func<bool, IEnumerable<Finding>> run) in Experiments.All.Where(experiment => experiment.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)))
{
    foreach (Finding finding in run(isQuick))
    {
        all++;
        false_ += finding.Holds ? 0 : 1;
        Console.WriteLine(finding);
    }
}

Console.WriteLine($"{all} statements, {false_} false");
return all == 0 ? 2 : false_ == 0 ? 0 : 1;
