using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Explanations;

namespace ML.Thermo.Onnx.Guards;

/// <summary>A row while it is being damaged, in place.</summary>
internal sealed class DamagedRow(double[] row, RowLayout input, KnownValues known, RandomStream random)
{
    public KnownValues Known => known;

    public RandomStream Random => random;

    private PictureLayout Picture => input.Picture!;

    private int Pixels => Picture.Height * Picture.Width;

    /// <summary>Changes every value by itself.</summary>
    public void Each(Func<double, int, double> change)
    {
        for (int i = 0; i < row.Length; i++)
            row[i] = change(row[i], i);
    }

    /// <summary>Changes a share of the columns, one at least, chosen at random.</summary>
    public void Some(double share, Func<int, double> value)
    {
        foreach (int column in Chosen(share))
            row[column] = value(column);
    }

    /// <summary>Passes the values of a share of the columns, two at least, round among them.</summary>
    public void Swap(double share)
    {
        int[] chosen = Chosen(Math.Max(share, 2.0 / row.Length));
        double first = row[chosen[0]];
        for (int i = 1; i < chosen.Length; i++)
            row[chosen[i - 1]] = row[chosen[i]];
        row[chosen[^1]] = first;
    }

    /// <summary>Averages each pixel with its neighbours by 1, 2, 1 along both sides, so many times.</summary>
    public void Blur(int times)
    {
        for (int time = 0; time < times; time++)
        {
            Smooth(Picture.Width, 1, Picture.Height);
            Smooth(Picture.Height, Picture.Width, Picture.Width);
        }
    }

    /// <summary>Takes light away towards one of the four sides.</summary>
    public void Shade(double strength)
    {
        int side = (int)random.NextInteger(4);
        double dark = known.Saturate(double.NegativeInfinity);
        for (int pixel = 0; pixel < Pixels; pixel++)
        {
            double across = (pixel % Picture.Width) / (double)(Picture.Width - 1), down = (pixel / Picture.Width) / (double)(Picture.Height - 1);
            double shadow = side switch { 0 => across, 1 => 1 - across, 2 => down, _ => 1 - down };
            for (int channel = 0; channel < Picture.Channels; channel++)
            {
                ref double value = ref row[Picture.At(pixel, channel)];
                value = dark + ((value - dark) * (1 - (strength * shadow)));
            }
        }
    }

    /// <summary>Draws a picture towards its own mean.</summary>
    public void Fade(double strength)
    {
        double mean = row.Average();
        Each((x, _) => x - (strength * (x - mean)));
    }

    /// <summary>Puts a square of the reference's mean value somewhere.</summary>
    public void Cover(double share)
    {
        int height = Math.Max((int)Math.Round(share * Picture.Height), 1), width = Math.Max((int)Math.Round(share * Picture.Width), 1);
        int top = (int)random.NextInteger(Picture.Height - height + 1), left = (int)random.NextInteger(Picture.Width - width + 1);
        for (int pixel = 0; pixel < Pixels; pixel++)
        {
            if (pixel / Picture.Width < top || pixel / Picture.Width >= top + height || pixel % Picture.Width < left || pixel % Picture.Width >= left + width)
                continue;
            for (int channel = 0; channel < Picture.Channels; channel++)
                row[Picture.At(pixel, channel)] = known.Mean(0);
        }
    }

    /// <summary>Moves a picture to one of the four sides by a share of it, a pixel at least; the edge is repeated.</summary>
    public void Move(double share)
    {
        int side = (int)random.NextInteger(4), sign = side % 2 == 0 ? 1 : -1;
        int down = side < 2 ? sign * Math.Max((int)Math.Round(share * Picture.Height), 1) : 0;
        int across = side < 2 ? 0 : sign * Math.Max((int)Math.Round(share * Picture.Width), 1);
        Resample((y, x) => (y - down, x - across));
    }

    /// <summary>Turns a picture about its centre by so many degrees, one way or the other; the edge is repeated.</summary>
    public void Turn(double degrees)
    {
        double angle = degrees * Math.PI / 180 * (random.NextInteger(2) == 0 ? 1 : -1), sine = Math.Sin(angle), cosine = Math.Cos(angle);
        double middle = (Picture.Height - 1) / 2.0, centre = (Picture.Width - 1) / 2.0;
        Resample((y, x) => (middle + (cosine * (y - middle)) - (sine * (x - centre)), centre + (sine * (y - middle)) + (cosine * (x - centre))));
    }

    /// <summary>Draws one channel towards the reference's mean value.</summary>
    public void Drop(double strength)
    {
        int channel = (int)random.NextInteger(Picture.Channels);
        for (int pixel = 0; pixel < Pixels; pixel++)
        {
            ref double value = ref row[Picture.At(pixel, channel)];
            value -= strength * (value - known.Mean(0));
        }
    }

    /// <summary>Mixes the first channel with the last; they are exchanged at 1.</summary>
    public void SwapChannels(double strength)
    {
        for (int pixel = 0; pixel < Pixels; pixel++)
        {
            ref double first = ref row[Picture.At(pixel, 0)], last = ref row[Picture.At(pixel, Picture.Channels - 1)];
            (first, last) = (first + (strength * (last - first)), last + (strength * (first - last)));
        }
    }

    /// <summary>Each pixel from where it comes from, between four neighbours.</summary>
    private void Resample(Func<int, int, (double Y, double X)> from)
    {
        double[] before = [.. row];
        for (int pixel = 0; pixel < Pixels; pixel++)
        {
            (double y, double x) = from(pixel / Picture.Width, pixel % Picture.Width);
            (y, x) = (Math.Clamp(y, 0, Picture.Height - 1), Math.Clamp(x, 0, Picture.Width - 1));
            int top = (int)y, left = (int)x, bottom = Math.Min(top + 1, Picture.Height - 1), right = Math.Min(left + 1, Picture.Width - 1);
            for (int channel = 0; channel < Picture.Channels; channel++)
            {
                double above = Between(At(top, left), At(top, right), x - left), below = Between(At(bottom, left), At(bottom, right), x - left);
                row[Picture.At(pixel, channel)] = Between(above, below, y - top);

                double At(int line, int column) => before[Picture.At((line * Picture.Width) + column, channel)];
            }
        }

        static double Between(double first, double second, double share) => first + (share * (second - first));
    }

    private int[] Chosen(double share)
    {
        int[] columns = [.. Enumerable.Range(0, row.Length)];
        random.Shuffle<int>(columns);
        return columns[..Math.Clamp((int)Math.Round(share * row.Length), 1, row.Length)];
    }

    /// <summary>Along one side: lines of so many pixels, a stride apart.</summary>
    private void Smooth(int length, int stride, int lines)
    {
        double[] line = new double[length];
        for (int channel = 0; channel < Picture.Channels; channel++)
        {
            for (int start = 0; start < lines; start++)
            {
                int first = stride == 1 ? start * length : start;
                for (int i = 0; i < length; i++)
                    line[i] = row[Picture.At(first + (i * stride), channel)];
                for (int i = 0; i < length; i++)
                    row[Picture.At(first + (i * stride), channel)] = ((2 * line[i]) + line[Math.Max(i - 1, 0)] + line[Math.Min(i + 1, length - 1)]) / 4;
            }
        }
    }
}
