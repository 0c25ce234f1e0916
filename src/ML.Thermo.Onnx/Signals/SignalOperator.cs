using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Signals;

/// <summary>
/// An operator of ONNX Runtime written in C#: <c>SignalSums(X float, settings double[]) → double[]</c> in the domain <c>ml.thermo</c>. Its
/// output is a <see cref="SignalRecord"/>. It runs inside the session on the tensor that is still in the cache; only its sums leave.
/// </summary>
/// <remarks>
/// <para>The settings are <see cref="SignalSettings"/>. Source: the C interface of ONNX Runtime, whose table of functions
/// only ever grows at its end; the indices used here are checked by tests that compute with them.</para>
/// </remarks>
internal static unsafe class SignalOperator
{
    /// <summary>The operator's domain.</summary>
    public const string Domain = "ml.thermo";

    /// <summary>The operator's name.</summary>
    public const string Name = "SignalSums";

    /// <summary>The same with a mask of rows × places as third input.</summary>
    public const string MaskedName = "MaskedSignalSums";

    private const int FloatType = 1, DoubleType = 11;

    private static readonly Lazy<nint> Table = new(() => (nint)GetTable());
    private static readonly Lazy<nint> CustomDomain = new(CreateDomain);

    /// <summary>Makes the operator known to sessions created with these options.</summary>
    /// <param name="options">The options of a session on the CPU.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refused the operator.</exception>
    public static void Register(SessionOptions options)
    {
        var add = (delegate* unmanaged[Cdecl]<nint, nint, nint>)Function(28);
        Check(add(options.DangerousGetHandle(), CustomDomain.Value), "could not register the operator");
        GC.KeepAlive(options);
    }

    private static nint CreateDomain()
    {
        nint domain;
        var create = (delegate* unmanaged[Cdecl]<byte*, nint*, nint>)Function(26);
        Check(create(Constant(Domain), &domain), "could not create the operator's domain");

        var add = (delegate* unmanaged[Cdecl]<nint, Operator*, nint>)Function(27);
        Operator* masked = NewOperator();
        masked->GetName = &GetMaskedName;
        masked->GetInputCount = &GetMaskedInputCount;
        masked->Compute = &ComputeMasked;
        Check(add(domain, NewOperator()), "could not add the operator to its domain");
        Check(add(domain, masked), "could not add the masked operator to its domain");
        return domain;
    }

