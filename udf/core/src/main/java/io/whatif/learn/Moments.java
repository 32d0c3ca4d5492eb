/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import java.util.Arrays;
import java.util.List;

/**
 * Mean and standard deviation of every column of a basis and of the targets behind it, and how
 * often each target is 1 in each fold. One scan.
 *
 * <p>Each block of rows is summed as differences from its first row, so that a constant column has
 * exactly no variation, and blocks are merged by the update of Chan, Golub and LeVeque (1983,
 * doi:10.1080/00031305.1983.10483115).
 */
final class Moments implements Pass<Moments.Sum, Moments.Summary> {
  private final Basis basis;
  private final List<Target> targets;
  private final Folds folds;
  private final int[] all = FoldRows.all();

  Moments(Basis basis, List<Target> targets, Folds folds) {
    this.basis = basis;
    this.targets = targets;
    this.folds = folds;
  }

  /** The moments of a design and the targets behind it; of the targets alone where it can. */
  static Summary of(Run run, Dataset data, Design design, Covariates covariates, Behind behind) {
    Covariates.Known known = covariates.known();
    if (known == null) {
      return data.scan(run, new Moments(design, behind.targets(), behind.folds()));
    }
    Basis none = new NoColumns();
    Sum targets = data.scan(run, new Moments(none, behind.targets(), behind.folds())).sum();
    int width = design.width();
    Sum sum = new Sum(width + behind.targets().size(), 0, 0);
    sum.rows = targets.rows;
    sum.foldRows = targets.foldRows;
    sum.foldTotals = targets.foldTotals;
    sum.mean[0] = 1;
    for (int j = 1; j < width; j++) {
      double deviation = known.deviations()[j - 1];
      sum.mean[j] = known.means()[j - 1];
      sum.squares[j] = deviation * deviation * targets.rows;
    }
    System.arraycopy(targets.mean, 0, sum.mean, width, targets.mean.length);
    System.arraycopy(targets.squares, 0, sum.squares, width, targets.squares.length);
    return new Summary(sum);
  }

  /** What stands behind the basis. */
  record Behind(List<Target> targets, Folds folds) {}

  /** A basis of nothing. */
  private record NoColumns() implements Basis {
    @Override
    public int width() {
      return 0;
    }

    @Override
    public List<String> names() {
      return List.of();
    }

    @Override
    public List<Integer> columns() {
      return List.of();
    }

    @Override
    public void fill(Batch batch, int[] rows, int from, int to, Block into) {}
  }

  /** The sum over some rows. */
  static final class Sum implements Mergeable<Sum> {
    private final Basis.Block block;
    private final double[] mean;
    private final double[] squares;
    private final double[] blockMean;
    private final double[] blockSquares;
    private long[] foldRows;
    private double[][] foldTotals;
    private long rows;

    Sum(int width, int targets, int folds) {
      block = Basis.Block.of(width);
      mean = new double[width];
      squares = new double[width];
      blockMean = new double[width];
      blockSquares = new double[width];
      foldRows = new long[folds];
      foldTotals = new double[folds][targets];
    }

    private void addBlock(int count) {
      double[] x = block.values();
      int width = mean.length;
      Arrays.fill(blockMean, 0);
      Arrays.fill(blockSquares, 0);
      for (int r = 1; r < count; r++) {
        int at = r * width;
        for (int j = 0; j < width; j++) {
          double d = x[at + j] - x[j];
          blockMean[j] += d;
          blockSquares[j] += d * d;
        }
      }
      for (int j = 0; j < width; j++) {
        double shift = blockMean[j] / count;
        blockSquares[j] = Math.max(0, blockSquares[j] - shift * blockMean[j]);
        blockMean[j] = x[j] + shift;
      }
      join(count, blockMean, blockSquares);
    }

    private void join(long count, double[] otherMean, double[] otherSquares) {
      long total = rows + count;
      if (count == 0) {
        return;
      }
      if (rows == 0) {
        System.arraycopy(otherMean, 0, mean, 0, mean.length);
      }
      double share = (double) count / total;
      for (int j = 0; j < mean.length; j++) {
        double d = otherMean[j] - mean[j];
        mean[j] += d * share;
        squares[j] += otherSquares[j] + d * d * share * rows;
      }
      rows = total;
    }

    @Override
    public Sum merge(Sum other) {
      join(other.rows, other.mean, other.squares);
      for (int k = 0; k < foldRows.length; k++) {
        foldRows[k] += other.foldRows[k];
        for (int t = 0; t < foldTotals[k].length; t++) {
          foldTotals[k][t] += other.foldTotals[k][t];
        }
      }
      return this;
    }
  }

  /** The columns' moments; targets stand behind the basis. */
  record Summary(Sum sum) {
    long rows() {
      return sum.rows;
    }

    double mean(int column) {
      return sum.mean[column];
    }

    /** One over the standard deviation, 0 if the column is constant. */
    double inverseDeviation(int column) {
      double deviation = Math.sqrt(sum.squares[column] / sum.rows);
      return deviation > 0 ? 1 / deviation : 0;
    }

    /** The standard deviation, 1 if the column is constant. */
    double scale(int column) {
      double inverse = inverseDeviation(column);
      return inverse == 0 ? 1 : 1 / inverse;
    }

    long foldRows(int fold) {
      return sum.foldRows[fold];
    }

    /** The sum of a target over the rows of a fold. */
    double foldTotal(int fold, int target) {
      return sum.foldTotals[fold][target];
    }
  }

  @Override
  public Sum zero() {
    return new Sum(basis.width() + targets.size(), targets.size(), folds.count());
  }

  @Override
  public void accumulate(Batch batch, Sum sum) {
    for (int from = 0; from < batch.rows(); from += Basis.Block.ROWS) {
      int to = Math.min(batch.rows(), from + Basis.Block.ROWS);
      basis.fill(batch, all, from, to, sum.block);
      for (int t = 0; t < targets.size(); t++) {
        double[] values = batch.column(targets.get(t).column());
        int at = basis.width() + t;
        for (int r = 0; r < to - from; r++) {
          sum.block.values()[r * sum.block.stride() + at] = values[from + r];
        }
      }
      sum.addBlock(to - from);
    }
    for (int i = 0; i < batch.rows(); i++) {
      sum.foldRows[folds.of(batch.firstRow() + i)]++;
    }
    for (int t = 0; t < targets.size(); t++) {
      double[] values = batch.column(targets.get(t).column());
      for (int i = 0; i < batch.rows(); i++) {
        sum.foldTotals[folds.of(batch.firstRow() + i)][t] += values[i];
      }
    }
  }

  @Override
  public Summary finish(Sum total) {
    return new Summary(total);
  }
}
