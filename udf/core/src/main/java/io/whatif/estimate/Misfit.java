/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import io.whatif.learn.Design;
import io.whatif.math.CrossGram;
import io.whatif.math.Gram;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Whether the nuisances left bends or interactions in their residuals that move the effect.
 *
 * <p>With residuals u of the outcome and v of the treatment, and c each square, product and cube
 * z^3 - 3z of the standardised covariates z (the cube without the line that is in it): \( \theta_c
 * = (S_{uv} - S_{uc} S_{vc} / S_{cc}) / (S_{vv} - S_{vc}^2 / S_{cc}) \), sums about their means.
 * The result is the largest \( |\theta_c - \theta| / se \).
 *
 * <p>The first {@value #MAX_COLUMNS} encoded covariates that vary are looked at. One scan, O(q^2) a
 * row and for each outcome and treatment, weighted as the study is. Rows may be a sample of m of n.
 * Its noise is \( R \sqrt{n / m} \) standard errors where a term explains R^2 of the one residual
 * and nothing of the other, which does no harm: what is told is beyond three of these.
 */
final class Misfit {
  /** A shift of so many standard errors is told. */
  private static final double TOLD = 0.5;

  private static final double SEVERE = 2;

  /**
   * Standard deviations that a shift in a sample may be off: of all terms hardly one is by more.
   */
  private static final double SURE = 3;

  private static final int MAX_COLUMNS = 60;
  private static final int BLOCK = 256;

  private final Sums sums;

  /** The share of all rows that were not looked at. */
  private final double unseen;

  private Misfit(Sums sums, double unseen) {
    this.sums = sums;
    this.unseen = unseen;
  }

  /**
   * Residuals of outcomes and treatments.
   *
   * @param outcomes u of each row, for each outcome
   * @param treatments v of each row, for each treatment
   */
  record Residuals(double[][] outcomes, double[][] treatments) {}

  /**
   * Looks at the residuals.
   *
   * @param study has the covariates and the weights
   * @param drawn which rows are looked at
   * @param rows these
   * @param table moments of the covariates
   */
  static Misfit of(
      Run run,
      Study study,
      RowSample drawn,
      Dataset rows,
      CovariateTable table,
      Residuals residuals) {
    Design design = new Design(study.covariates(), study.data().schema());
    ProductPass pass = new ProductPass(study, drawn, residuals, design, Standardized.of(table));
    return new Misfit(rows.scan(run, pass), 1 - (double) drawn.size() / drawn.rows());
  }

  /**
   * A shift, in standard errors.
   *
   * @param largest of all terms; NaN if no covariate varies
   * @param sure of it, or of another term, that is more than what rows may do that were not looked
   *     at
   */
  record Shift(double largest, double sure) {
    /** The doubt that it raises, null if none. */
    @Nullable Warning doubt() {
      return sure > TOLD
          ? new Warning(
              "nuisance_misfit",
              sure > SEVERE ? Warning.Severity.SEVERE : Warning.Severity.CAUTION,
              String.format(
                  java.util.Locale.ROOT,
                  "a square, cube or product of controls left in the residuals would move the estimate by %.1f standard errors: use the spline learner, or add the term",
                  largest))
          : null;
    }
  }

  /** The shift of a pair whose effect has this standard error. */
  Shift shift(int outcome, int treatment, double standardError) {
    return sums.squares.width() > 0 && standardError > 0
        ? sums.largestShift(outcome, treatment, standardError, unseen)
        : new Shift(Double.NaN, Double.NaN);
  }

  /** The columns that are looked at, their means and standard deviations. */
  private record Standardized(int[] columns, double[] means, double[] deviations) {
    static Standardized of(CovariateTable table) {
      int[] columns =
          IntStream.range(1, table.width())
              .filter(c -> table.standardDeviation(c) > 0)
              .limit(MAX_COLUMNS)
              .toArray();
      return new Standardized(
          columns,
          Arrays.stream(columns).mapToDouble(table::mean).toArray(),
          Arrays.stream(columns).mapToDouble(table::standardDeviation).toArray());
    }

    int count() {
      return columns.length;
    }

    /** Writes the first rows of these columns, standardized. */
    void fill(double[][] encoded, int rows, double[][] z) {
      for (int k = 0; k < z.length; k++) {
        double[] from = encoded[columns[k]];
        double[] into = z[k];
        double mean = means[k];
        double deviation = deviations[k];
        for (int r = 0; r < rows; r++) {
          into[r] = (from[r] - mean) / deviation;
        }
      }
    }
  }

  /**
   * Weighted sums over rows. Those of squares and products of covariates, times a residual, are the
   * covariates' Gram matrices with the residual in the weights.
   */
  private static final class Sums implements Mergeable<Sums> {
    private final int outcomes;

    /** Of 1, each outcome's and each treatment's residual with every product. */
    private final Gram[] products;

    /** Of the products' squares. */
    private final Gram squares;

    /** The same with every cube. */
    private final double[][] cubes;

    private final double[] squaredCubes;

    /** Of 1 and each outcome's residual with themselves and each treatment's. */
    private final CrossGram residuals;

    /** Weighted sums of the squares of each treatment's residual. */
    private final double[] treated;

    Sums(int columns, int outcomes, int treatments) {
      this.outcomes = outcomes;
      int left = 1 + outcomes + treatments;
      products = new Gram[left];
      Arrays.setAll(products, k -> new Gram(columns));
      squares = new Gram(columns);
      cubes = new double[left][columns];
      squaredCubes = new double[columns];
      residuals = new CrossGram(1 + outcomes, left);
      treated = new double[treatments];
    }

    @Override
    public Sums merge(Sums other) {
      for (int k = 0; k < products.length; k++) {
        products[k].add(other.products[k]);
        add(cubes[k], other.cubes[k]);
      }
      squares.add(other.squares);
      add(squaredCubes, other.squaredCubes);
      add(treated, other.treated);
      residuals.add(other.residuals);
      return this;
    }

    private static void add(double[] into, double[] from) {
      for (int k = 0; k < into.length; k++) {
        into[k] += from[k];
      }
    }

    Shift largestShift(int outcome, int treatment, double standardError, double unseen) {
      int o = 1 + outcome;
      int t = 1 + outcomes + treatment;
      double largest = 0;
      double sure = 0;
      for (int i = 0; i < squares.width(); i++) {
        for (int j = 0; j <= i + 1; j++) {
          double[] term =
              j > i
                  ? new double[] {squaredCubes[i], cubes[0][i], cubes[o][i], cubes[t][i]}
                  : new double[] {
                    squares.get(i, j),
                    products[0].get(i, j),
                    products[o].get(i, j),
                    products[t].get(i, j)
                  };
          Move move = move(o, t, term);
          largest = Math.max(largest, move.size());
          sure = Math.max(sure, move.size() - SURE * Math.sqrt(unseen) * move.spread());
        }
      }
      return new Shift(largest / standardError, sure / standardError);
    }

    /**
     * How far a term would move the effect.
     *
     * @param size the distance
     * @param spread its standard deviation over samples of as many rows
     */
    private record Move(double size, double spread) {
      static final Move NONE = new Move(0, 0);
    }

    /**
     * How far a term would move the effect. S_uc and S_vc each have a standard deviation of one of
     * a residual's times the term's. A term that does not vary moves nothing.
     *
     * @param term sums of its square, itself, and its products with outcome and treatment
     */
    private Move move(int o, int t, double[] term) {
      double n = residuals.get(0, 0);
      double uv = residuals.get(o, t);
      double uu = residuals.get(o, o);
      double vv = treated[t - 1 - outcomes];
      double mean = term[1] / n;
      double scc = term[0] - term[1] * mean;
      if (scc <= 1e-9 * n) {
        return Move.NONE;
      }
      double suc = term[2] - residuals.get(0, o) * mean;
      double svc = term[3] - residuals.get(0, t) * mean;
      double without = (uv - suc * svc / scc) / (vv - svc * svc / scc);
      double ofOutcome = uu * scc / n;
      double ofTreatment = vv * scc / n;
      double spread =
          Math.sqrt(svc * svc * ofOutcome + suc * suc * ofTreatment + ofOutcome * ofTreatment);
      return new Move(Math.abs(without - uv / vv), spread / (scc * vv));
    }
  }

  /** Some rows, column by column. */
  private static final class Block {
    final double[][] encoded;
    private final double[][] z;
    private final double[][] squared;
    private final double[] cube = new double[BLOCK];

    /** The weight, and the residuals of outcomes and treatments times it. */
    private final double[][] weighted;

    /** 1 and the residuals of outcomes and treatments, row by row; then those times the weight. */
    private final double[] left;

    private final double[] leftWeighted;
    private final Sums sums;

    Block(Sums sums, int columns, int encoded) {
      this.sums = sums;
      this.encoded = new double[encoded][BLOCK];
      z = new double[columns][BLOCK];
      squared = new double[columns][BLOCK];
      int width = sums.products.length;
      weighted = new double[width][BLOCK];
      left = new double[BLOCK * width];
      leftWeighted = new double[BLOCK * (1 + sums.outcomes)];
    }

    /** Adds rows whose residuals are there. */
    void add(Standardized columns, int rows) {
      columns.fill(encoded, rows, z);
      for (int k = 0; k < z.length; k++) {
        double[] own = z[k];
        double[] square = squared[k];
        for (int r = 0; r < rows; r++) {
          square[r] = own[r] * own[r];
        }
        addCube(k, rows);
      }
      for (int k = 0; k < weighted.length; k++) {
        sums.products[k].addColumns(z, weighted[k], rows);
      }
      sums.squares.addColumns(squared, weighted[0], rows);
      sums.residuals.add(leftWeighted, left, rows);
    }

    private void addCube(int column, int rows) {
      double[] own = z[column];
      double[] weight = weighted[0];
      double squares = 0;
      for (int r = 0; r < rows; r++) {
        double value = own[r] * (own[r] * own[r] - 3);
        cube[r] = value;
        squares += weight[r] * value * value;
      }
      sums.squaredCubes[column] += squares;
      for (int k = 0; k < weighted.length; k++) {
        double[] by = weighted[k];
        double sum = 0;
        for (int r = 0; r < rows; r++) {
          sum += by[r] * cube[r];
        }
        sums.cubes[k][column] += sum;
      }
    }

    /** Writes the residuals of a row; adds the treatments' squares. */
    void residuals(int row, int of, double weight, Residuals from) {
      int width = weighted.length;
      int at = row * width;
      left[at++] = 1;
      for (double[] outcome : from.outcomes()) {
        left[at++] = outcome[of];
      }
      for (int t = 0; t < sums.treated.length; t++) {
        double v = from.treatments()[t][of];
        left[at++] = v;
        sums.treated[t] += weight * v * v;
      }
      for (int k = 0; k < width; k++) {
        weighted[k][row] = weight * left[row * width + k];
      }
      for (int k = 0; k <= sums.outcomes; k++) {
        leftWeighted[row * (1 + sums.outcomes) + k] = weighted[k][row];
      }
    }
  }

  private record ProductPass(
      Study study, RowSample drawn, Residuals residuals, Design design, Standardized columns)
      implements Pass<Sums, Sums> {
    @Override
    public Sums zero() {
      return new Sums(columns.count(), residuals.outcomes().length, residuals.treatments().length);
    }

    @Override
    public void accumulate(Batch batch, Sums sum) {
      Block block = new Block(sum, columns.count(), design.width());
      int[] places = new int[batch.rows()];
      for (int i = 0; i < places.length; i++) {
        places[i] = i;
      }
      for (int from = 0; from < places.length; from += BLOCK) {
        int to = Math.min(places.length, from + BLOCK);
        design.fillColumns(batch, places, from, to, block.encoded);
        for (int i = from; i < to; i++) {
          long place = batch.firstRow() + i;
          double weight = study.weight((int) drawn.row(place));
          block.residuals(i - from, (int) place, weight, residuals);
        }
        block.add(columns, to - from);
      }
    }

    @Override
    public Sums finish(Sums total) {
      return total;
    }
  }
}
