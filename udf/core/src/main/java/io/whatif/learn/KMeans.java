/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Centres that part rows into clusters: K points \( c_k \) that make \( \sum_i \min_k \|x_i -
 * c_k\|^2 \) small. Every column of the dataset is a coordinate; none may be NULL.
 *
 * <p>Start: k-means++. The first centre is a row drawn evenly, each further one a row drawn with
 * chance in proportion to its squared distance from the centres so far, by {@link Mix} with the
 * seed and the centre's number. Then Lloyd's steps: each row goes to its nearest centre (the first
 * of such), each centre to the mean of its rows. A centre without rows moves to the row that is
 * farthest from its own centre (the first of such); of several such centres one a step. It ends
 * when the sum of squares falls by less than 1e-9 of itself and no centre is empty, or after
 * {@value #MAX_STEPS} steps.
 *
 * <p>Edge cases: where fewer than K rows differ there are as many centres as rows that differ, the
 * rows themselves. The result is a local minimum, the same for the same rows and seed.
 *
 * <p>Cost: a scan of O(K M) a row for each centre of the start and for each step, M coordinates.
 * Memory: 8 bytes a row.
 *
 * <p>Sources: Lloyd 1982, doi:10.1109/TIT.1982.1056489; Arthur and Vassilvitskii 2007 (SODA '07,
 * 1027-1035) for the start.
 */
public final class KMeans {
  static final int MAX_STEPS = 300;

  private static final double CONVERGED = 1e-9;

  private final double[][] centres;
  private final double squares;
  private final int steps;
  private final boolean converged;

  private KMeans(double[][] centres, double squares, int steps, boolean converged) {
    this.centres = centres;
    this.squares = squares;
    this.steps = steps;
    this.converged = converged;
  }

  /**
   * Finds the centres.
   *
   * @param points the rows, one column a coordinate
   * @param count how many centres, at most
   * @param seed draws the start
   */
  public static KMeans of(Run run, Dataset points, int count, long seed) {
    double[][] centres = start(run, points, count, seed);
    double before = Double.POSITIVE_INFINITY;
    for (int step = 0; step < MAX_STEPS; step++) {
      run.progress("clusters", step, MAX_STEPS);
      Sums sums = points.scan(run, new Step(centres));
      boolean settled = before - sums.squares <= CONVERGED * sums.squares;
      if (settled && (!sums.anyEmpty() || sums.squares == 0)) {
        return new KMeans(centres, sums.squares, step, true);
      }
      before = sums.squares;
      centres = sums.means(centres);
    }
    return new KMeans(centres, before, MAX_STEPS, false);
  }

  private static double[][] start(Run run, Dataset points, int count, long seed) {
    int rows = Math.toIntExact(points.rows());
    run.memory().take(8L * rows, "the distances from cluster centres");
    try {
      double[] nearest = new double[rows];
      Arrays.fill(nearest, Double.POSITIVE_INFINITY);
      List<double[]> centres = new ArrayList<>();
      int row = (int) (Mix.uniform(seed, 0) * rows);
      while (row >= 0 && centres.size() < count) {
        run.progress("cluster centres", centres.size(), count);
        centres.add(points.scan(run, new RowAt(row, points.schema().size())));
        points.scan(run, new Nearer(centres.get(centres.size() - 1), nearest));
        row = drawn(nearest, Mix.uniform(seed, centres.size()));
      }
      return centres.toArray(new double[0][]);
    } finally {
      run.memory().giveBack(8L * rows);
    }
  }

  /** The row at which the running sum of weights passes {@code uniform}; -1 if all are 0. */
  private static int drawn(double[] weights, double uniform) {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    double wanted = uniform * total;
    double sum = 0;
    int last = -1;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i];
      if (weights[i] > 0) {
        last = i;
        if (sum > wanted) {
          return i;
        }
      }
    }
    return last;
  }

  /** The coordinates of each row of a batch, one array for each column. */
  private static double[][] columns(Batch batch, int width) {
    double[][] columns = new double[width][];
    for (int m = 0; m < width; m++) {
      columns[m] = batch.column(m);
    }
    return columns;
  }

  /** The squared distance of each row from a centre. */
  private static void squaredDistances(double[][] columns, double[] centre, double[] into) {
    Arrays.fill(into, 0);
    for (int m = 0; m < centre.length; m++) {
      double[] column = columns[m];
      double c = centre[m];
      for (int i = 0; i < into.length; i++) {
        into[i] += (column[i] - c) * (column[i] - c);
      }
    }
  }

  /** The coordinates of one row. */
  private record RowAt(long row, int width) implements Pass<Found, double[]> {
    @Override
    public Found zero() {
      return new Found();
    }

    @Override
    public void accumulate(Batch batch, Found sum) {
      long place = row - batch.firstRow();
      if (place >= 0 && place < batch.rows()) {
        sum.read(batch, (int) place, width);
      }
    }

    @Override
    public double[] finish(Found total) {
      return total.values;
    }
  }

  private static final class Found implements Mergeable<Found> {
    private double[] values = new double[0];

    private void read(Batch batch, int place, int width) {
      values = new double[width];
      for (int m = 0; m < values.length; m++) {
        values[m] = batch.column(m)[place];
      }
    }

    @Override
    public Found merge(Found other) {
      return other.values.length > 0 ? other : this;
    }
  }

  /** Lowers the squared distance of each row to that from one more centre. */
  private record Nearer(double[] centre, double[] nearest) implements Pass<Found, Boolean> {
    @Override
    public Found zero() {
      return new Found();
    }

    @Override
    public void accumulate(Batch batch, Found sum) {
      double[] distance = new double[batch.rows()];
      squaredDistances(columns(batch, centre.length), centre, distance);
      int at = (int) batch.firstRow();
      for (int i = 0; i < distance.length; i++) {
        nearest[at + i] = Math.min(nearest[at + i], distance[i]);
      }
    }

    @Override
    public Boolean finish(Found total) {
      return true;
    }
  }

  /** Sums over the rows nearest to each centre. */
  private static final class Sums implements Mergeable<Sums> {
    private final long[] rows;
    private final double[][] totals;
    private double squares;
    private double farthest = -1;
    private double[] farthestRow = new double[0];

    Sums(int count, int width) {
      rows = new long[count];
      totals = new double[count][width];
    }

    private boolean anyEmpty() {
      return Arrays.stream(rows).anyMatch(n -> n == 0);
    }

    /** The means of the clusters; the first empty one goes to the farthest row. */
    private double[][] means(double[][] centres) {
      double[][] means = new double[centres.length][];
      boolean placed = false;
      for (int k = 0; k < means.length; k++) {
        means[k] = centres[k].clone();
        if (rows[k] == 0) {
          means[k] = placed || farthest <= 0 ? means[k] : farthestRow.clone();
          placed = true;
        }
        for (int m = 0; m < means[k].length && rows[k] > 0; m++) {
          // sums are of differences from the centre, so that they keep digits
          means[k][m] += totals[k][m] / rows[k];
        }
      }
      return means;
    }

    @Override
    public Sums merge(Sums other) {
      for (int k = 0; k < rows.length; k++) {
        rows[k] += other.rows[k];
        for (int m = 0; m < totals[k].length; m++) {
          totals[k][m] += other.totals[k][m];
        }
      }
      squares += other.squares;
      if (other.farthest > farthest) {
        farthest = other.farthest;
        farthestRow = other.farthestRow;
      }
      return this;
    }
  }

  private record Step(double[][] centres) implements Pass<Sums, Sums> {
    @Override
    public Sums zero() {
      return new Sums(centres.length, centres[0].length);
    }

    @Override
    public void accumulate(Batch batch, Sums sum) {
      int width = centres[0].length;
      int rows = batch.rows();
      double[][] columns = columns(batch, width);
      double[] distance = new double[rows];
      double[] least = new double[rows];
      int[] best = new int[rows];
      for (int k = 0; k < centres.length; k++) {
        squaredDistances(columns, centres[k], distance);
        for (int i = 0; i < rows; i++) {
          if (k == 0 || distance[i] < least[i]) {
            least[i] = distance[i];
            best[i] = k;
          }
        }
      }
      for (int i = 0; i < rows; i++) {
        sum.rows[best[i]]++;
        sum.squares += least[i];
        if (least[i] > sum.farthest) {
          sum.farthest = least[i];
          sum.farthestRow = new double[width];
          for (int m = 0; m < width; m++) {
            sum.farthestRow[m] = columns[m][i];
          }
        }
      }
      for (int m = 0; m < width; m++) {
        for (int i = 0; i < rows; i++) {
          sum.totals[best[i]][m] += columns[m][i] - centres[best[i]][m];
        }
      }
    }

    @Override
    public Sums finish(Sums total) {
      return total;
    }
  }

  /** The centres, in the order in which they were drawn. */
  public double[][] centres() {
    double[][] copy = new double[centres.length][];
    Arrays.setAll(copy, k -> centres[k].clone());
    return copy;
  }

  /** The sum of squared distances of rows from their nearest centre. */
  public double squares() {
    return squares;
  }

  /** Lloyd's steps made. */
  public int steps() {
    return steps;
  }

  /** Whether the sum of squares stopped falling. */
  public boolean converged() {
    return converged;
  }
}
