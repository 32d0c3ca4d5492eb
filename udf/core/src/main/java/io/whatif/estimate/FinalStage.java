/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.learn.FoldRows;
import io.whatif.learn.Folds;
import io.whatif.math.ColumnProducts;
import io.whatif.math.Gram;
import io.whatif.math.PseudoInverse;
import java.util.Arrays;

/**
 * The regression \( u_j = (\phi(X) v)^\top \beta_j + \epsilon \) of one or more responses on an
 * effect's basis, without a further intercept, solved from one Gram matrix for each fold.
 *
 * <p>The residual regression of double machine learning has \( u = Y - \hat m \), \( v = D - \hat e
 * \); pseudo-outcomes are regressed with v = 1. Rows with a NULL term are left out. Cost: one scan,
 * O(p^2) a row.
 */
final class FinalStage {
  final EffectBasis basis;

  /** The coefficients, those of the first response first. */
  final double[] beta;

  /** \( (Z^\top Z)^+ \) of the regressors \( Z = \phi \tilde D \). */
  final PseudoInverse bread;

  /** The coefficients fitted without each fold. */
  final double[][] withoutFold;

  /** Rows that have all terms. */
  final long rows;

  /** How many rows these stand for. */
  final double count;

  private FinalStage(
      EffectBasis basis, double[] beta, PseudoInverse bread, double[][] withoutFold, Sums sums) {
    this.basis = basis;
    this.beta = beta;
    this.bread = bread;
    this.withoutFold = withoutFold;
    this.rows = sums.rows;
    this.count = sums.count;
  }

  static FinalStage of(Run run, Study study, Response response, EffectBasis basis) {
    Sums sums = study.data().scan(run, new GramPass(study, response, basis));
    int p = basis.width();
    int responses = response.count();
    Gram all = new Gram(p + responses);
    for (Gram fold : sums.byFold) {
      all.add(fold);
    }
    PseudoInverse bread = PseudoInverse.of(all, p);
    double[][] withoutFold = new double[sums.byFold.length][];
    for (int k = 0; k < withoutFold.length; k++) {
      Gram others = new Gram(p + responses);
      for (int j = 0; j < withoutFold.length; j++) {
        if (j != k) {
          others.add(sums.byFold[j]);
        }
      }
      withoutFold[k] = solve(PseudoInverse.of(others, p), others, responses);
    }
    return new FinalStage(basis, solve(bread, all, responses), bread, withoutFold, sums);
  }

  private static double[] solve(PseudoInverse bread, Gram gram, int responses) {
    int p = bread.width();
    double[] beta = new double[responses * p];
    for (int j = 0; j < responses; j++) {
      System.arraycopy(bread.solve(gram, p + j), 0, beta, j * p, p);
    }
    return beta;
  }

  /** The effect at a row of basis values by the given coefficients. */
  static double effect(double[][] phi, int row, double[] beta) {
    double sum = 0;
    for (int t = 0; t < beta.length; t++) {
      sum += phi[t][row] * beta[t];
    }
    return sum;
  }

  /** The effect at a row of basis values by the coefficients of one response of several. */
  static double effect(double[][] phi, int row, double[] beta, int response) {
    int at = response * phi.length;
    double sum = 0;
    for (int t = 0; t < phi.length; t++) {
      sum += phi[t][row] * beta[at + t];
    }
    return sum;
  }

  /** The same at each of the first rows. */
  static double[] effects(double[][] phi, int rows, double[] beta, int response) {
    double[] sums = new double[rows];
    int at = response * phi.length;
    ColumnProducts.combine(phi, Arrays.copyOfRange(beta, at, at + phi.length), rows, sums);
    return sums;
  }

