/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.learn.Basis;
import io.whatif.learn.Design;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the nuisances left bends or interactions in their residuals that move the effect.
 *
 * <p>With residuals u of the outcome and v of the treatment, and c each square, product and cube
 * z^3 - 3z of the standardised covariates z (the cube without the line that is in it): \( \theta_c
 * = (S_{uv} - S_{uc} S_{vc} / S_{cc}) / (S_{vv} - S_{vc}^2 / S_{cc}) \), sums about their means.
 * The result is the largest \( |\theta_c - \theta| / se \).
 *
 * <p>The first {@value #MAX_COLUMNS} encoded covariates that vary are looked at. One scan, O(q^2) a
 * row, weighted as the study is. With more than 200,000 rows it is of a sample: under no misfit the
 * shift is O(1/rows), so the sample's noise is far below a standard error.
 */
final class Misfit {
  private static final int MAX_COLUMNS = 60;
  private static final int BLOCK = 256;

  private Misfit() {}

  static double shift(
      Run run, Study study, CrossFit nuisances, CovariateTable table, double standardError) {
    List<Integer> columns = new ArrayList<>();
    for (int c = 1; c < table.width() && columns.size() < MAX_COLUMNS; c++) {
      if (table.standardDeviation(c) > 0) {
        columns.add(c);
      }
    }
    if (columns.isEmpty() || !(standardError > 0)) {
      return Double.NaN;
    }
    Design design = new Design(study.covariates(), study.data().schema());
    Sums sums =
        study.diagnosed().scan(run, new ProductPass(study, nuisances, table, design, columns));
    return sums.largestShift() / standardError;
  }

  private static final class Sums implements Mergeable<Sums> {
    final double[] c;
    final double[] cc;
    final double[] uc;
    final double[] vc;
    double n;
    double u;
    double v;
    double uv;
    double vv;

    Sums(int terms) {
      c = new double[terms];
      cc = new double[terms];
      uc = new double[terms];
      vc = new double[terms];
    }

    /**
     * Adds a term of some rows.
     *
     * @param residuals u, v, and the weights
     */
    void add(int term, double[] a, double[] b, double[][] residuals, int rows) {
      double sc = 0;
      double scc = 0;
      double suc = 0;
      double svc = 0;
      double[] ru = residuals[0];
      double[] rv = residuals[1];
      double[] weight = residuals[2];
      for (int i = 0; i < rows; i++) {
        double product = a[i] * b[i];
        double weighted = weight[i] * product;
        sc += weighted;
        scc += product * weighted;
        suc += ru[i] * weighted;
        svc += rv[i] * weighted;
      }
      c[term] += sc;
      cc[term] += scc;
      uc[term] += suc;
      vc[term] += svc;
    }

    @Override
    public Sums merge(Sums other) {
      for (int k = 0; k < c.length; k++) {
        c[k] += other.c[k];
        cc[k] += other.cc[k];
        uc[k] += other.uc[k];
        vc[k] += other.vc[k];
      }
      n += other.n;
      u += other.u;
      v += other.v;
      uv += other.uv;
      vv += other.vv;
      return this;
    }

    double largestShift() {
      double theta = uv / vv;
      double largest = 0;
      for (int k = 0; k < c.length; k++) {
        double mean = c[k] / n;
        double scc = cc[k] - c[k] * mean;
        if (scc <= 1e-9 * n) {
          continue;
        }
        double suc = uc[k] - u * mean;
        double svc = vc[k] - v * mean;
        double without = (uv - suc * svc / scc) / (vv - svc * svc / scc);
        largest = Math.max(largest, Math.abs(without - theta));
      }
      return largest;
    }
  }

  private record ProductPass(
      Study study, CrossFit nuisances, CovariateTable table, Design design, List<Integer> columns)
      implements Pass<Sums, Sums> {
    @Override
    public Sums zero() {
      return new Sums(columns.size() * (columns.size() + 1) / 2 + columns.size());
    }

    @Override
    public void accumulate(Batch batch, Sums sum) {
      int q = columns.size();
      int[] rows = new int[batch.rows()];
      java.util.Arrays.setAll(rows, i -> i);
      double[] block = new double[BLOCK * design.width()];
      double[][] x = new double[q][BLOCK];
      double[] bend = new double[BLOCK];
      double[][] residuals = new double[3][BLOCK];
      for (int from = 0; from < rows.length; from += BLOCK) {
        int count = Math.min(rows.length, from + BLOCK) - from;
        design.fill(batch, rows, from, from + count, new Basis.Block(block, design.width()));
        standardise(block, x, count);
        residuals(batch, from, count, residuals, sum);
        int term = 0;
        for (int i = 0; i < q; i++) {
          for (int j = 0; j <= i; j++) {
            sum.add(term++, x[i], x[j], residuals, count);
          }
          for (int r = 0; r < count; r++) {
            bend[r] = x[i][r] * x[i][r] - 3;
          }
          sum.add(term++, x[i], bend, residuals, count);
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

    private void residuals(Batch batch, int from, int count, double[][] into, Sums sum) {
      double[] y = batch.column(Study.OUTCOME);
      double[] d = batch.column(Study.TREATMENT);
      int at = (int) batch.firstRow() + from;
      for (int i = 0; i < count; i++) {
        double u = y[from + i] - nuisances.outcome[at + i];
        double v = d[from + i] - nuisances.treatment[at + i];
        into[0][i] = u;
        into[1][i] = v;
        double weight = study.weight(at + i);
        into[2][i] = weight;
        sum.n += weight;
        sum.u += weight * u;
        sum.v += weight * v;
        sum.uv += weight * u * v;
        sum.vv += weight * v * v;
      }
    }

    @Override
    public Sums finish(Sums total) {
      return total;
    }
  }
}
