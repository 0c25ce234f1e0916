using System.Text.Json;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Tests;

namespace ML.Thermo.Cli.Tests.Explanations;

internal sealed class ExplainCommandTests : Sandbox
{
    private static readonly string Digits = ShippedNetworks.Find(ShippedNetworks.Digits), Mlp = ShippedNetworks.Find("digits-mlp.onnx");

    [Test]
    public void A_digit_is_explained_by_its_superpixels() // golden row I of an independent program, in 32 bits
    {
        JsonElement first = Json(Mlp, "--data", Digits, "--row", "0", "--superpixels", "4x4", "--fill", "zero", "--replicates", "1");
        Assert.That(first.GetProperty("output").GetProperty("class").GetString(), Is.EqualTo("1"));
        Assert.That(first.GetProperty("value").GetDouble(), Is.EqualTo(8.79491959).Within(1e-5));
        Assert.That(first.GetProperty("rows").GetInt32(), Is.EqualTo(33));
        Assert.That(Names(first).Take(4), Is.EqualTo(new[] { "p9", "p6", "p10", "p5" }));
        Assert.That(Effects(first).Take(4), Is.EqualTo(new[] { 4.57995492, 4.21091434, 2.37797849, 2.27886048 }).Within(1e-5));
        Assert.That(first.GetProperty("linearShare").GetDouble(), Is.EqualTo(.958435619).Within(1e-6));
        Assert.That(first.GetProperty("models")[0].GetProperty("unfaithfulness").GetDouble(), Is.EqualTo(.378778799).Within(1e-6));
        Assert.That(first.GetProperty("chosen").GetInt32(), Is.EqualTo(2));

        JsonElement second = Json(Mlp, "--data", Digits, "--row", "1", "--superpixels", "4x4", "--fill", "zero", "--replicates", "1");
        Assert.That(second.GetProperty("value").GetDouble(), Is.EqualTo(8.05921120).Within(1e-5));
        Assert.That(Names(second).Take(3), Is.EqualTo(new[] { "p1", "p5", "p13" }));
        Assert.That(Effects(second).Take(3), Is.EqualTo(new[] { 1.76506520, 1.41477890, 1.28586285 }).Within(1e-5));
        Assert.That(second.GetProperty("linearShare").GetDouble(), Is.EqualTo(.815696546).Within(1e-6));
        Assert.That(second.GetProperty("chosen").GetInt32(), Is.EqualTo(9));
    }

    [Test]
    public void A_picture_is_cut_by_its_colours_too_and_every_pixel_has_one_part()
    {
        JsonElement why = Json(Mlp, "--data", Digits, "--row", "3", "--superpixels", "slic:9");
        Assert.That(why.GetProperty("features").GetArrayLength(), Is.InRange(4, 9));
        int pixels = why.GetProperty("features").EnumerateArray().Sum(f => int.Parse(f.GetProperty("value").GetString()!.Split(' ')[0]));
        Assert.That(pixels, Is.EqualTo(64));
        Assert.That(Json(Mlp, "--data", Digits, "--row", "3", "--superpixels", "slic:9").ToString(), Is.EqualTo(why.ToString()), "deterministic");
    }

    [Test]
    public void A_linear_network_gives_its_standardised_weights_and_its_columns_names()
    {
        string model = Linear("linear.onnx", [2, 0, -3, 1], constant: 100);
        string data = Write("x.csv", "age,none,height,fixed", "1,5,2,7", "2,6,0,7", "3,7,1,7", "4,9,5,7");
        JsonElement why = Json(model, "--data", data, "--row", "1");
        double age = 2 * Math.Sqrt(1.25), height = -3 * Math.Sqrt(3.5);

        Assert.That(Names(why), Is.EqualTo(new[] { "height", "age", "none" }));
        Assert.That(Effects(why), Is.EqualTo(new[] { height, age, 0 }).Within(1e-5));
        Assert.That(why.GetProperty("notVaried")[0].GetString(), Is.EqualTo("fixed"));
        Assert.That(why.GetProperty("value").GetDouble(), Is.EqualTo(100 + 4 + 7).Within(1e-5));
        Assert.That(why.GetProperty("models")[1].GetProperty("unfaithfulness").GetDouble(), Is.Zero.Within(1e-6));
        Assert.That(why.GetProperty("status")[0].GetString(), Is.EqualTo("Defined"));
        Assert.That(why.GetProperty("rule").GetString(), Is.EqualTo("widestRange"));
        JsonElement output = why.GetProperty("output");
        Assert.That((output.GetProperty("name").GetString(), output.GetProperty("class").GetString(), output.GetProperty("scale").GetString()), Is.EqualTo(("y", (string?)null, "score")));
    }

