/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.inference.ClusterSums;
import io.whatif.inference.Estimate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The scores of each row from which average effects, their errors and most diagnostics follow.
 *
 * <p>Binary treatment, \( e \) clipped to [0.01, 0.99], \( \tau_{-k} \) fitted without the row's
 * fold: \( G = \tau_{-k}(x) + \frac{D - e}{e (1 - e)} (Y - m - (D - e) \tau_{-k}(x)) \).
 * Continuous: \( \psi = \phi^\top \beta + n \bar\phi^\top A z r \) with \( A = (Z^\top Z)^+ \), so
 * that the mean is the average slope and the spread gives its error, the rows' own included.
 *
 * <p>Rows that lack a feature have NaN and count in nothing here. Memory: 32 bytes a row.
 */
final class Scores {
  /** Propensities are kept this far from 0 and 1 in scores and weights. */
  static final double CLIP = 0.01;

  final double[] y;
  final double[] d;

  /** The effect by coefficients of the other folds. */
  final double[] tau;

  /** The score whose mean is the average effect. */
  final double[] score;

  /** How far each row's score moves with its outcome; empty if every row counts once. */
  final double[] slopes;

  /** Rows with a score. */
  final int rows;

  /** The cluster of each row, null when every row is its own. */
  final int @Nullable [] clusters;

  /** How much each row counts, null if once. */
  final Study.@Nullable Weighting weighting;

  /** What the rows with a score weigh together: their number, if each counts once. */
  final double total;

  /** The mean of the scores. */
  private final double mean;

  /** Of which the error of the mean is made if there are no clusters. */
  private final double squares;

  /** The mean of {@link #tau}. */
  final double meanEffect;

  /**
   * Scores made otherwise.
   *
   * @param columns outcome, treatment, effect by the other folds, and score, of each row; effect
   *     and score NaN where the row lacks a feature; and how far the score moves with the outcome,
   *     which may be empty unless the study has weights
   */
  Scores(double[][] columns, Study study) {
    this(columns, study.units().clusters(), study.weighting());
  }

  /** The same of rows that are grouped and count so. */
  Scores(double[][] columns, int @Nullable [] clusters, Study.@Nullable Weighting weighting) {
    this(
        columns,
        clusters,
        weighting,
        new ScoreSums().with(columns, 0, columns[3].length, weighting));
  }

  private Scores(
      double[][] columns,
      int @Nullable [] clusters,
      Study.@Nullable Weighting weighting,
      ScoreSums sums) {
    this.y = columns[0];
    this.d = columns[1];
    this.tau = columns[2];
    this.score = columns[3];
    this.slopes = columns[4];
    this.clusters = clusters;
    this.weighting = weighting;
    this.rows = sums.rows;
    this.total = sums.scores.weights();
    this.mean = sums.scores.mean();
    this.squares = sums.scores.squares();
    this.meanEffect = sums.effects / total;
  }

  static Scores of(Run run, Study study, CrossFit nuisances, FinalStage stage) {
    int n = Math.toIntExact(study.rows());
    run.memory().take(32L * n, "the scores");
    double[][] columns = new double[5][];
    Arrays.setAll(columns, c -> new double[c == 4 && study.weighting() == null ? 0 : n]);
    boolean binary = study.treatment().binary();
    double[] influence = binary ? new double[0] : averageInfluence(run, study, stage);
    ScoreSums sums =
        study
            .data()
            .scan(
                run,
                new Pass<ScoreSums, ScoreSums>() {
                  @Override
                  public ScoreSums zero() {
                    return new ScoreSums();
                  }

                  @Override
                  public void accumulate(Batch batch, ScoreSums sum) {
                    fill(batch, nuisances, stage, influence, columns);
                    int from = (int) batch.firstRow();
                    sum.with(columns, from, from + batch.rows(), study.weighting());
                  }

                  @Override
                  public ScoreSums finish(ScoreSums total) {
                    return total;
                  }
                });
    return new Scores(columns, study.units().clusters(), study.weighting(), sums);
  }

