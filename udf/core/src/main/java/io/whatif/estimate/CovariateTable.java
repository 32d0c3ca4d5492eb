/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Pass;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import io.whatif.learn.Basis;
import io.whatif.learn.Covariate;
import io.whatif.learn.Design;
import io.whatif.math.Gram;
import io.whatif.math.PseudoInverse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What each covariate, as it is encoded, has to do with treatment and outcome: moments by arm, raw
 * and weighted, and the Gram matrix of [covariates, treatment, outcome]. One scan. Raw moments
 * count a row by the study's weight; a row that stands for n rows is n rows.
 */
final class CovariateTable {
  private static final int BLOCK = 256;

  private final Design design;
  private final CovariateSums sums;

  /** Of both arms. */
  private final Gram gram;

  /** What is taken off each column before it is summed, so that sums of squares keep digits. */
  private final double[] shift;

  private final boolean binary;
  private final boolean hasOutcome;

  private CovariateTable(Study study, Design design, CovariateSums sums, double[] shift) {
    this.design = design;
    this.sums = sums;
    this.gram = sums.arms[0].copy();
    this.gram.add(sums.arms[1]);
    this.shift = shift;
    this.binary = study.treatment().binary();
    this.hasOutcome = !study.outcome().isEmpty();
  }

  /**
   * Reads the study once, or a sample of its rows.
   *
   * @param weights the weight in the weighted moments of each row that {@link Study#diagnosed}
   *     gives
   */
  static CovariateTable of(Run run, Study study, double[] weights) {
    Design design = new Design(study.covariates(), study.data().schema());
    double[] shift = shift(study, design);
    RowSample drawn = study.diagnosed();
    SumsPass pass = new SumsPass(study, drawn, design, weights, shift);
    return new CovariateTable(study, design, study.diagnosedRows().scan(run, pass), shift);
  }

  /** The same where the weighted moments are not looked at. */
  static CovariateTable unweighted(Run run, Study study) {
    double[] ones = new double[study.diagnosed().size()];
    Arrays.fill(ones, 1);
    return of(run, study, ones);
  }

  /** The means of numeric columns and of the outcome, 0 for those that are 0 and 1. */
  static double[] shift(Study study, Design design) {
    double[] shift = new double[design.width() + 2];
    for (int c = 1; c < design.width(); c++) {
      int source = design.source(c);
      Covariate covariate = study.covariates().columns().get(source);
      double mean = study.profile().mean(covariate.column());
      boolean first = design.source(c - 1) != source;
      shift[c] = first && covariate.levels() == 0 && !Double.isNaN(mean) ? mean : 0;
    }
    if (!study.outcome().isEmpty()) {
      shift[design.width() + 1] = study.profile().mean(Study.OUTCOME);
    }
    return shift;
  }

  /** Encoded columns, the intercept at 0 among them. */
  int width() {
    return design.width();
  }

  String name(int column) {
    return design.names().get(column);
  }

  /** The covariate an encoded column comes from, -1 for the intercept. */
  int source(int column) {
    return design.source(column);
  }

  double mean(int column) {
    return shift[column] + centredMean(column);
  }

  private double centredMean(int column) {
    return gram.get(0, column) / gram.get(0, 0);
  }

  double standardDeviation(int column) {
    double mean = centredMean(column);
    double square = gram.get(column, column) / gram.get(0, 0) - mean * mean;
    double floor = 1e-14 * (square + mean(column) * mean(column));
    return square > floor ? Math.sqrt(square) : 0;
  }

  /**
   * The standardized mean difference \( (\bar x_1 - \bar x_0) / \sqrt{(s_1^2 + s_0^2) / 2} \), with
   * variances of the raw arms (divisor n - 1); 0 for a column that is constant in both, NaN unless
   * the treatment is binary.
   */
  double smd(int column, boolean weighted) {
    if (!binary) {
      return Double.NaN;
    }
    double spread = Math.sqrt((variance(1, column) + variance(0, column)) / 2);
    double difference = centredArmMean(1, column, weighted) - centredArmMean(0, column, weighted);
    return spread > 0 ? difference / spread : 0;
  }

  /** The mean of an encoded column in an arm. */
  double armMean(int arm, int column, boolean weighted) {
    return shift[column] + centredArmMean(arm, column, weighted);
  }

  private double centredArmMean(int arm, int column, boolean weighted) {
    return weighted
        ? sums.weighted[arm][column] / sums.weighted[arm][0]
        : sums.arms[arm].get(0, column) / sums.arms[arm].get(0, 0);
  }