    [Test]
    public void Unnamed_columns_are_counted_and_two_inputs_are_side_by_side()
    {
        string data = Write("x.csv", "1,5,2,7", "2,6,0,8", "3,7,1,7");
        Assert.That(Names(Json(Linear("linear.onnx", [2, 0, -3, 1]), "--data", data, "--row", "1")).Order(), Is.EqualTo(new[] { "x0", "x1", "x2", "x3" }));
    }

    [Test]
    public void A_softmax_is_explained_as_a_probability_or_without_saturation_as_log_odds()
    {
        string model = Model("soft.onnx", new OnnxBuilder().Input("x", "N", 2).Weights("w", [2, 2], [1, -1, 2, -2]).Node("MatMul", "x w", "z")
            .Node("Softmax", "z", "p", ("axis", -1L)).Output("p", "N", 2));
        string data = Write("x.csv", "a,b", "0,0.5", "60,1", "2,0", "1,3");
        JsonElement probability = Json(model, "--data", data, "--row", "0"), odds = Json(model, "--data", data, "--row", "1", "--log-odds");
        Assert.That(probability.GetProperty("output").GetProperty("scale").GetString(), Is.EqualTo("probability"));
        Assert.That(odds.GetProperty("output").GetProperty("scale").GetString(), Is.EqualTo("logOdds"));
        Assert.That(odds.GetProperty("value").GetDouble(), Is.EqualTo(2 * (60 + 2)).Within(1e-4), "of logits: a probability of 1 has no log-odds");
        Assert.That(odds.GetProperty("linearShare").GetDouble(), Is.EqualTo(1).Within(1e-6));
    }

    [Test]
    public void Tokens_of_a_bag_of_words_get_their_weights_and_padding_stays()
    {
        // row = Σ of one weight an id, masked by an attention input
        string model = Model("bag.onnx", new OnnxBuilder().Input("ids", ElementType.Int64, "N", 5).Input("attention_mask", "N", 5)
            .Weights("table", [6, 1], [0, 1, -2, 4, 0.5f, 8]).Node("Gather", "table ids", "each").Node("Squeeze", "each two", "flat").Integers("two", 2)
            .Node("Mul", "flat attention_mask", "kept").Node("ReduceSum", "kept one", "y", ("keepdims", 1L)).Integers("one", 1).Output("y", "N", 1));
        string data = Npz(("ids", new long[,] { { 3, 2, 1, 5, 5 }, { 1, 1, 1, 1, 1 } }), ("attention_mask", new float[,] { { 1, 1, 1, 0, 0 }, { 1, 1, 1, 1, 1 } }));
        string words = Write("words.txt", "<mask>", "a", "bad", "great", "film", "pad");
        JsonElement why = Json(model, "--data", data, "--input", "ids", "--row", "0", "--mask-token", "0", "--vocabulary", words);

        Assert.That(why.GetProperty("features").EnumerateArray().Select(f => f.GetProperty("value").GetString()), Is.EqualTo(new[] { "great", "bad", "a" }));
        Assert.That(Effects(why), Is.EqualTo(new[] { 4, -2, 1.0 }).Within(1e-6));
        Assert.That(why.GetProperty("notVaried").EnumerateArray().Select(n => n.GetString()), Is.EqualTo(new[] { "t3", "t4" }));
    }

    [Test]
    public void A_table_is_explained_by_its_linear_model_and_many_rows_make_a_table_of_features()
    {
        string data = Write("d.csv", ["a,b,y", .. Enumerable.Range(0, 20).Select(i => $"{i},{i * i % 7},{(3 * i) - (2 * (i * i % 7))}")]);
        JsonElement all = Json(data, "--label", "y", "--row", "all");
        Assert.That(all.GetProperty("explanations").GetArrayLength(), Is.EqualTo(20));
        JsonElement over = all.GetProperty("overRows")[0];
        Assert.That((over.GetProperty("name").GetString(), over.GetProperty("meanEffectStandardError").GetDouble()), Is.EqualTo(("a", 0.0)));
        Assert.That(over.GetProperty("meanEffect").GetDouble(), Is.EqualTo(3 * Math.Sqrt(399 / 12.0)).Within(1e-9));

        string csv = Path.Combine(Folder, "out.csv");
        Outcome told = Thermo.Run("explain", data, "--label", "y", "--row", "3,5", "--csv", csv);
        Assert.That(told.ExitCode, Is.Zero, told.Error);
        Assert.That(told.Output, Does.Contain("mean share").And.Contain("Over 2 rows a and b move the"));
        Assert.That(File.ReadAllLines(csv)[0], Is.EqualTo("row,class,name,kind,value,effect,effectStandardError,share,rank,chosen"));
        Assert.That(File.ReadAllLines(csv), Has.Length.EqualTo(5));
    }

