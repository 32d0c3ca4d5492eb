/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.learn.Basis;
import io.whatif.learn.Design;
import java.util.ArrayList;
import java.util.List;
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
  private static final int BLOCK = 256;

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
    List<Integer> columns = new ArrayList<>();
    for (int c = 1; c < table.width() && columns.size() < MAX_COLUMNS; c++) {
      if (table.standardDeviation(c) > 0) {
        columns.add(c);
      }
    }
    Design design = new Design(study.covariates(), study.data().schema());
    return new Misfit(rows.scan(run, new ProductPass(study, residuals, table, design, columns)));
  }

  /** The shift of a pair, in its standard errors; NaN if no covariate varies. */
  double shift(int outcome, int treatment, double standardError) {
    return sums.c.length > 0 && standardError > 0
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

  private static final class Sums implements Mergeable<Sums> {
    final double[] c;
    final double[] cc;
    final double[][] uc;
    final double[][] vc;
    final double[] u;
    final double[] v;
    final double[] vv;
    final double[][] uv;
    double n;

    Sums(int terms, int outcomes, int treatments) {
      c = new double[terms];
      cc = new double[terms];
      uc = new double[outcomes][terms];
      vc = new double[treatments][terms];
      u = new double[outcomes];
      v = new double[treatments];
      vv = new double[treatments];
      uv = new double[outcomes][treatments];
    }

    /**
     * Adds a term of some rows.
     *
     * @param weighted receives the term times the weight
     */
    void add(int term, double[] a, double[] b, Rows rows, double[] weighted) {
      double sc = 0;
      double scc = 0;
      for (int i = 0; i < rows.count; i++) {
        double product = a[i] * b[i];
        weighted[i] = rows.weight[i] * product;
        sc += weighted[i];
        scc += product * weighted[i];
      }
      c[term] += sc;
      cc[term] += scc;
      for (int o = 0; o < uc.length; o++) {
        uc[o][term] += dot(rows.outcomes[o], rows.first, weighted, rows.count);
      }
      for (int t = 0; t < vc.length; t++) {
        vc[t][term] += dot(rows.treatments[t], rows.first, weighted, rows.count);
      }
    }

    /** Adds what does not depend on a term. */
    void add(Rows rows) {
      for (int i = 0; i < rows.count; i++) {
        int row = rows.first + i;
        double weight = rows.weight[i];
        n += weight;
        for (int o = 0; o < u.length; o++) {
          u[o] += weight * rows.outcomes[o][row];
        }
        for (int t = 0; t < v.length; t++) {
          double residual = weight * rows.treatments[t][row];
          v[t] += residual;
          vv[t] += residual * rows.treatments[t][row];
          for (int o = 0; o < u.length; o++) {
            uv[o][t] += residual * rows.outcomes[o][row];
          }
        }
      }
    }

    private static double dot(double[] residuals, int first, double[] weighted, int count) {
      double sum = 0;
      for (int i = 0; i < count; i++) {
        sum += residuals[first + i] * weighted[i];
      }
      return sum;
    }

    @Override
    public Sums merge(Sums other) {
      add(c, other.c);
      add(cc, other.cc);
      add(u, other.u);
      add(v, other.v);
      add(vv, other.vv);
      for (int o = 0; o < u.length; o++) {
        add(uc[o], other.uc[o]);
        add(uv[o], other.uv[o]);
      }
      for (int t = 0; t < v.length; t++) {
        add(vc[t], other.vc[t]);
      }
      n += other.n;
      return this;
    }

    private static void add(double[] into, double[] other) {
      for (int k = 0; k < into.length; k++) {
        into[k] += other[k];
      }
    }

    double largestShift(int o, int t) {
      double theta = uv[o][t] / vv[t];
      double largest = 0;
      for (int k = 0; k < c.length; k++) {
        double mean = c[k] / n;
        double scc = cc[k] - c[k] * mean;
        if (scc <= 1e-9 * n) {
          continue;
        }
        double suc = uc[o][k] - u[o] * mean;
        double svc = vc[t][k] - v[t] * mean;
        double without = (uv[o][t] - suc * svc / scc) / (vv[t] - svc * svc / scc);
        largest = Math.max(largest, Math.abs(without - theta));
      }
      return largest;
    }
  }

  /** Some rows side by side. */
  private static final class Rows {
    final double[][] outcomes;
    final double[][] treatments;
    final double[] weight = new double[BLOCK];
    int first;
    int count;

    Rows(Residuals residuals) {
      outcomes = residuals.outcomes();
      treatments = residuals.treatments();
    }

    void moveTo(Study study, int row, int rows) {
      first = row;
      count = rows;
      for (int i = 0; i < rows; i++) {
        weight[i] = study.weight(row + i);
      }
    }
  }

  private record ProductPass(
      Study study, Residuals residuals, CovariateTable table, Design design, List<Integer> columns)
      implements Pass<Sums, Sums> {
    @Override
    public Sums zero() {
      return new Sums(
          columns.size() * (columns.size() + 1) / 2 + columns.size(),
          residuals.outcomes().length,
          residuals.treatments().length);
    }

    @Override
    public void accumulate(Batch batch, Sums sum) {
      int q = columns.size();
      int[] places = new int[batch.rows()];
      java.util.Arrays.setAll(places, i -> i);
      double[] block = new double[BLOCK * design.width()];
      double[][] x = new double[q][BLOCK];
      double[] bend = new double[BLOCK];
      double[] weighted = new double[BLOCK];
      Rows rows = new Rows(residuals);
      for (int from = 0; from < places.length; from += BLOCK) {
        int count = Math.min(places.length, from + BLOCK) - from;
        design.fill(batch, places, from, from + count, new Basis.Block(block, design.width()));
        standardise(block, x, count);
        rows.moveTo(study, (int) batch.firstRow() + from, count);
        sum.add(rows);
        int term = 0;
        for (int i = 0; i < q; i++) {
          for (int j = 0; j <= i; j++) {
            sum.add(term++, x[i], x[j], rows, weighted);
          }
          for (int r = 0; r < count; r++) {
            bend[r] = x[i][r] * x[i][r] - 3;
          }
          sum.add(term++, x[i], bend, rows, weighted);
        }
      }
    }

    private void standardise(double[] block, double[][] x, int count) {
      for (int k = 0; k < x.length; k++) {
        int column = columns.get(k);
        double mean = table.mean(column);
        double scale = 1 / table.standardDeviation(column);
        for (int i = 0; i < count; i++) {
          x[k][i] = (block[i * design.width() + column] - mean) * scale;
        }
      }
    }

    @Override
    public Sums finish(Sums total) {
      return total;
    }
  }
}
