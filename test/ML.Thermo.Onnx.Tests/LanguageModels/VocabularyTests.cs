using System.Text.Json;
using Google.Protobuf;
using ML.Thermo.Onnx.LanguageModels;

namespace ML.Thermo.Tests.LanguageModels;

public sealed class VocabularyTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("thermo-vocabulary").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    // The vocabulary and the numbers of transformers' own test of GPT-2's tokenizer (tests/models/gpt2/test_tokenization_gpt2.py).
    private static readonly string[] s_pairs =
    [
        "l", "o", "w", "e", "r", "s", "t", "i", "d", "n", "Ġ", "Ġl", "Ġn", "Ġlo", "Ġlow", "er", "Ġlowest", "Ġnewer", "Ġwider", "<unk>", "<|endoftext|>",
    ];

    private static readonly string[] s_merges = ["Ġ l", "Ġl o", "Ġlo w", "e r"];

    private static Dictionary<string, int> Numbered(string[] tokens) => tokens.Index().ToDictionary(token => token.Item, token => token.Index);

    private string PairsFile()
    {
        File.WriteAllText(Path.Combine(_folder, "merges.txt"), "#version: 0.2\n" + string.Join('\n', s_merges) + "\n");
        return Write("vocab.json", JsonSerializer.Serialize(Numbered(s_pairs)));
    }

    private string Write(string name, string text)
    {
        string file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }

    [Test]
    public void Pairs_of_bytes_give_the_numbers_that_transformers_gives()
    {
        TokenText text = TokenText.Of(PairsFile());
        Assert.That(text.Encode(" lower newer"), Is.EqualTo(new[] { 14, 15, 10, 9, 3, 2, 15 }));
        Assert.That(text.Decode([14, 15, 10, 9, 3, 2, 15]), Is.EqualTo(" lower newer"));
        Assert.That(text.Encode("low<|endoftext|>"), Is.EqualTo(new[] { 0, 1, 2, 20 }));
    }

    [Test]
    public void A_tokenizer_file_of_pairs_of_bytes_is_the_same_vocabulary([Values] bool asPairs)
    {
        object merges = asPairs ? s_merges.Select(merge => merge.Split(' ')) : s_merges;
        string file = Write("tokenizer.json", JsonSerializer.Serialize(new
        {
            version = "1.0",
            pre_tokenizer = new { type = "ByteLevel", add_prefix_space = false },
            model = new { type = "BPE", vocab = Numbered(s_pairs), merges },
        }));
        Assert.That(TokenText.Of(file).Encode(" lower newer"), Is.EqualTo(new[] { 14, 15, 10, 9, 3, 2, 15 }));
    }

    [Test]
    public void Text_without_a_token_is_named_with_its_place() =>
        Assert.That(() => TokenText.Of(PairsFile()).Encode(" low zen"),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("'z' at position 5").And.Message.Contains("vocab.json"));

    // The vocabulary and the numbers of transformers' own test of BERT's tokenizer (tests/models/bert/test_tokenization_bert.py).
    [Test]
    public void Pieces_of_words_give_the_numbers_that_transformers_gives()
    {
        TokenText text = TokenText.Of(Write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\n[PAD]\n[MASK]\nwant\n##want\n##ed\nwa\nun\nrunn\n##ing\n,\nlow\nlowest\n"));
        bool knowsAccents = "\u00E9".Normalize(System.Text.NormalizationForm.FormD).Length == 2; // not so where the system has no ICU
        Assert.That(text.Encode(knowsAccents ? "UNwant\u00E9d,running" : "UNwanted,running"), Is.EqualTo(new[] { 9, 6, 7, 12, 10, 11 }));
        Assert.That(text.Decode([9, 6, 7]), Is.EqualTo("unwanted"));
        Assert.That(() => text.Encode("running zzz"), Throws.TypeOf<UnusableDataException>().With.Message.Contains("'zzz' at position 8"));
    }

    [Test]
    public void A_sentence_piece_model_is_read()
    {
        string file = Path.Combine(_folder, "tokenizer.model");
        File.WriteAllBytes(file, SentencePieces(("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), ("▁", -3, 1), ("a", -4, 1), ("b", -5, 1), ("ab", -1, 1), ("▁ab", -2, 1)));
        TokenText text = TokenText.Of(file);
        Assert.That(text.Encode("ab ab"), Is.EqualTo(new[] { 7, 7 }));
        Assert.That(text.Encode("ab b"), Is.EqualTo(new[] { 7, 3, 5 }));
        Assert.That(text.Decode([7, 7]), Is.EqualTo("ab ab"));
        Assert.That(() => text.Encode("ab z"), Throws.TypeOf<UnusableDataException>().With.Message.Contains("z"));
    }

    // OpenAI's published encodings of GPT-2.
    [TestCase("Hello world", new[] { 15496, 995 })]
    [TestCase("In the beginning God created the heaven and the earth.", new[] { 818, 262, 3726, 1793, 2727, 262, 9538, 290, 262, 4534, 13 })]
    [TestCase("<|endoftext|>", new[] { 50256 })]
    public void Of_the_real_vocabulary_the_numbers_are_the_published_ones(string text, int[] tokens)
    {
        if (PackagedNetworks.Path(PackagedNetworks.Gpt2) is not { } file)
            Assert.Ignore("GPT-2's vocabulary is in an npm package, which could not be had.");
        else
            Assert.That(TokenText.Of(file).Encode(text), Is.EqualTo(tokens));
    }

    [FsCheck.NUnit.Property(MaxTest = 30)]
    public void Of_the_real_vocabulary_any_text_comes_back(FsCheck.UnicodeString given)
    {
        string text = given.Get ?? "";
        if (PackagedNetworks.Path(PackagedNetworks.Gpt2) is not { } file || text.Any(char.IsSurrogate))
            return;
        s_gpt2 ??= TokenText.Of(file);
        Assert.That(s_gpt2.Decode(s_gpt2.Encode(text)), Is.EqualTo(text));
    }

    private static TokenText? s_gpt2;

    [Test]
    public void A_token_beyond_the_vocabulary_is_shown_as_unknown() =>
        Assert.That(TokenText.Of(PairsFile()).Decode([14, 999, 15]), Is.EqualTo(" low\uFFFDer"));

    [Test]
    public void A_vocabulary_beside_a_model_is_found()
    {
        string model = Path.Combine(_folder, "model.onnx");
        Assert.That(TokenText.Beside(model), Is.Null);
        string file = PairsFile();
        Assert.That(TokenText.Beside(model), Is.EqualTo(file));
    }

    [TestCase("vocab.json", "{\"a\":0}", "merges.txt beside it")]
    [TestCase("vocab.json", "[1]", "expected an object")]
    [TestCase("vocab.json", "{", "cannot be read as a vocabulary")]
    [TestCase("vocab.json", "{\"a\":\"b\"}", "merges.txt beside it")]
    [TestCase("tokenizer.json", "{\"model\":{\"type\":\"Unigram\",\"vocab\":[]}}", "of kind Unigram")]
    [TestCase("tokenizer.json", "{\"model\":{\"type\":\"BPE\",\"vocab\":{},\"merges\":[]},\"normalizer\":{\"type\":\"NFC\"}}", "normalises its text")]
    [TestCase("tokenizer.json", "{\"model\":{\"type\":\"WordPiece\"}}", "cannot be read as a vocabulary")]
    [TestCase("tokenizer.model", "no protocol buffer", "cannot be read as a vocabulary")]
    [TestCase("chars.txt", "", "is empty")]
    public void What_is_no_vocabulary_is_refused_in_words(string name, string text, string words)
    {
        string file = Write(name, text);
        Assert.That(() => TokenText.Of(file), Throws.TypeOf<UnusableDataException>().With.Message.Contains(words).And.Message.Contains(name));
    }

    /// <summary>A model of sentencepiece's protocol buffer: pieces with their scores and kinds, merged by score.</summary>
    private static byte[] SentencePieces(params (string Piece, float Score, int Kind)[] pieces)
    {
        using var bytes = new MemoryStream();
        using (var file = new CodedOutputStream(bytes, leaveOpen: true))
        {
            foreach ((string piece, float score, int kind) in pieces)
                Message(file, 1, inner => { Text(inner, 1, piece); inner.WriteTag(2, WireFormat.WireType.Fixed32); inner.WriteFloat(score); Number(inner, 3, kind); });
            Message(file, 2, trainer => { Number(trainer, 3, 2); Number(trainer, 40, 0); Number(trainer, 41, 1); Number(trainer, 42, 2); });
            Message(file, 3, normalizer => { Text(normalizer, 1, "identity"); Number(normalizer, 3, 1); Number(normalizer, 4, 1); Number(normalizer, 5, 1); });
        }

        return bytes.ToArray();
    }

    private static void Message(CodedOutputStream to, int field, Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var inner = new CodedOutputStream(bytes, leaveOpen: true))
            write(inner);
        to.WriteTag(field, WireFormat.WireType.LengthDelimited);
        to.WriteBytes(ByteString.CopyFrom(bytes.ToArray()));
    }

    private static void Text(CodedOutputStream to, int field, string text)
    {
        to.WriteTag(field, WireFormat.WireType.LengthDelimited);
        to.WriteString(text);
    }

    private static void Number(CodedOutputStream to, int field, int number)
    {
        to.WriteTag(field, WireFormat.WireType.Varint);
        to.WriteInt32(number);
    }
}