  /** \( n \bar\phi^\top A \), the weights by which \( z r \) moves the average slope. */
  private static double[] averageInfluence(Run run, Study study, FinalStage stage) {
    int p = stage.basis.width();
    double[] mean = EffectMeans.of(run, study, stage.basis);
    double[] inverse = stage.bread.toArray();
    double scale = weightOfComplete(run, study, stage);
    double[] influence = new double[p];
    for (int i = 0; i < p; i++) {
      for (int j = 0; j < p; j++) {
        influence[i] += scale * inverse[i * p + j] * mean[j];
      }
    }
    return influence;
  }

  /** What the rows with all terms weigh together. */
  static double weightOfComplete(Run run, Study study, FinalStage stage) {
    if (study.weighting() == null) {
      return stage.rows;
    }
    double[] weight = new double[Math.toIntExact(study.rows())];
    study
        .data()
        .scan(
            run,
            new CrossFit.Fill() {
              @Override
              public void accumulate(Batch batch, CrossFit.Nothing sum) {
                boolean[] complete = EffectBasis.complete(stage.basis.fill(batch), batch.rows());
                for (int i = 0; i < batch.rows(); i++) {
                  int row = (int) batch.firstRow() + i;
                  weight[row] = complete[i] ? study.weight(row) : 0;
                }
              }
            });
    double sum = 0;
    for (double w : weight) {
      sum += w;
    }
    return sum;
  }

  /**
   * Writes the rows of a batch.
   *
   * @param influence of the average slope; empty of a binary treatment
   */
  private static void fill(
      Batch batch, CrossFit nuisances, FinalStage stage, double[] influence, double[][] columns) {
    double[][] phi = stage.basis.fill(batch);
    int rows = batch.rows();
    int at = (int) batch.firstRow();
    System.arraycopy(batch.column(Study.OUTCOME), 0, columns[0], at, rows);
    System.arraycopy(batch.column(Study.TREATMENT), 0, columns[1], at, rows);
    int[] fold = new int[rows];
    for (int i = 0; i < rows; i++) {
      fold[i] = nuisances.folds.of((long) at + i);
    }
    System.arraycopy(stage.effectsWithoutFold(phi, fold), 0, columns[2], at, rows);
    if (influence.length == 0) {
      doublyRobust(nuisances, at, at + rows, columns);
      return;
    }
    double[] own = FinalStage.effects(phi, rows, stage.beta, 0);
    double[] pull = FinalStage.effects(phi, rows, influence, 0);
    for (int i = 0; i < rows; i++) {
      int row = at + i;
      double v = columns[1][row] - nuisances.treatment[row];
      double u = columns[0][row] - nuisances.outcome[row];
      columns[3][row] = own[i] + pull[i] * v * (u - v * own[i]);
      if (columns[4].length > 0) {
        columns[4][row] = pull[i] * v;
      }
    }
  }

  /** Writes G of some rows. */
  private static void doublyRobust(CrossFit nuisances, int from, int to, double[][] columns) {
    double[] y = columns[0];
    double[] d = columns[1];
    double[] tau = columns[2];
    double[] score = columns[3];
    boolean counted = columns[4].length > 0;
    for (int i = from; i < to; i++) {
      double c = clip(nuisances.treatment[i]);
      double v = d[i] - c;
      double slope = v / (c * (1 - c));
      score[i] = tau[i] + slope * (y[i] - nuisances.outcome[i] - v * tau[i]);
      if (counted) {
        columns[4][i] = slope;
      }
    }
  }

  static double clip(double e) {
    return e < CLIP ? CLIP : e > 1 - CLIP ? 1 - CLIP : e;
  }

  /**
   * The mean of the scores: the average treatment effect, or the average slope.
   *
   * @param run whose threads work; null for this thread alone
   */
  Estimate average(@Nullable Run run) {
    return new Estimate(
        mean,
        clusters == null
            ? Math.sqrt(squares) / total
            : error(
                run,
                (from, to, into) -> {
                  for (int i = from; i < to; i++) {
                    into[0][i - from] = moved(i, score[i] - mean, slope(i));
                  }
                }));
  }

  /** The value of {@link #average}. */
  double mean() {
    return mean;
  }