    [Test]
    public void A_logistic_model_is_explained_in_log_odds_of_the_predicted_class()
    {
        string data = Write("d.csv", ["a,y", .. Enumerable.Range(0, 40).Select(i => $"{i},{(i % 5 == 0 ? (i < 20 ? 1 : 0) : i < 20 ? 0 : 1)}")]);
        JsonElement low = Json(data, "--label", "y", "--row", "0", "--energy", "ce", "--log-odds"), high = Json(data, "--label", "y", "--row", "39", "--energy", "ce", "--log-odds");
        Assert.That((low.GetProperty("output").GetProperty("class").GetString(), high.GetProperty("output").GetProperty("class").GetString()), Is.EqualTo(("0", "1")));
        Assert.That(Effects(low)[0], Is.EqualTo(-Effects(high)[0]).Within(1e-9));
        Assert.That(low.GetProperty("value").GetDouble(), Is.Positive);
    }

    [TestCase("--price", "0", 10)]
    [TestCase("--price", "0.4", 4)]
    [TestCase("--faithful", "0.05", 5)]
    [TestCase("--features", "3", 3)]
    public void The_number_of_features_is_chosen_as_asked(string option, string value, int chosen)
    {
        JsonElement why = Json(Data("diabetes.csv"), "--label", "target", "--row", "0", option, value);
        Assert.That(why.GetProperty("chosen").GetInt32(), Is.EqualTo(chosen));
        Assert.That(why.GetProperty("features").EnumerateArray().Count(f => f.GetProperty("chosen").GetBoolean()), Is.EqualTo(chosen));
    }

    [Test]
    public void Rows_at_random_and_pairs_are_there_where_asked_for()
    {
        JsonElement random = Json(Data("diabetes.csv"), "--label", "target", "--row", "0", "--neighbourhood", "gaussian", "--weights", "euclidean");
        Assert.That(random.GetProperty("rows").GetInt32(), Is.EqualTo(5000));
        Assert.That(random.GetProperty("oddShare").ValueKind, Is.EqualTo(JsonValueKind.Null));
        string data = Write("x.csv", "a,b,c", "0,0,1", "1,3,2", "2,1,0", "3,2,5");
        string model = Model("product.onnx", new OnnxBuilder().Input("x", "N", 3).Node("ReduceProd", "x", "y", ("axes", new long[] { 1 }), ("keepdims", 1L)).Output("y", "N", 1));
        JsonElement pairs = Json(model, "--data", data, "--row", "1", "--pairs");
        Assert.That(pairs.GetProperty("pairs").GetArrayLength(), Is.EqualTo(3));
        Outcome told = Thermo.Run("explain", model, "--data", data, "--row", "1", "--pairs");
        Assert.That(told.Output.ReplaceLineEndings(" "), Does.Contain("The strongest pair is"));
    }

    [Test]
    public void Given_rows_explain_a_linear_model_exactly()
    {
        string data = Data("diabetes.csv");
        JsonElement why = Json(data, "--label", "target", "--row", "0", "--neighbourhood", "given", "--neighbours", data, "--features", "10");
        Assert.That(why.GetProperty("rows").GetInt32(), Is.EqualTo(443)); // the row itself before all of them
        Assert.That(why.GetProperty("unfaithfulness").GetDouble(), Is.LessThan(1e-9));
        JsonElement first = why.GetProperty("features")[0];
        Assert.That(first.GetProperty("name").GetString(), Is.EqualTo("s1"));
        Assert.That(first.GetProperty("effect").GetDouble(), Is.EqualTo(-37.679952611).Within(1e-6)); // slope times standard deviation, as on the orthogonal rows
    }

    [Test]
    public void Rows_that_cannot_be_given_are_said_in_one_line()
    {
        string data = Data("diabetes.csv"), few = Write("few.csv", "a,b", "1,2"), third = Write("third.csv", "a,b", "1,2", "3,0.5");
        string table = Write("switch.csv", "a,b,y", "1,0,2", "2,1,1", "3,0,4", "5,1,3");
        Fails(2, "give them with --neighbours FILE", data, "--label", "target", "--row", "0", "--neighbourhood", "given");
        Fails(2, "expected --neighbourhood given beside them", data, "--label", "target", "--row", "0", "--neighbours", data);
        Fails(2, "expected orthogonal, gaussian or given", data, "--label", "target", "--row", "0", "--neighbourhood", "near");
        Fails(1, "has no column 'age'", data, "--label", "target", "--row", "0", "--neighbourhood", "given", "--neighbours", third);
        Fails(1, "has 1 row: expected at least 2", table, "--label", "y", "--row", "0", "--neighbourhood", "given", "--neighbours", few);
        Fails(1, "has 2 in 'b': expected 0 or 1", table, "--label", "y", "--row", "0", "--neighbourhood", "given", "--neighbours", third);
        Fails(1, "is no number", Mlp, "--data", Digits, "--row", "0", "--superpixels", "4x4", "--neighbourhood", "given", "--neighbours", third);
    }

