using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>A normalisation that is written out: around the root of a mean square, with or without the mean taken off.</summary>
/// <param name="Nodes">Its nodes, ascending.</param>
/// <param name="Input">The tensor that is normalised.</param>
/// <param name="Output">The tensor that comes out.</param>
/// <param name="OpType">The operator that it amounts to.</param>
/// <param name="Scale">The factor where it lies inside the pattern; else empty, and it follows.</param>
/// <param name="Shift">The offset where it lies inside the pattern; else empty, and it follows.</param>
internal sealed record NormalizationPattern(IReadOnlyList<int> Nodes, string Input, string Output, string OpType, string Scale = "", string Shift = "")
{
    /// <summary>The pattern whose root is node <paramref name="root"/>, or null.</summary>
    public static NormalizationPattern? Match(Scope scope, int root)
    {
        Walk walk = new(scope);
        if (!walk.IsRoot(root, out string variance))
            return null;
        (string mean, string input, string centred)? moments = walk.MeanSquare(variance);
        if (moments is not var (meanTensor, input, centred))
            return null;
        walk.Nodes.Add(root);
        string deviation = scope.Nodes[root].Output(0);
        return walk.Quotient(deviation, centred, input, meanTensor) ?? walk.FoldedScale(deviation, input, meanTensor);
    }

    /// <summary>Follows tensors to their nodes and notes the nodes it passes.</summary>
    private sealed class Walk(Scope scope)
    {
        public SortedSet<int> Nodes { get; } = [];

        public bool IsRoot(int index, out string variance)
        {
            OnnxNode node = scope.Nodes[index];
            variance = node.Input(0);
            return node.OpType == "Sqrt" || (node.OpType == "Pow" && ConstantValues.TryScalar(scope.ConstantOf(node.Input(1))) == 0.5);
        }

        /// <summary>mean((x − mean x)²) + ε, or mean(x²) + ε, where the mean is empty.</summary>
        public (string Mean, string Input, string Centred)? MeanSquare(string variance)
        {
            if (Producer(variance, "Add") is not { } sum || Other(sum, scope.IsConstant) is not { } meanSquare
                || Producer(meanSquare, "ReduceMean") is not { } mean)
                return null;
            if (Producer(mean.Input(0), "Pow", "Mul") is not { } square)
                return null;
            bool squares = square.OpType == "Mul" ? square.Input(0) == square.Input(1) : ConstantValues.TryScalar(scope.ConstantOf(square.Input(1))) == 2;
            if (!squares)
                return null;
            string centred = Source(square.Input(0));
            if (scope.ProducerOf(centred) is var made and >= 0 && scope.Nodes[made].OpType == "Sub" && scope.Nodes[made] is var difference
                && scope.ProducerOf(difference.Input(1)) is var averaged and >= 0 && scope.Nodes[averaged].OpType == "ReduceMean"
                    && Source(scope.Nodes[averaged].Input(0)) == Source(difference.Input(0)))
            {
                Nodes.Add(made);
                Nodes.Add(averaged);
                return (difference.Input(1), difference.Input(0), centred);
            }

            return ("", centred, centred);
        }

        /// <summary>(x − mean)/σ, or (x − mean) · (1/σ).</summary>
        public NormalizationPattern? Quotient(string deviation, string centred, string input, string mean)
        {
            int next = Consumer(deviation, "Div", "Reciprocal");
            if (next < 0)
                return null;
            OnnxNode node = scope.Nodes[next];
            bool isInverse = node.OpType == "Reciprocal" || scope.IsConstant(node.Input(0));
            string denominator = deviation;
            if (isInverse)
            {
                denominator = node.Output(0);
                if (Consumer(denominator, "Mul") is not (var product and >= 0) || !IsCentred(Other(scope.Nodes[product], t => t == denominator)))
                    return null;
                Nodes.Add(next);
                next = product;
            }
            else if (!IsCentred(node.Input(0)))
            {
                return null;
            }

            Nodes.Add(next);
            return new([.. Nodes], input, scope.Nodes[next].Output(0), mean.Length > 0 ? "LayerNormalization" : "RMSNormalization");

            // Some exporters take the mean off twice, once for the variance and once for the quotient.
            bool IsCentred(string? tensor)
            {
                if (tensor is null)
                    return false;
                if (Source(tensor) == Source(centred))
                    return true;
                int made = scope.ProducerOf(tensor);
                bool again = made >= 0 && mean.Length > 0 && scope.Nodes[made].OpType == "Sub" && scope.Nodes[made].Input(1) == mean && scope.Nodes[made]
                    .Input(0) == input;
                if (again)
                    Nodes.Add(made);
                return again;
            }
        }

