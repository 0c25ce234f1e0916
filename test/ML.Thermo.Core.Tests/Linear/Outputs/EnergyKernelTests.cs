using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Absolute;
using ML.Thermo.Linear.Logistic;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Linear.Outputs;

public sealed class EnergyKernelTests
{
    [Test]
    public void Draws_are_the_mean_losses_of_their_parameters([Values(1, 7, 8, 511, 1025)] int rows, [Values(1, 2, 9)] int columns)
    {
        foreach (Energy energy in (Energy[])[Energy.MeanAbsolute, Energy.CrossEntropy])
        {
            (LabelledData data, EnergyEnsemble ensemble) = Ensemble(energy, rows, columns);
            double[] energies = new double[50], parameters = new double[columns];
            ensemble.Draw(21, 7, energies);
            for (int draw = 0; draw < energies.Length; draw++)
            {
                LinearExamples.Mixed(columns).Draw(new RandomStream(21, 7 + (ulong)draw), parameters);
                double mean = Enumerable.Range(0, rows).Average(i =>
                    energy.Loss(System.Numerics.Tensors.TensorPrimitives.Dot(data.Row(i), parameters), data.Targets.Span[i]));
                Assert.That(energies[draw], Is.EqualTo(mean).Within(1e-13 * (1 + mean)), $"{energy} draw {draw}");
            }
        }
    }

    [Test]
    public void A_draw_depends_on_its_number_alone([Values("mae", "ce")] string name)
    {
        (_, EnergyEnsemble ensemble) = Ensemble(Energy.Parse(name), 700, 5);
        double[] whole = new double[1000], piece = new double[333], single = new double[1];
        ensemble.Draw(2, 0, whole);
        ensemble.Draw(2, 500, piece);
        ensemble.Draw(2, 41, single);
        Assert.That(piece, Is.EqualTo(whole[500..833]));
        Assert.That(single[0], Is.EqualTo(whole[41]));
        ensemble.Draw(3, 0, piece);
        Assert.That(piece, Is.Not.EqualTo(whole[..333]));
    }

    [Test]
    public void Draws_do_not_depend_on_the_number_of_threads()
    {
        LabelledData data = LinearExamples.Classification(600, 4);
        var classes = new LabelledData(data.Features, data.Targets);
        foreach (Func<int, EnergyEnsemble> make in (Func<int, EnergyEnsemble>[])[
            threads => new AbsoluteEnsemble(data, LinearExamples.Mixed(4)) { MaxDegreeOfParallelism = threads },
            threads => new LogisticEnsemble(data, LinearExamples.Mixed(4)) { MaxDegreeOfParallelism = threads },
            threads => new SoftmaxEnsemble(classes, 3, LinearExamples.Normal(1, 12)) { MaxDegreeOfParallelism = threads }])
        {
            double[] one = new double[2000], many = new double[2000];
            make(1).Draw(4, 0, one);
            make(8).Draw(4, 0, many);
            Assert.That(many, Is.EqualTo(one));
        }
    }

    [Test]
    public void An_output_is_one_chain_of_fused_multiply_adds_on_every_machine()
    {
        LabelledData data = LinearExamples.Regression(1, 13); // one row: the energy is the absolute output
        double[] energies = new double[100], parameters = new double[13];
        new AbsoluteEnsemble(data, LinearExamples.Mixed(13)).Draw(6, 0, energies);
        for (int draw = 0; draw < energies.Length; draw++)
        {
            LinearExamples.Mixed(13).Draw(new RandomStream(6, (ulong)draw), parameters);
            double chain = 0;
            for (int k = 0; k < 13; k++)
                chain = Math.FusedMultiplyAdd(data.Row(0)[k], parameters[k], chain);
            Assert.That(energies[draw], Is.EqualTo(Math.Abs(chain - data.Targets.Span[0])));
        }
    }

    [Test]
    public void Cancellation_is_heard() =>
        Assert.That(() => Ensemble(Energy.MeanAbsolute, 10, 2).Ensemble.Draw(1, 0, new double[10], new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());

    [Test]
    public void A_negative_first_draw_is_refused() =>
        Assert.That(() => Ensemble(Energy.CrossEntropy, 10, 2).Ensemble.Draw(1, -1, new double[10]), Throws.TypeOf<ArgumentOutOfRangeException>());

    private static (LabelledData Data, EnergyEnsemble Ensemble) Ensemble(Energy energy, int rows, int columns)
    {
        LabelledData data = energy == Energy.CrossEntropy ? LinearExamples.Classification(rows, columns) : LinearExamples.Regression(rows, columns);
        ParameterLaw law = LinearExamples.Mixed(columns);
        return (data, energy == Energy.CrossEntropy ? new LogisticEnsemble(data, law) : new AbsoluteEnsemble(data, law));
    }
}