    [Test]
    public void A_page_is_written()
    {
        string html = Path.Combine(Folder, "why.html");
        Outcome outcome = Thermo.Run("explain", Mlp, "--data", Digits, "--row", "0,1", "--superpixels", "4x4", "--html", html, "--quiet");
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(File.ReadAllText(html), Does.Contain("digits-mlp.onnx: why these predictions").And.Contain("The page of explained predictions"));
    }

    [Test]
    public void What_cannot_be_explained_is_said_in_one_line_of_the_process()
    {
        string linear = Linear("linear.onnx", [1, 1]), data = Write("x.csv", "a,b", "1,2", "2,1", "3,5"), single = Write("one.csv", "a,b", "1,2");
        string labels = Model("labels.onnx", new OnnxBuilder().Input("x", "N", 2).Node("ArgMax", "x", "label", ("axis", 1L)).Output("label", ElementType.Int64, "N", 1));
        string vector = Model("vector.onnx", new OnnxBuilder().Input("x", "N", 2).Node("Relu", "x", "y").Output("y", "N", 2));
        string logarithm = Model("log.onnx", new OnnxBuilder().Input("x", "N", 2).Node("Log", "x", "l").Node("ReduceSum", "l one", "y").Integers("one", 1).Output("y", "N", 1));
        string ids = Model("ids.onnx", new OnnxBuilder().Input("ids", ElementType.Int64, "N", 2).Weights("table", [9, 1], new float[9]).Node("Gather", "table ids", "each")
            .Node("Squeeze", "each two", "flat").Integers("two", 2).Node("ReduceSum", "flat one", "y").Integers("one", 1).Output("y", "N", 1));
        Fails(1, "--row 3 is not among the 3 rows", linear, "--data", data, "--row", "3");
        Fails(1, "The background has 1 row: expected at least 2", linear, "--data", single, "--row", "0");
        Fails(1, "column 1: 'NaN' is no finite number", linear, "--data", Write("nan.csv", "a,b", "NaN,2", "2,1"), "--row", "0");
        Fails(1, "No feature varies in the background", linear, "--data", Write("same.csv", "a,b", "1,2", "1,2"), "--row", "0");
        Fails(1, "gives labels and no real number", labels, "--data", data, "--row", "0");
        Fails(1, "labels cannot be explained", labels, "--data", data, "--row", "0", "--output", "label");
        Fails(1, "nothing says that they are classes: choose one with --class", vector, "--data", data, "--row", "0");
        Fails(1, "--class 7 is not among the 2 numbers", vector, "--data", data, "--row", "0", "--class", "7");
        Fails(1, "has no output 'z'. Its outputs: 'y'", vector, "--data", data, "--row", "0", "--output", "z");
        Fails(1, "has no input 'w'. Its inputs: 'x'", vector, "--data", data, "--row", "0", "--input", "w");
        Fails(1, "of its neighbourhood: expected a finite number", logarithm, "--data", data, "--row", "0", "--radius", "5");
        Fails(1, "3x3 superpixels do not divide a picture of 8x8 pixels", Mlp, "--data", Digits, "--row", "0", "--superpixels", "3x3");
        Fails(1, "slic:40 is too many", Mlp, "--data", Digits, "--row", "0", "--superpixels", "slic:40");
        Fails(1, "which is no picture", linear, "--data", data, "--row", "0", "--superpixels", "2x2");
        Fails(1, "say with --mask-token which id", ids, "--data", Write("ids.csv", "1,2", "3,4"), "--row", "0");
        Fails(1, "need a threshold between two classes: a regression has none", data, "--label", "b", "--row", "0", "--neighbourhood", "gaussian", "--weights", "lda");
        Fails(1, "are of one class at the threshold 1000", data, "--label", "b", "--row", "0", "--neighbourhood", "gaussian", "--weights", "lda", "--threshold", "1000");
        Fails(1, "There are 4100 features, and at most 4096", Linear("wide.onnx", new float[4100]),
            "--data", Write("wide.csv", [.. Enumerable.Range(0, 2).Select(i => string.Join(',', Enumerable.Range(0, 4100).Select(j => i + j)))]), "--row", "0");
        Fails(1, "There is no file", Path.Combine(Folder, "nowhere.onnx"), "--data", data, "--row", "0");
        Fails(2, "give them with --data FILE", linear, "--row", "0");
        Fails(2, "say with --label COLUMN", data, "--row", "0");
        Fails(2, "--row 'x' is no row", linear, "--data", data, "--row", "x");
        Fails(2, "--radius 1,0.5: expected positive numbers in ascending order", linear, "--data", data, "--row", "0", "--radius", "1,0.5");
        Fails(2, "--replicates 0 is outside", linear, "--data", data, "--row", "0", "--replicates", "0");
        Fails(2, "expected one of --price, --faithful and --features", linear, "--data", data, "--row", "0", "--price", "1", "--features", "2");
        Fails(2, "'5by5' are no superpixels", linear, "--data", data, "--row", "0", "--superpixels", "5by5");
        Fails(2, "--fill 'red' is unknown", linear, "--data", data, "--row", "0", "--fill", "red");
        Fails(2, "Expected an unfaithfulness from 0 to 1", linear, "--data", data, "--row", "0", "--faithful", "2");
        Fails(2, "expected --neighbourhood gaussian or given beside them", linear, "--data", data, "--row", "0", "--weights", "lda");
    }