  /** The effects of rows by the coefficients of the first response fitted without their folds. */
  double[] effectsWithoutFold(double[][] phi, int[] fold) {
    double[] sums = new double[fold.length];
    double[] byFold = new double[TERMS * withoutFold.length];
    int t = 0;
    for (; t + TERMS <= phi.length; t += TERMS) {
      for (int k = 0; k < withoutFold.length; k++) {
        System.arraycopy(withoutFold[k], t, byFold, TERMS * k, TERMS);
      }
      addTerms(phi, t, byFold, fold, sums);
    }
    for (; t < phi.length; t++) {
      double[] values = phi[t];
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values[i] * withoutFold[fold[i]][t];
      }
    }
    return sums;
  }

  /** Terms that are added at once: a row's fold is then looked up once for all. */
  private static final int TERMS = 4;

  private static void addTerms(double[][] phi, int t, double[] byFold, int[] fold, double[] sums) {
    double[] x0 = phi[t];
    double[] x1 = phi[t + 1];
    double[] x2 = phi[t + 2];
    double[] x3 = phi[t + 3];
    for (int i = 0; i < sums.length; i++) {
      int at = TERMS * fold[i];
      sums[i] =
          (((sums[i] + x0[i] * byFold[at]) + x1[i] * byFold[at + 1]) + x2[i] * byFold[at + 2])
              + x3[i] * byFold[at + 3];
    }
  }

  private static final class Sums implements Mergeable<Sums> {
    final Gram[] byFold;
    final FoldRows grouped;
    final double[][] block;

    /** Places of a part's rows that have all terms, and their factors. */
    final int[] complete = new int[Gram.COLUMN_ROWS];

    final double[] factor = new double[Gram.COLUMN_ROWS];
    long rows;
    double count;

    Sums(Folds folds, int width) {
      byFold = new Gram[folds.count()];
      for (int k = 0; k < byFold.length; k++) {
        byFold[k] = new Gram(width, byFold.length);
      }
      grouped = new FoldRows(folds);
      block = Gram.block(width);
    }

    @Override
    public Sums merge(Sums other) {
      for (int k = 0; k < byFold.length; k++) {
        byFold[k].add(other.byFold[k]);
      }
      rows += other.rows;
      count += other.count;
      return this;
    }
  }

  private record GramPass(Study study, Response response, EffectBasis basis)
      implements Pass<Sums, Sums> {
    @Override
    public Sums zero() {
      return new Sums(response.folds(), basis.width() + response.count());
    }

    @Override
    public void accumulate(Batch batch, Sums sum) {
      double[][] phi = basis.fill(batch);
      boolean[] complete = basis.hasAll(phi, batch.rows());
      Response.Values values = response.at(batch);
      sum.grouped.group(batch);
      int[] rows = sum.grouped.rows();
      Study.Weighting weighting = study.weighting();
      for (int fold = 0; fold < sum.byFold.length; fold++) {
        int end = sum.grouped.start(fold + 1);
        for (int from = sum.grouped.start(fold); from < end; from += Gram.COLUMN_ROWS) {
          int to = Math.min(end, from + Gram.COLUMN_ROWS);
          int filled = fill(phi, values, complete, new Part(rows, from, to), sum);
          sum.rows += filled;
          if (weighting != null) {
            filled = weigh(weighting, batch, complete, new Part(rows, from, to), sum);
          } else {
            sum.count += filled;
          }
          sum.byFold[fold].addBlock(sum.block, null, filled);
        }
      }
    }

    /**
     * Multiplies the rows that {@link #fill} wrote by the roots of their weights, leaves those of
     * weight 0 out, and tells how many are left.
     */
    private static int weigh(
        Study.Weighting weighting, Batch batch, boolean[] complete, Part part, Sums sum) {
      int at = 0;
      int kept = 0;
      for (int r = part.from(); r < part.to(); r++) {
        int i = part.rows()[r];
        if (!complete[i]) {
          continue;
        }
        int row = (int) batch.firstRow() + i;
        double root = Math.sqrt(weighting.products()[row]);
        for (int t = 0; t < sum.block.length && root > 0; t++) {
          sum.block[t][kept] = root * sum.block[t][at];
        }
        kept += root > 0 ? 1 : 0;
        sum.count += root > 0 ? weighting.counts()[row] : 0;
        at++;
      }
      return kept;
    }

    /** Places {@code rows[from..to-1]} of a batch. */
    private record Part(int[] rows, int from, int to) {}

    /** Writes [phi v, u] of the complete rows of a part, and tells how many there are. */
    private static int fill(
        double[][] phi, Response.Values values, boolean[] complete, Part part, Sums sum) {
      int p = phi.length;
      double[][] responses = values.responses();
      int[] rows = sum.complete;
      int filled = 0;
      for (int r = part.from(); r < part.to(); r++) {
        rows[filled] = part.rows()[r];
        filled += complete[rows[filled]] ? 1 : 0;
      }
      double[] factor = sum.factor;
      gather(values.factor(), rows, filled, factor);
      for (int t = 0; t < p; t++) {
        double[] term = phi[t];
        double[] column = sum.block[t];
        for (int r = 0; r < filled; r++) {
          column[r] = term[rows[r]] * factor[r];
        }
      }
      for (int j = 0; j < responses.length; j++) {
        gather(responses[j], rows, filled, sum.block[p + j]);
      }
      return filled;
    }

    private static void gather(double[] from, int[] rows, int count, double[] into) {
      for (int r = 0; r < count; r++) {
        into[r] = from[rows[r]];
      }
    }

    @Override
    public Sums finish(Sums total) {
      return total;
    }
  }

  /** The joint covariance of the coefficients. One scan. */
  Sandwich.Covariance covariance(Run run, Study study, Response response, String kind) {
    return study.data().scan(run, Sandwich.pass(study, response, this, kind));
  }
}
