/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.learn.Basis;
import io.whatif.learn.Design;
import io.whatif.math.CrossGram;
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
 * row and for each outcome and treatment, weighted as the study is. Rows may be a sample: under no
 * misfit the shift is O(1/rows), so the sample's noise is far below a standard error.
 */
final class Misfit {
  /** A shift of so many standard errors is told. */
  private static final double TOLD = 0.5;

  private static final double SEVERE = 2;
  private static final int MAX_COLUMNS = 60;
  private static final int BLOCK = 32;

  private final Sums sums;

  private Misfit(Sums sums) {
    this.sums = sums;
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
   * @param rows those to look at: the study's, or its first
   * @param table moments of the covariates
   */
  static Misfit of(Run run, Study study, Dataset rows, CovariateTable table, Residuals residuals) {
    Design design = new Design(study.covariates(), study.data().schema());
    ProductPass pass = new ProductPass(study, residuals, design, Standardized.of(table));
    return new Misfit(rows.scan(run, pass));
  }

  /** The shift of a pair, in its standard errors; NaN if no covariate varies. */
  double shift(int outcome, int treatment, double standardError) {
    return sums.squares.length > 0 && standardError > 0
        ? sums.largestShift(outcome, treatment) / standardError
        : Double.NaN;
  }

  /** The doubt that a shift raises, null if none. */
  static @Nullable Warning doubt(double shift) {
    return shift > TOLD
        ? new Warning(
            "nuisance_misfit",
            shift > SEVERE ? Warning.Severity.SEVERE : Warning.Severity.CAUTION,
            String.format(
                java.util.Locale.ROOT,
                "a square, cube or product of controls left in the residuals would move the estimate by %.1f standard errors: use the spline learner, or add the term",
                shift))
        : null;
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

    void fill(double[] values, int at, double[] z) {
      for (int k = 0; k < z.length; k++) {
        z[k] = (values[at + columns[k]] - means[k]) / deviations[k];
      }
    }
  }

  private static final class Sums implements Mergeable<Sums> {
    private final int outcomes;

    /** Weighted sums of the terms' squares. */
    private final double[] squares;

    /** Of 1, each outcome's and each treatment's residual with every term. */
    private final CrossGram products;

    /** Of 1 and each outcome's residual with themselves and each treatment's. */
    private final CrossGram residuals;

    /** Weighted sums of the squares of each treatment's residual. */
    private final double[] treated;

    Sums(int terms, int outcomes, int treatments) {
      this.outcomes = outcomes;
      int left = 1 + outcomes + treatments;
      squares = new double[terms];
      products = new CrossGram(left, terms);
      residuals = new CrossGram(1 + outcomes, left);
      treated = new double[treatments];
    }

    @Override
    public Sums merge(Sums other) {
      for (int k = 0; k < squares.length; k++) {
        squares[k] += other.squares[k];
      }
      for (int t = 0; t < treated.length; t++) {
        treated[t] += other.treated[t];
      }
      products.add(other.products);
      residuals.add(other.residuals);
      return this;
    }

    double largestShift(int outcome, int treatment) {
      int o = 1 + outcome;
      int t = 1 + outcomes + treatment;
      double n = residuals.get(0, 0);
      double uv = residuals.get(o, t);
      double vv = treated[treatment];
      double largest = 0;
      for (int k = 0; k < squares.length; k++) {
        double sum = products.get(0, k);
        double mean = sum / n;
        double scc = squares[k] - sum * mean;
        if (scc <= 1e-9 * n) {
          continue;
        }
        double suc = products.get(o, k) - residuals.get(0, o) * mean;
        double svc = products.get(t, k) - residuals.get(0, t) * mean;
        double without = (uv - suc * svc / scc) / (vv - svc * svc / scc);
        largest = Math.max(largest, Math.abs(without - uv / vv));
      }
      return largest;
    }
  }

  /** Some rows side by side, row-major. */
  private static final class Block {
    final Basis.Block encoded;
    final double[] z;

    /** 1 and the residuals of outcomes and treatments. */
    final double[] left;

    /** 1 and the residuals of outcomes, times the weight. */
    final double[] weighted;

    /** The terms times the weight. */
    final double[] terms;

    private final int outcomes;
    private final int width;
    private final int count;

    Block(Sums sums, int columns, int encoded) {
      this.encoded = new Basis.Block(new double[BLOCK * encoded], encoded);
      z = new double[columns];
      outcomes = sums.outcomes;
      width = 1 + outcomes + sums.treated.length;
      count = sums.squares.length;
      left = new double[BLOCK * width];
      weighted = new double[BLOCK * (1 + outcomes)];
      terms = new double[BLOCK * count];
    }

    /** Makes the terms of a row of z, products first; adds the squares. */
    void terms(int row, double weight, double[] squares) {
      int first = row * count;
      int at = first;
      for (int i = 0; i < z.length; i++) {
        for (int j = 0; j <= i; j++) {
          terms[at + j] = z[i] * z[j];
        }
        at += i + 1;
      }
      for (int i = 0; i < z.length; i++) {
        terms[at + i] = z[i] * (z[i] * z[i] - 3);
      }
      for (int k = 0; k < count; k++) {
        double term = terms[first + k];
        terms[first + k] = weight * term;
        squares[k] += weight * term * term;
      }
    }

    /** Writes the residuals of a row; adds the treatments' squares. */
    void residuals(int row, int of, double weight, Residuals from, double[] treated) {
      int at = row * width;
      left[at++] = 1;
      for (double[] outcome : from.outcomes()) {
        left[at++] = outcome[of];
      }
      for (int t = 0; t < treated.length; t++) {
        double v = from.treatments()[t][of];
        left[at++] = v;
        treated[t] += weight * v * v;
      }
      for (int k = 0; k <= outcomes; k++) {
        weighted[row * (1 + outcomes) + k] = weight * left[row * width + k];
      }
    }
  }

  private record ProductPass(Study study, Residuals residuals, Design design, Standardized columns)
      implements Pass<Sums, Sums> {
    @Override
    public Sums zero() {
      return new Sums(
          columns.count() * (columns.count() + 1) / 2 + columns.count(),
          residuals.outcomes().length,
          residuals.treatments().length);
    }

    @Override
    public void accumulate(Batch batch, Sums sum) {
      Block block = new Block(sum, columns.count(), design.width());
      int[] places = new int[batch.rows()];
      Arrays.setAll(places, i -> i);
      for (int from = 0; from < places.length; from += BLOCK) {
        int count = Math.min(places.length, from + BLOCK) - from;
        design.fill(batch, places, from, from + count, block.encoded);
        int row = (int) batch.firstRow() + from;
        for (int i = 0; i < count; i++) {
          columns.fill(block.encoded.values(), i * design.width(), block.z);
          block.terms(i, study.weight(row + i), sum.squares);
          block.residuals(i, row + i, study.weight(row + i), residuals, sum.treated);
        }
        sum.products.add(block.left, block.terms, count);
        sum.residuals.add(block.weighted, block.left, count);
      }
    }

    @Override
    public Sums finish(Sums total) {
      return total;
    }
  }
}