    [Test]
    public void A_process_says_the_same_as_in_process_and_one_line_where_it_fails()
    {
        string[] good = ["explain", Data("diabetes.csv"), "--label", "target", "--row", "0", "--json", "-"];
        Assert.That(Thermo.Start(good).Output, Is.EqualTo(Thermo.Run(good).Output));
        Outcome bad = Thermo.Start("explain", Data("diabetes.csv"), "--label", "target", "--row", "442");
        Assert.That((bad.ExitCode, bad.Error), Is.EqualTo((1, "thermo: --row 442 is not among the 442 rows of the data: expected 0 to 441.\n")));
    }

    [Test]
    public void Ends_where_it_is_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.That(Thermo.Run(cancelled.Token, "explain", Data("diabetes.csv"), "--label", "target", "--row", "all").ExitCode, Is.EqualTo(130));
    }

    private static void Fails(int code, string message, params string[] arguments)
    {
        Outcome outcome = Thermo.Run(["explain", .. arguments]);
        Assert.That(outcome.ExitCode, Is.EqualTo(code), outcome.ToString());
        Assert.That(outcome.Error, Does.Contain(message));
        if (code == 1)
            Assert.That(outcome.Error.Split('\n'), Has.Length.EqualTo(2), "one line");
    }

    private static JsonElement Json(params string[] arguments)
    {
        Outcome outcome = Thermo.Run(["explain", .. arguments, "--json", "-"]);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        return outcome.Json;
    }

    private static string[] Names(JsonElement why) => [.. why.GetProperty("features").EnumerateArray().Select(f => f.GetProperty("name").GetString()!)];

    private static double[] Effects(JsonElement why) => [.. why.GetProperty("features").EnumerateArray().Select(f => f.GetProperty("effect").GetDouble())];

    private static string Data(string file) => Path.Combine(AppContext.BaseDirectory, "data", file);

    private string Linear(string name, float[] weights, float constant = 0) => Model(name, new OnnxBuilder().Input("x", "N", weights.Length)
        .Weights("w", [weights.Length, 1], weights).Weights("b", [1], [constant]).Node("MatMul", "x w", "m").Node("Add", "m b", "y").Output("y", "N", 1));

    private string Model(string name, OnnxBuilder network)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, network.ToModel());
        return path;
    }

    private string Npz(params (string Name, Array Values)[] arrays)
    {
        string path = Path.Combine(Folder, "data.npz");
        using var zip = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Create);
        foreach ((string name, Array values) in arrays)
        {
            using Stream entry = zip.CreateEntry($"{name}.npy").Open();
            bool isLong = values is long[,];
            string header = $"{{'descr': '{(isLong ? "<i8" : "<f4")}', 'fortran_order': False, 'shape': ({values.GetLength(0)}, {values.GetLength(1)}), }}";
            header = header.PadRight(((header.Length + 11 + 63) / 64 * 64) - 11) + "\n";
            entry.Write([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, (byte)(header.Length & 255), (byte)(header.Length >> 8)]);
            entry.Write(System.Text.Encoding.ASCII.GetBytes(header));
            byte[] bytes = new byte[Buffer.ByteLength(values)];
            Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
            entry.Write(bytes);
        }

        return path;
    }
}
