/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import io.whatif.math.Quantiles;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What each column of a dataset holds: counts, moments, range and quantiles. Moments and counts are
 * of all rows. Quantiles are of all rows up to {@link #SAMPLE} and beyond that of {@linkplain
 * RowSample a sample} in their order, which does not depend on how the rows arrived.
 *
 * <p>Cost: one scan, and up to {@code 8 * SAMPLE} bytes a column, more where rows are copied.
 */
public final class Profile {
  /** Rows that quantiles are taken from at most. */
  public static final int SAMPLE = 50_000;

  /** Bytes of the rows that are copied at most. */
  public static final long MOST_KEPT = (long) Double.BYTES * (Integer.MAX_VALUE - 8);

  /** Quantiles this near to an end are found without sorting the sample. */
  private static final double END = 0.002;

  private final RowSample rows;
  private final Moments[] moments;
  private final double[][] sample;
  private final double[][] sorted;
  private final @Nullable Copied copied;

  private Profile(RowSample rows, Moments[] moments, double[][] sample, @Nullable Copied copied) {
    this.rows = rows;
    this.moments = moments;
    this.sample = sample;
    this.sorted = new double[sample.length][];
    this.copied = copied;
  }

  /** Some rows of a dataset in memory. */
  private record Copied(Dataset of, RowSample which, Dataset rows) {}

  /** Reads {@code data} once. */
  public static Profile of(Run run, Dataset data) {
    return of(run, data, null);
  }

  /**
   * The same, with a copy of some rows, which cost least as they pass: to read single rows of many
   * is dear.
   *
   * @param kept the rows; the caller has taken 8 bytes for each and each column, and there are no
   *     more of those than an array holds. Null for none
   */
  public static Profile of(Run run, Dataset data, @Nullable RowSample kept) {
    int columns = data.schema().size();
    RowSample drawn = RowSample.of(data.rows(), SAMPLE);
    double[][] sample = new double[columns][];
    // By all threads: it is touching new memory that takes the time.
    Parallel.forEach(run, columns, c -> sample[c] = new double[drawn.size()]);
    int copied = kept == null ? 0 : kept.size();
    double[] copy = new double[Math.multiplyExact(columns, copied)];
    Moments[] moments =
        data.scan(
            run,
            new Pass<Sums, Moments[]>() {
              @Override
              public Sums zero() {
                return new Sums(columns);
              }

              @Override
              public void accumulate(Batch batch, Sums sum) {
                for (int c = 0; c < columns; c++) {
                  sum.columns[c].add(batch.column(c), batch.rows());
                }
                RowSample.InBatch sampled = drawn.of(batch);
                for (int c = 0; c < columns; c++) {
                  sampled.copy(batch.column(c), sample[c]);
                }
                if (kept != null) {
                  RowSample.InBatch taken = kept.of(batch);
                  for (int c = 0; c < columns; c++) {
                    taken.copy(batch.column(c), copy, c * copied);
                  }
                }
              }

              @Override
              public Moments[] finish(Sums total) {
                return total.columns;
              }
            });
    return new Profile(
        drawn,
        moments,
        sample,
        kept == null
            ? null
            : new Copied(
                data,
                kept,
                new StoredDataset(data.schema(), ArrayTiles.inOne(copy, columns, copied), copied)));
  }

  public long rows() {
    return rows.rows();
  }

  public long nulls(int column) {
    return rows() - moments[column].count;
  }

  /** The mean of the values that are not NULL, NaN if there are none. */
  public double mean(int column) {
    return moments[column].count == 0 ? Double.NaN : moments[column].mean;
  }

  /** The standard deviation (divisor n) of the values that are not NULL, NaN if there are none. */
  public double standardDeviation(int column) {
    Moments m = moments[column];
    return m.count == 0 ? Double.NaN : Math.sqrt(m.squares / m.count);
  }

  /** The smallest value, NaN if all are NULL. */
  public double min(int column) {
    return moments[column].count == 0 ? Double.NaN : moments[column].min;
  }

  /** The largest value, NaN if all are NULL. */
  public double max(int column) {
    return moments[column].count == 0 ? Double.NaN : moments[column].max;
  }

  /** Whether fewer than two different values occur. */
  public boolean isConstant(int column) {
    return moments[column].count == 0 || min(column) == max(column);
  }

  /**
   * The {@code p} quantile, linear between order statistics; NaN if all values are NULL. The median
   * of 1, 2, 3, 4 is 2.5.
   */
  public double quantile(int column, double p) {
    boolean atAnEnd = p < END || p > 1 - END;
    return atAnEnd && !isSorted(column)
        ? Quantiles.of(sample[column], p)
        : Quantiles.sorted(sorted(column), p);
  }

  /** The quantiles at {@code p}, which is small, and at 1 - {@code p}. */
  public double[] tails(int column, double p) {
    return isSorted(column)
        ? new double[] {quantile(column, p), quantile(column, 1 - p)}
        : Quantiles.both(sample[column], p);
  }

  private boolean isSorted(int column) {
    synchronized (sample[column]) {
      return sorted[column] != null;
    }
  }