  private double variance(int arm, int column) {
    double n = sums.count[arm];
    double mean = centredArmMean(arm, column, false);
    Gram own = sums.arms[arm];
    double square = own.get(column, column) / own.get(0, 0) - mean * mean;
    return n > 1 ? Math.max(0, square) * n / (n - 1) : 0;
  }

  /** The encoded columns of a covariate. */
  List<Integer> columnsOf(int covariate) {
    List<Integer> columns = new ArrayList<>();
    for (int c = 1; c < width(); c++) {
      if (design.source(c) == covariate) {
        columns.add(c);
      }
    }
    return columns;
  }

  /**
   * The share of the outcome's variance that a covariate alone explains linearly, adjusted for the
   * number of its columns: \( 1 - (1 - R^2) (n - 1) / (n - p) \), at least 0.
   */
  double outcomeR2(int covariate) {
    if (!hasOutcome) {
      return Double.NaN;
    }
    List<Integer> regressors = new ArrayList<>(List.of(0));
    regressors.addAll(columnsOf(covariate));
    int y = width() + 1;
    Gram part = part(regressors, y);
    int p = regressors.size();
    PseudoInverse inverse = PseudoInverse.of(part, p);
    double[] beta = inverse.solve(part, p);
    double n = sums.count[0] + sums.count[1];
    double weight = gram.get(0, 0);
    double mean = gram.get(0, y) / weight;
    double total = gram.get(y, y) + sums.within - weight * mean * mean;
    double explained = -weight * mean * mean;
    for (int i = 0; i < p; i++) {
      explained += beta[i] * part.get(i, p);
    }
    if (!(total > 0 && n > inverse.rank())) {
      return Double.NaN;
    }
    double left = Math.max(0, 1 - explained / total) * (n - 1) / (n - inverse.rank());
    return Math.max(0, 1 - left);
  }

  /**
   * The linear regression of the outcome on the treatment and all covariates, of which the
   * treatment's coefficient is known with any one covariate left out.
   */
  Regression regression() {
    List<Integer> regressors = varying(List.of());
    Gram part = part(regressors, width() + 1);
    PseudoInverse inverse = PseudoInverse.of(part, regressors.size());
    double[] beta = inverse.solve(part, regressors.size());
    return new Regression(regressors, inverse, inverse.toArray(), beta);
  }

  /** The treatment, the intercept, and every other column that varies. */
  private List<Integer> varying(List<Integer> out) {
    List<Integer> regressors = new ArrayList<>(List.of(width(), 0));
    for (int c = 1; c < width(); c++) {
      if (!out.contains(c) && standardDeviation(c) > 0) {
        regressors.add(c);
      }
    }
    return regressors;
  }

  /** A regression from the Gram matrix, in the order of its columns. */
  final class Regression {
    /** Columns up to which a regression that lacks rank is solved anew for each covariate. */
    private static final int DIRECT = 60;

    private final List<Integer> columns;
    private final PseudoInverse solved;
    private final double[] inverse;
    private final double[] beta;

    private Regression(
        List<Integer> columns, PseudoInverse solved, double[] inverse, double[] beta) {
      this.columns = columns;
      this.solved = solved;
      this.inverse = inverse;
      this.beta = beta;
    }

    /** The treatment's coefficient. */
    double effect() {
      return beta[0];
    }

    /**
     * The treatment's coefficient without the columns S of a covariate, \( b_t - A_{tS} A_{SS}^{-1}
     * b_S \) with A the inverse of the Gram matrix; NaN where that lacks rank and has more than
     * {@value #DIRECT} columns.
     */
    double without(int covariate) {
      int p = beta.length;
      if (solved.rank() < p) {
        return p <= DIRECT ? anew(columnsOf(covariate)) : Double.NaN;
      }
      List<Integer> out =
          columnsOf(covariate).stream().map(columns::indexOf).filter(place -> place > 0).toList();
      int q = out.size();
      Gram block = new Gram(q + 1);
      for (int i = 0; i < q; i++) {
        for (int j = 0; j <= i; j++) {
          block.set(i, j, inverse[out.get(i) * p + out.get(j)]);
        }
        block.set(q, i, beta[out.get(i)]);
      }
      double[] lost = PseudoInverse.of(block, q).solve(block, q);
      double effect = effect();
      for (int i = 0; i < q; i++) {
        effect -= inverse[out.get(i)] * lost[i];
      }
      return effect;
    }

    private double anew(List<Integer> out) {
      List<Integer> regressors = varying(out);
      Gram part = part(regressors, width() + 1);
      int p = regressors.size();
      return PseudoInverse.of(part, p).solve(part, p)[0];
    }
  }

