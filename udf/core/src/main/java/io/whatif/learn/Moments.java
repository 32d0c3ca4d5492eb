/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Profile;
import io.whatif.data.Run;
import io.whatif.model.Term;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Mean and standard deviation of every column of a basis and of the targets behind it, and how
 * often each target is 1 in each fold; rows count by their weights. One scan.
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
  private final Weights weights;

  Moments(Basis basis, List<Target> targets, Folds folds) {
    this.basis = basis;
    this.targets = targets;
    this.folds = folds;
    this.weights = Weights.of(targets);
  }

  /** The moments of a design and the targets behind it; of the targets alone where it can. */
  static Summary of(Run run, Dataset data, Design design, Covariates covariates, Behind behind) {
    Profile known = covariates.profile();
    if (known == null || Weights.of(behind.targets()).given()) {
      return data.scan(run, new Moments(design, behind.targets(), behind.folds()));
    }
    Sum targets = ofTargets(run, data, behind).sum();
    int width = design.width();
    Sum sum = new Sum(width + behind.targets().size(), 0, 0);
    sum.weight = targets.weight;
    sum.foldRows = targets.foldRows;
    sum.foldTotals = targets.foldTotals;
    sum.mean[0] = 1;
    for (int j = 1; j < width; j++) {
      int column = covariates.columns().get(j - 1).column();
      double deviation = known.isConstant(column) ? 0 : known.standardDeviation(column);
      sum.mean[j] = known.mean(column);
      sum.squares[j] = deviation * deviation * targets.weight;
    }
    System.arraycopy(targets.mean, 0, sum.mean, width, targets.mean.length);
    System.arraycopy(targets.squares, 0, sum.squares, width, targets.squares.length);
    return new Summary(sum);
  }

  /** The moments of targets alone. */
  static Summary ofTargets(Run run, Dataset data, Behind behind) {
    return data.scan(run, new Moments(new NoColumns(), behind.targets(), behind.folds()));
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
    public List<Term> terms() {
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

    /** By target and fold. */
    private double[][] foldTotals;

    /** The folds of a batch's rows. */
    private final int[] fold = new int[Batch.CAPACITY];

    private double weight;

    Sum(int width, int targets, int folds) {
      block = Basis.Block.of(width);
      mean = new double[width];
      squares = new double[width];
      blockMean = new double[width];
      blockSquares = new double[width];
      foldRows = new long[folds];
      foldTotals = new double[targets][folds];
    }

    /**
     * Adds the first rows of the block.
     *
     * @param weights of the batch's rows, null if each counts once
     * @param from the row of the batch that is the block's first
     */
    private void addBlock(int count, double @Nullable [] weights, int from) {
      double[] x = block.values();
      int width = mean.length;
      Arrays.fill(blockMean, 0);
      Arrays.fill(blockSquares, 0);
      int first = 0;
      while (weights != null && first < count && weights[from + first] == 0) {
        first++;
      }
      if (first == count) {
        return;
      }
      int origin = first * width;
      double added = weights == null ? 1 : weights[from + first];
      for (int r = first + 1; r < count; r++) {
        int at = r * width;
        double w = weights == null ? 1 : weights[from + r];
        added += w;
        for (int j = 0; j < width; j++) {
          double d = x[at + j] - x[origin + j];
          double wd = w * d;
          blockMean[j] += wd;
          blockSquares[j] += wd * d;
        }
      }
      for (int j = 0; j < width; j++) {
        double shift = blockMean[j] / added;
        blockSquares[j] = Math.max(0, blockSquares[j] - shift * blockMean[j]);
        blockMean[j] = x[origin + j] + shift;
      }
      join(added, blockMean, blockSquares);
    }

    /** Adds the rows of a batch, column by column: there are targets alone, and no weights. */
    private void addColumns(Batch batch, List<Target> targets) {
      int rows = batch.rows();
      for (int t = 0; t < targets.size(); t++) {
        double[] values = batch.column(targets.get(t).column());
        addColumn(values, rows, t);
      }
      join(rows, blockMean, blockSquares);
    }

    private void addColumn(double[] values, int rows, int target) {
      double first = values[0];
      double sum = 0;
      double products = 0;
      for (int r = 0; r < rows; r++) {
        double d = values[r] - first;
        sum += d;
        products += d * d;
      }
      double shift = sum / rows;
      blockMean[target] = first + shift;
      blockSquares[target] = Math.max(0, products - shift * sum);
    }

    private void join(double added, double[] otherMean, double[] otherSquares) {
      double total = weight + added;
      if (added == 0) {
        return;
      }
      if (weight == 0) {
        System.arraycopy(otherMean, 0, mean, 0, mean.length);
      }
      double share = added / total;
      for (int j = 0; j < mean.length; j++) {
        double d = otherMean[j] - mean[j];
        mean[j] += d * share;
        squares[j] += otherSquares[j] + d * d * share * weight;
      }
      weight = total;
    }

    @Override
    public Sum merge(Sum other) {
      join(other.weight, other.mean, other.squares);
      for (int k = 0; k < foldRows.length; k++) {
        foldRows[k] += other.foldRows[k];
        for (int t = 0; t < foldTotals.length; t++) {
          foldTotals[t][k] += other.foldTotals[t][k];
        }
      }
      return this;
    }
  }

  /** The columns' moments; targets stand behind the basis. */
  record Summary(Sum sum) {
    /** Rows that are fitted. */
    long rows() {
      return Arrays.stream(sum.foldRows).sum();
    }

    double mean(int column) {
      return sum.mean[column];
    }

    /** One over the standard deviation, 0 if the column is constant. */
    double inverseDeviation(int column) {
      double deviation = Math.sqrt(sum.squares[column] / sum.weight);
      return deviation > 0 ? 1 / deviation : 0;
    }

    /** The standard deviation, 1 if the column is constant. */
    double scale(int column) {
      double inverse = inverseDeviation(column);
      return inverse == 0 ? 1 : 1 / inverse;
    }

    /** Rows of a fold that are fitted. */
    long foldRows(int fold) {
      return sum.foldRows[fold];
    }

    /** The sum of a target over the rows of a fold that are fitted. */
    double foldTotal(int fold, int target) {
      return sum.foldTotals[target][fold];
    }
  }

  @Override
  public Sum zero() {
    return new Sum(basis.width() + targets.size(), targets.size(), folds.count());
  }

  @Override
  public void accumulate(Batch batch, Sum sum) {
    double[] weight = weights.of(batch);
    if (basis.width() == 0 && weight == null) {
      sum.addColumns(batch, targets);
    } else {
      addBlocks(batch, weight, sum);
    }
    int rows = batch.rows();
    folds.read(batch.firstRow(), rows, sum.fold);
    addRows(weight, rows, sum.fold, sum.foldRows);
    for (int t = 0; t < targets.size(); t++) {
      double[] values = batch.column(targets.get(t).column());
      addTotals(values, weight, rows, sum.fold, sum.foldTotals[t]);
    }
  }

  private static void addRows(double @Nullable [] weight, int rows, int[] fold, long[] foldRows) {
    for (int i = 0; i < rows; i++) {
      foldRows[fold[i]] += weight == null || weight[i] > 0 ? 1 : 0;
    }
  }

  private static void addTotals(
      double[] values, double @Nullable [] weight, int rows, int[] fold, double[] totals) {
    for (int i = 0; i < rows; i++) {
      totals[fold[i]] += weight == null || weight[i] > 0 ? values[i] : 0;
    }
  }

  private void addBlocks(Batch batch, double @Nullable [] weight, Sum sum) {
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
      sum.addBlock(to - from, weight, from);
    }
  }

  @Override
  public Summary finish(Sum total) {
    return new Summary(total);
  }
}