        /// <summary>TensorFlow's order: with s = γ/σ, x · s + (β − mean · s).</summary>
        public NormalizationPattern? FoldedScale(string deviation, string input, string mean)
        {
            if (mean.Length == 0 || Consumer(deviation, "Reciprocal") is not (var inverse and >= 0))
                return null;
            if (Consumer(scope.Nodes[inverse].Output(0), "Mul") is not (var scaling and >= 0)
                || Other(scope.Nodes[scaling], t => t == scope.Nodes[inverse].Output(0)) is not { } gamma || !scope.IsConstant(gamma))
                return null;
            string scale = scope.Nodes[scaling].Output(0);
            int[] products = [.. scope.ConsumersOf(scale).Where(i => scope.Nodes[i].OpType == "Mul")];
            int scaled = Array.Find(products, i => Other(scope.Nodes[i], t => t == scale) == input);
            int offset = Array.Find(products, i => Other(scope.Nodes[i], t => t == scale) == mean);
            if (products.Length != 2 || scaled == offset || Consumer(scope.Nodes[offset].Output(0), "Sub") is not (var shifting and >= 0))
                return null;
            string beta = scope.Nodes[shifting].Input(0);
            if (!scope.IsConstant(beta) || Consumer(scope.Nodes[shifting].Output(0), "Add") is not (var sum and >= 0)
                || !scope.Nodes[sum].Inputs.Contains(scope.Nodes[scaled].Output(0)))
                return null;
            Nodes.UnionWith([inverse, scaling, scaled, offset, shifting, sum]);
            return new([.. Nodes], input, scope.Nodes[sum].Output(0), "LayerNormalization", gamma, beta);
        }

        /// <summary>The node that makes a tensor, casts apart, if it is one of these operators.</summary>
        private OnnxNode? Producer(string tensor, params ReadOnlySpan<string> opTypes)
        {
            int made = scope.ProducerOf(Source(tensor));
            if (made < 0 || !opTypes.Contains(scope.Nodes[made].OpType))
                return null;
            Nodes.Add(made);
            return scope.Nodes[made];
        }

        private int Consumer(string tensor, params ReadOnlySpan<string> opTypes)
        {
            int only = scope.OnlyConsumerOf(tensor);
            if (only >= 0 && scope.Nodes[only].OpType is "Cast" or "Identity")
            {
                Nodes.Add(only);
                only = scope.OnlyConsumerOf(scope.Nodes[only].Output(0));
            }

            return only >= 0 && opTypes.Contains(scope.Nodes[only].OpType) ? only : -1;
        }

        /// <summary>The tensor before casts.</summary>
        private string Source(string tensor)
        {
            if (scope.ProducerOf(tensor) is var made and >= 0 && scope.Nodes[made].OpType is "Cast" or "Identity")
            {
                Nodes.Add(made);
                return scope.Nodes[made].Input(0);
            }

            return tensor;
        }

        private static string? Other(OnnxNode node, Func<string, bool> isThis) =>
            node.Inputs.Count == 2 && isThis(node.Inputs[0]) != isThis(node.Inputs[1]) ? node.Inputs[isThis(node.Inputs[0]) ? 1 : 0] : null;
    }
}
