/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.RowColumns;
import io.whatif.data.RowValues;
import io.whatif.data.RowWindow;
import io.whatif.data.Run;
import io.whatif.inference.ClusterSums;
import io.whatif.inference.Estimate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The scores of each row from which average effects, their errors and most diagnostics follow.
 *
 * <p>Binary treatment, \( e \) clipped to [0.01, 0.99], \( \tau_{-k} \) fitted without the row's
 * fold: \( G = \tau_{-k}(x) + \frac{D - e}{e (1 - e)} (Y - m - (D - e) \tau_{-k}(x)) \).
 * Continuous: \( \psi = \phi^\top \beta + n \bar\phi^\top A z r \) with \( A = (Z^\top Z)^+ \), so
 * that the mean is the average slope and the spread gives its error, the rows' own included.
 *
 * <p>Rows that lack a feature have NaN and count in nothing here.
 */
final class Scores {
  /** Propensities are kept this far from 0 and 1 in scores and weights. */
  static final double CLIP = 0.01;

  final RowValues y;
  final RowValues d;

  /** The effect by coefficients of the other folds. */
  final RowValues tau;

  /** The score whose mean is the average effect. */
  final RowValues score;

  /** How far each row's score moves with its outcome; empty if every row counts once. */
  final RowValues slopes;

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

  /** What the scores are kept in, null if that is not theirs to give back. */
  private final @Nullable RowColumns room;

  /**
   * What is known of each row.
   *
   * @param y the outcome
   * @param d the treatment
   * @param tau the effect by the other folds, NaN where the row lacks a feature
   * @param score NaN there as well
   * @param slopes how far the score moves with the outcome; empty if every row counts once
   */
  record Columns(RowValues y, RowValues d, RowValues tau, RowValues score, RowValues slopes) {}

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
        new Columns(
            RowValues.of(columns[0]),
            RowValues.of(columns[1]),
            RowValues.of(columns[2]),
            RowValues.of(columns[3]),
            RowValues.of(columns[4])),
        new RowGroup(null, columns[3].length, clusters),
        weighting,
        new ScoreSums()
            .with(
                new double[][] {columns[2], columns[3], columns[4]},
                0,
                0,
                columns[3].length,
                weighting),
        null);
  }

  /**
   * Scores that are summed up already.
   *
   * @param room what they are kept in
   */
  Scores(Columns columns, Study study, ScoreSums sums, RowColumns room) {
    this(
        columns,
        new RowGroup(null, columns.score.rows(), study.units().clusters()),
        study.weighting(),
        sums,
        room);
  }

  private Scores(
      Columns columns,
      RowGroup group,
      Study.@Nullable Weighting weighting,
      ScoreSums sums,
      @Nullable RowColumns room) {
    this.y = columns.y;
    this.d = columns.d;
    this.tau = columns.tau;
    this.score = columns.score;
    this.slopes = columns.slopes;
    this.clusters = group.clusters();
    this.weighting = weighting;
    this.rows = sums.rows;
    this.total = sums.scores.weights();
    this.mean = sums.scores.mean();
    this.squares = sums.scores.squares();
    this.meanEffect = sums.effects / total;
    this.room = room;
  }

  /** Gives back what the scores are kept in, if that is their own. */
  void close() {
    if (room != null) {
      room.close();
    }
  }

  /** How many rows there are, with and without a score. */
  int size() {
    return score.rows();
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
        mean, clusters == null ? Math.sqrt(squares) / total : error(run, this::aboutMean));
  }

  /** The scores about their mean. */
  private ClusterSums.Influences aboutMean() {
    RowWindow window = new RowWindow(score, slopes);
    return (from, to, into) -> {
      window.moveTo(from, to);
      int first = window.first();
      double[] own = window.column(0);
      for (int i = from; i < to; i++) {
        double slope = slope(window.column(1), i - first);
        into[0][i - from] = moved(i, own[i - first] - mean, slope);
      }
    };
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
    double[] slope = slopes.copy();
    for (int i = 0; i < slope.length; i++) {
      slope[i] /= total;
    }
    return Influence.of(weighting, new RowGroup(null, pull.length, clusters), pull, slope);
  }

  /** Each row's influence on the average, \( G_i - \bar G \). */
  double[] averageInfluence() {
    double[] centred = score.copy();
    for (int i = 0; i < centred.length; i++) {
      centred[i] -= mean;
    }
    return centred;
  }

  /**
   * The average effect on the treated, see {@link OnTreated}.
   *
   * @param run whose threads work; null for this thread alone
   */
  Estimate onTreated(@Nullable Run run, CrossFit nuisances) {
    return onTreatedBy(run, nuisances).estimate(run);
  }

  /** Each row's influence on the average effect on the treated. */
  double[] onTreatedInfluence(CrossFit nuisances) {
    return onTreatedBy(null, nuisances).influence();
  }

  private OnTreated onTreatedBy(@Nullable Run run, CrossFit nuisances) {
    return OnTreated.of(run, this, OnTreated.Rest.of(this, nuisances.outcome, nuisances.treatment));
  }

  /** The same rows with arms exchanged. */
  Scores exchanged() {
    double[] none = d.copy();
    double[] without = tau.copy();
    for (int i = 0; i < none.length; i++) {
      none[i] = 1 - none[i];
      without[i] = -without[i];
    }
    return new Scores(
        new double[][] {y.toArray(), none, without, score.toArray(), slopes.toArray()},
        clusters,
        weighting);
  }

  /** How many rows those with a score stand for. */
  long count() {
    if (weighting == null) {
      return rows;
    }
    double count = 0;
    RowWindow window = new RowWindow(score);
    for (int i = 0; i < size(); i++) {
      window.moveTo(i, i + 1);
      boolean counts = !Double.isNaN(window.column(0)[i - window.first()]) && weight(i) > 0;
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

  /** How far a row's score moves with its outcome, by where it stands among some slopes. */
  static double slope(double[] slopes, int at) {
    return slopes.length == 0 ? 0 : slopes[at];
  }

  /**
   * \( \sqrt{\frac{C}{C-1} \sum_c (\sum_{i \in c} \psi_i)^2} / n \) with C clusters; without any,
   * \( \sqrt{\sum_i \psi_i^2} / n \). With weights \( n_i w_i \psi_i \) in the place of psi and
   * their sum in that of n; a row that stands for several counts \( n_i w_i^2 (\psi_i^2 + c_i^2
   * v_i) \), v the outcome's variance among these.
   *
   * @param run whose threads work; null for this thread alone
   * @param moved makes psi of each row of a range, by {@link #moved}
   */
  double error(@Nullable Run run, Supplier<ClusterSums.Influences> moved) {
    return Math.sqrt(ClusterSums.squares(run, size(), 1, moved, clusters)[0]) / total;
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