  private Gram part(List<Integer> regressors, int target) {
    int p = regressors.size();
    Gram part = new Gram(p + 1);
    for (int i = 0; i <= p; i++) {
      int from = i == p ? target : regressors.get(i);
      for (int j = 0; j <= i; j++) {
        int to = j == p ? target : regressors.get(j);
        part.set(i, j, gram.get(from, to));
      }
    }
    return part;
  }

  private record SumsPass(
      Study study, RowSample drawn, Design design, double[] weights, double[] shift)
      implements Pass<CovariateSums, CovariateSums> {
    @Override
    public CovariateSums zero() {
      return new CovariateSums(design.width());
    }

    @Override
    public void accumulate(Batch batch, CovariateSums sum) {
      double[] d = batch.column(Study.TREATMENT);
      int[] rows = new int[batch.rows()];
      for (int arm = 0; arm < 2; arm++) {
        int count = 0;
        for (int i = 0; i < rows.length; i++) {
          rows[count] = i;
          count += (d[i] == 1 ? 1 : 0) == arm ? 1 : 0;
        }
        for (int from = 0; from < count; from += BLOCK) {
          add(batch, new Part(arm, rows, from, Math.min(count, from + BLOCK)), sum);
        }
      }
    }

    /** Some rows of an arm. */
    private record Part(int arm, int[] rows, int from, int to) {}

    private void add(Batch batch, Part part, CovariateSums sum) {
      int count = part.to - part.from;
      double[] own = new double[count];
      double[] other = new double[count];
      for (int r = 0; r < count; r++) {
        int place = (int) batch.firstRow() + part.rows[part.from + r];
        int row = (int) drawn.row(place);
        own[r] = study.weight(row);
        other[r] = weights[place];
        sum.count[part.arm] += study.counted(row);
        sum.within += own[r] * study.variance(row);
      }
      if (design.isDense()) {
        addColumns(batch, part, own, other, sum);
      } else {
        addRows(batch, part, own, other, sum);
      }
    }

    private void addColumns(
        Batch batch, Part part, double[] own, double[] other, CovariateSums sum) {
      double[][] block = new double[design.width() + 2][own.length];
      design.fillColumns(batch, part.rows, part.from, part.to, block);
      fillBehind(batch, part, block[design.width()], block[design.width() + 1]);
      double[] weighted = sum.weighted[part.arm];
      for (int c = 0; c < block.length; c++) {
        if (shift[c] != 0) {
          subtract(shift[c], block[c]);
        }
      }
      for (int c = 0; c < weighted.length; c++) {
        weighted[c] += dot(other, block[c]);
      }
      sum.arms[part.arm].addColumns(block, own, own.length);
    }

    private static void subtract(double by, double[] column) {
      for (int r = 0; r < column.length; r++) {
        column[r] -= by;
      }
    }

    private static double dot(double[] weights, double[] column) {
      double total = 0;
      for (int r = 0; r < column.length; r++) {
        total += weights[r] * column[r];
      }
      return total;
    }

    /** Writes treatment and outcome. */
    private void fillBehind(Batch batch, Part part, double[] treatment, double[] outcome) {
      double[] d = batch.column(Study.TREATMENT);
      double[] y = batch.column(Study.OUTCOME);
      boolean hasOutcome = !study.outcome().isEmpty();
      for (int r = 0; r < treatment.length; r++) {
        int i = part.rows[part.from + r];
        treatment[r] = d[i];
        outcome[r] = hasOutcome ? y[i] : 0;
      }
    }

    private void addRows(Batch batch, Part part, double[] own, double[] other, CovariateSums sum) {
      int stride = design.width() + 2;
      double[] block = new double[own.length * stride];
      double[][] behind = new double[2][own.length];
      design.fill(batch, part.rows, part.from, part.to, new Basis.Block(block, stride));
      fillBehind(batch, part, behind[0], behind[1]);
      double[] weighted = sum.weighted[part.arm];
      for (int r = 0; r < own.length; r++) {
        int at = r * stride;
        block[at + stride - 2] = behind[0][r];
        block[at + stride - 1] = behind[1][r];
        for (int c = 0; c < stride; c++) {
          block[at + c] -= shift[c];
        }
        for (int c = 0; c < weighted.length; c++) {
          weighted[c] += other[r] * block[at + c];
        }
      }
      sum.arms[part.arm].add(block, own, own.length);
    }

    @Override
    public CovariateSums finish(CovariateSums total) {
      return total;
    }
  }
}