  /** How far each row pulls the average. */
  Influence pulls() {
    double[] pull = averageInfluence();
    for (int i = 0; i < pull.length; i++) {
      pull[i] /= total;
    }
    double[] slope = new double[slopes.length];
    for (int i = 0; i < slope.length; i++) {
      slope[i] = slopes[i] / total;
    }
    return Influence.of(weighting, new RowGroup(null, pull.length, clusters), pull, slope);
  }

  /** Each row's influence on the average, \( G_i - \bar G \). */
  double[] averageInfluence() {
    return centred(score, mean);
  }

  /**
   * The average effect on the treated, see {@link OnTreated}.
   *
   * @param run whose threads work; null for this thread alone
   */
  Estimate onTreated(@Nullable Run run, CrossFit nuisances) {
    return OnTreated.of(run, this, OnTreated.Rest.of(this, nuisances)).estimate(run);
  }

  /** Each row's influence on the average effect on the treated. */
  double[] onTreatedInfluence(CrossFit nuisances) {
    return OnTreated.of(null, this, OnTreated.Rest.of(this, nuisances)).influence();
  }

  /** The same rows with arms exchanged. */
  Scores exchanged() {
    double[] none = new double[d.length];
    double[] without = new double[d.length];
    for (int i = 0; i < none.length; i++) {
      none[i] = 1 - d[i];
      without[i] = -tau[i];
    }
    return new Scores(new double[][] {y, none, without, score, slopes}, clusters, weighting);
  }

  /** How many rows those with a score stand for. */
  long count() {
    if (weighting == null) {
      return rows;
    }
    double count = 0;
    for (int i = 0; i < score.length; i++) {
      boolean counts = !Double.isNaN(score[i]) && weight(i) > 0;
      count += counts ? weighting.counts()[i] : 0;
    }
    return Math.round(count);
  }

  /** Whether rows have weights or stand for several. */
  boolean isWeighted() {
    return weighting != null;
  }

  /** How much a row counts. */
  double weight(int row) {
    return weighting == null ? 1 : weighting.products()[row];
  }

  /** Numbers by how much their rows count; the same numbers if each counts once. */
  double[] weighted(double[] numbers) {
    if (weighting == null) {
      return numbers;
    }
    double[] weighted = new double[numbers.length];
    for (int i = 0; i < weighted.length; i++) {
      weighted[i] = weight(i) * numbers[i];
    }
    return weighted;
  }

  /** How far a row's score moves with its outcome. */
  double slope(int row) {
    return slopes.length == 0 ? 0 : slopes[row];
  }

  private static double[] centred(double[] numbers, double mean) {
    double[] centred = new double[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      centred[i] = numbers[i] - mean;
    }
    return centred;
  }

  /**
   * \( \sqrt{\frac{C}{C-1} \sum_c (\sum_{i \in c} \psi_i)^2} / n \) with C clusters; without any,
   * \( \sqrt{\sum_i \psi_i^2} / n \). With weights \( n_i w_i \psi_i \) in the place of psi and
   * their sum in that of n; a row that stands for several counts \( n_i w_i^2 (\psi_i^2 + c_i^2
   * v_i) \), v the outcome's variance among these.
   *
   * @param run whose threads work; null for this thread alone
   * @param moved psi of each row, made by {@link #moved}
   */
  double error(@Nullable Run run, ClusterSums.Influences moved) {
    return Math.sqrt(ClusterSums.squares(run, score.length, 1, moved, clusters)[0]) / total;
  }

  /**
   * What a row adds to the sums of an error.
   *
   * @param influence psi
   * @param slope c, how far the row's influence moves with its outcome
   */
  double moved(int row, double influence, double slope) {
    if (weighting == null) {
      return influence;
    }
    return clusters == null ? spread(influence, slope, row) : weight(row) * influence;
  }

  /** The root of what the rows that a row stands for add to the sum of squares. */
  private double spread(double influence, double slope, int row) {
    Study.Weighting w = java.util.Objects.requireNonNull(weighting);
    double squares = influence * influence + slope * slope * w.variances()[row];
    return w.weights()[row] * Math.sqrt(w.counts()[row] * squares);
  }
}