  /** The rows whose copy was asked for; null if none was, or of another dataset. */
  public @Nullable Dataset copied(Dataset of) {
    return copied == null || copied.of != of ? null : copied.rows;
  }

  /** So many of the rows: the sample that was copied if it has as many, whose places are known. */
  public RowSample drawn(long most) {
    RowSample wanted = RowSample.of(rows(), most);
    return copied != null && copied.which.size() == wanted.size() ? copied.which : wanted;
  }

  /** Counts, moments and ranges alone: quantiles and samples are not to be asked for. */
  public Profile withoutSamples() {
    return new Profile(RowSample.of(rows(), 0), moments, new double[sample.length][0], null);
  }

  /** The rows that are sampled. */
  public RowSample sampled() {
    return rows;
  }

  /** The sampled rows of a column, in their order, NaN for NULL. Not to be changed. */
  public double[] sample(int column) {
    return sample[column];
  }

  /** The sampled values of a column that are not NULL, ascending. Not to be changed. */
  public double[] sorted(int column) {
    synchronized (sample[column]) {
      if (sorted[column] == null) {
        double[] values = new double[sample[column].length];
        int count = 0;
        for (double v : sample[column]) {
          if (!Double.isNaN(v)) {
            values[count++] = v;
          }
        }
        values = Arrays.copyOf(values, count);
        Arrays.sort(values);
        sorted[column] = values;
      }
      return sorted[column];
    }
  }

  private static final class Sums implements Mergeable<Sums> {
    final Moments[] columns;

    Sums(int count) {
      columns = new Moments[count];
      Arrays.setAll(columns, c -> new Moments());
    }

    @Override
    public Sums merge(Sums other) {
      for (int c = 0; c < columns.length; c++) {
        columns[c].merge(other.columns[c]);
      }
      return this;
    }
  }

  /** Count, mean, sum of squared deviations and range; merged by Chan's pairwise update. */
  private static final class Moments {
    long count;
    double mean;
    double squares;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;

    void add(double[] values, int rows) {
      if (!addAll(values, rows)) {
        addKnown(values, rows);
      }
    }

    /**
     * Adds values in one loop and tells whether all are known; else nothing is added. Squares are
     * summed about the mean of what was added before. What the batch's own mean takes off them
     * again, {@link #merge} adds in part for the distance of both means, so no digits are lost that
     * the total has.
     */
    private boolean addAll(double[] values, int rows) {
      double about = count == 0 ? values[0] : mean;
      double low = min;
      double high = max;
      double sum = 0;
      double products = 0;
      for (int i = 0; i < rows; i++) {
        double v = values[i];
        if (v < low) {
          low = v;
        }
        if (v > high) {
          high = v;
        }
        v -= about;
        sum += v;
        products += v * v;
      }
      if (!Double.isFinite(products)) {
        return false;
      }
      Moments batch = new Moments();
      batch.count = rows;
      batch.mean = about + sum / rows;
      batch.squares = Math.max(0, products - sum * (sum / rows));
      batch.min = low;
      batch.max = high;
      merge(batch);
      return true;
    }

    private void addKnown(double[] values, int rows) {
      Moments batch = new Moments();
      for (int i = 0; i < rows; i++) {
        double v = values[i];
        batch.count += Double.isNaN(v) ? 0 : 1;
        batch.min = v < batch.min ? v : batch.min;
        batch.max = v > batch.max ? v : batch.max;
      }
      if (batch.count > 0) {
        batch.mean = sum(values, rows) / batch.count;
        batch.squares = squares(values, rows, batch.mean);
        merge(batch);
      }
    }

    /** Four sums side by side, so that no addition waits for the one before it. */
    private static double sum(double[] values, int rows) {
      double a = 0;
      double b = 0;
      double c = 0;
      double d = 0;
      int i = 0;
      for (; i + 4 <= rows; i += 4) {
        a += known(values[i]);
        b += known(values[i + 1]);
        c += known(values[i + 2]);
        d += known(values[i + 3]);
      }
      for (; i < rows; i++) {
        a += known(values[i]);
      }
      return (a + b) + (c + d);
    }

    private static double squares(double[] values, int rows, double mean) {
      double a = 0;
      double b = 0;
      double c = 0;
      double d = 0;
      int i = 0;
      for (; i + 4 <= rows; i += 4) {
        double p = known(values[i] - mean);
        double q = known(values[i + 1] - mean);
        double r = known(values[i + 2] - mean);
        double s = known(values[i + 3] - mean);
        a += p * p;
        b += q * q;
        c += r * r;
        d += s * s;
      }
      for (; i < rows; i++) {
        double p = known(values[i] - mean);
        a += p * p;
      }
      return (a + b) + (c + d);
    }

    private static double known(double value) {
      return Double.isNaN(value) ? 0 : value;
    }

    void merge(Moments other) {
      if (other.count == 0) {
        return;
      }
      long n = count + other.count;
      double delta = other.mean - mean;
      squares += other.squares + delta * delta * ((double) count * other.count / n);
      mean += delta * other.count / n;
      count = n;
      min = Math.min(min, other.min);
      max = Math.max(max, other.max);
    }
  }
}