    /// <summary>The structure lives as long as the process: every session may call it.</summary>
    private static Operator* NewOperator()
    {
        Operator* op = (Operator*)NativeMemory.AllocZeroed((nuint)sizeof(Operator));
        op->Version = 14;
        op->CreateKernel = &CreateKernel;
        op->GetName = &GetName;
        op->GetProvider = &GetProvider;
        op->GetInputType = &GetInputType;
        op->GetInputCount = &GetInputCount;
        op->GetOutputType = &GetOutputType;
        op->GetOutputCount = &GetOutputCount;
        op->Compute = &Compute;
        op->Destroy = &Destroy;
        op->GetInputCharacteristic = &Required;
        op->GetOutputCharacteristic = &Required;
        op->GetInputMemory = &DefaultMemory;
        op->VariadicInputArity = &One;
        op->VariadicInputHomogeneity = &One;
        op->VariadicOutputArity = &One;
        op->VariadicOutputHomogeneity = &One;
        return op;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ComputeMasked(void* kernel, void* context)
    {
        nint values = Input(context, 0), masking = Input(context, 2);
        SignalSettings settings = SignalSettings.Of(new((void*)Data(Input(context, 1)), SignalSettings.Length));
        long[] shape = ShapeOf(values), extents = ShapeOf(masking);
        long length = SignalRecord.Length(shape, settings);
        nint output;
        var getOutput = (delegate* unmanaged[Cdecl]<void*, nuint, long*, nuint, nint*, nint>)Function(91);
        if (getOutput(context, 0, &length, 1, &output) != 0)
            return;
        int places = extents.Length == 2 ? (int)extents[1] : 0, rows = places == 0 ? 0 : (int)extents[0];
        MaskedSums.Fill(
            (float*)Data(values), shape, settings, new((void*)Data(masking), rows * places), places, new((void*)Data(output), (int)length));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Compute(void* kernel, void* context)
    {
        nint values = Input(context, 0);
        SignalSettings settings = SignalSettings.Of(new((void*)Data(Input(context, 1)), SignalSettings.Length));
        long[] shape = ShapeOf(values);
        long length = SignalRecord.Length(shape, settings);
        nint output;
        var getOutput = (delegate* unmanaged[Cdecl]<void*, nuint, long*, nuint, nint*, nint>)Function(91);
        if (getOutput(context, 0, &length, 1, &output) == 0)
            SignalRecord.Fill((float*)Data(values), shape, settings, new((void*)Data(output), (int)length));
    }

    private static nint Input(void* context, nuint index)
    {
        nint value;
        ((delegate* unmanaged[Cdecl]<void*, nuint, nint*, nint>)Function(90))(context, index, &value);
        return value;
    }

    private static nint Data(nint value)
    {
        nint data;
        ((delegate* unmanaged[Cdecl]<nint, nint*, nint>)Function(51))(value, &data);
        return data;
    }

    private static long[] ShapeOf(nint value)
    {
        nint info;
        nuint rank;
        ((delegate* unmanaged[Cdecl]<nint, nint*, nint>)Function(65))(value, &info);
        ((delegate* unmanaged[Cdecl]<nint, nuint*, nint>)Function(61))(info, &rank);
        long[] shape = new long[rank];
        fixed (long* extents = shape)
            ((delegate* unmanaged[Cdecl]<nint, long*, nuint, nint>)Function(62))(info, extents, rank);
        ((delegate* unmanaged[Cdecl]<nint, void>)Function(99))(info);
        return shape;
    }

    private static void Check(nint status, string what)
    {
        if (status == 0)
            return;
        nint message = ((delegate* unmanaged[Cdecl]<nint, nint>)Function(2))(status);
        throw new ThermoException($"ONNX Runtime {what}: {Marshal.PtrToStringUTF8(message)}");
    }

    private static nint Function(int index) => ((nint*)Table.Value)[index];

    private static nint* GetTable()
    {
        const uint FirstVersionWithAllWeCall = 14;
        var library = (ApiBase*)OrtGetApiBase();
        void* table = library->GetApi(FirstVersionWithAllWeCall);
        return table != null ? (nint*)table
            : throw new ThermoException("The native ONNX Runtime is older than 1.14: reference a newer Microsoft.ML.OnnxRuntime package.");
    }

    private static byte* Constant(string text)
    {
        byte* bytes = (byte*)NativeMemory.AllocZeroed((nuint)text.Length + 1);
        System.Text.Encoding.ASCII.GetBytes(text, new Span<byte>(bytes, text.Length));
        return bytes;
    }

    [SuppressMessage("Interoperability", "SYSLIB1054", Justification = "The one native entry point needs no marshalling.")]
    [SuppressMessage("Security", "CA5392", Justification = "The library lies beside the application or under its runtimes folder, as NuGet puts it.")]
    [DllImport("onnxruntime", CallingConvention = CallingConvention.Cdecl)]
    private static extern nint OrtGetApiBase();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* CreateKernel(Operator* op, void* api, void* info) => op;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Destroy(void* kernel)
    {
    }

    private static readonly nint OperatorName = (nint)Constant(Name);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte* GetName(Operator* op) => (byte*)OperatorName;

    private static readonly nint MaskedOperatorName = (nint)Constant(MaskedName);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte* GetMaskedName(Operator* op) => (byte*)MaskedOperatorName;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nuint GetMaskedInputCount(Operator* op) => 3;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte* GetProvider(Operator* op) => null;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetInputType(Operator* op, nuint index) => index == 1 ? DoubleType : FloatType;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nuint GetInputCount(Operator* op) => 2;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetOutputType(Operator* op, nuint index) => DoubleType;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nuint GetOutputCount(Operator* op) => 1;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Required(Operator* op, nuint index) => 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int DefaultMemory(Operator* op, nuint index) => 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int One(Operator* op) => 1;

    [StructLayout(LayoutKind.Sequential)]
    private struct ApiBase
    {
        public delegate* unmanaged[Cdecl]<uint, void*> GetApi;
        public delegate* unmanaged[Cdecl]<byte*> GetVersion;
    }

    /// <summary>OrtCustomOp, version 14.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Operator
    {
        public uint Version;
        public delegate* unmanaged[Cdecl]<Operator*, void*, void*, void*> CreateKernel;
        public delegate* unmanaged[Cdecl]<Operator*, byte*> GetName;
        public delegate* unmanaged[Cdecl]<Operator*, byte*> GetProvider;
        public delegate* unmanaged[Cdecl]<Operator*, nuint, int> GetInputType;
        public delegate* unmanaged[Cdecl]<Operator*, nuint> GetInputCount;
        public delegate* unmanaged[Cdecl]<Operator*, nuint, int> GetOutputType;
        public delegate* unmanaged[Cdecl]<Operator*, nuint> GetOutputCount;
        public delegate* unmanaged[Cdecl]<void*, void*, void> Compute;
        public delegate* unmanaged[Cdecl]<void*, void> Destroy;
        public delegate* unmanaged[Cdecl]<Operator*, nuint, int> GetInputCharacteristic;
        public delegate* unmanaged[Cdecl]<Operator*, nuint, int> GetOutputCharacteristic;
        public delegate* unmanaged[Cdecl]<Operator*, nuint, int> GetInputMemory;
        public delegate* unmanaged[Cdecl]<Operator*, int> VariadicInputArity;
        public delegate* unmanaged[Cdecl]<Operator*, int> VariadicInputHomogeneity;
        public delegate* unmanaged[Cdecl]<Operator*, int> VariadicOutputArity;
        public delegate* unmanaged[Cdecl]<Operator*, int> VariadicOutputHomogeneity;
    }
}

/// <summary>Sums by <see cref="SignalOperator"/>.</summary>
internal sealed class OperatorBackend : ISignalBackend
{
    public SignalBackend Kind => SignalBackend.Operator;

    public void Configure(SessionOptions options) => SignalOperator.Register(options);

    public IReadOnlyList<string> Attach(GraphPatch patch, SignalTap tap, string floats, string prefix)
    {
        patch.Initializer<double>(prefix + "settings", [SignalSettings.Length], tap.Settings.ToArray());
        if (tap.Mask is { } && tap.Places != TokenPlaces.None)
            patch.Node(SignalOperator.MaskedName, [floats, prefix + "settings", SignalSession.MaskTensor], [prefix + "sums"], SignalOperator.Domain);
        else
            patch.Node(SignalOperator.Name, [floats, prefix + "settings"], [prefix + "sums"], SignalOperator.Domain);
        return [prefix + "sums"];
    }

    public ReadOnlySpan<double> Read(SignalTap tap, ReadOnlySpan<OrtValue> values) => values[0].GetTensorDataAsSpan<double>();
}
