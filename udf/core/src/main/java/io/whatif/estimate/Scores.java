/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Run;
import io.whatif.inference.ClusterSums;
import io.whatif.inference.Estimate;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
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

  private final Study.@Nullable Weighting weighting;

  /** What the rows with a score weigh together: their number, if each counts once. */
  final double total;

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
    this.y = columns[0];
    this.d = columns[1];
    this.tau = columns[2];
    this.score = columns[3];
    this.slopes = columns[4];
    this.clusters = clusters;
    this.weighting = weighting;
    int count = 0;
    double sum = 0;
    for (int i = 0; i < score.length; i++) {
      count += Double.isNaN(score[i]) ? 0 : 1;
      sum += Double.isNaN(score[i]) ? 0 : weight(i);
    }
    this.rows = count;
    this.total = sum;
  }

  static Scores of(Run run, Study study, CrossFit nuisances, FinalStage stage) {
    int n = Math.toIntExact(study.rows());
    run.memory().take(32L * n, "the scores");
    double[][] columns = new double[5][n];
    columns[4] = new double[study.weighting() == null ? 0 : n];
    boolean binary = study.treatment().binary();
    double[] influence = binary ? new double[0] : averageInfluence(run, study, stage);
    study
        .data()
        .scan(
            run,
            new CrossFit.Fill() {
              @Override
              public void accumulate(Batch batch, CrossFit.Nothing sum) {
                fill(batch, nuisances, stage, influence, binary, columns);
              }
            });
    return new Scores(columns, study);
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

  private static void fill(
      Batch batch,
      CrossFit nuisances,
      FinalStage stage,
      double[] influence,
      boolean binary,
      double[][] columns) {
    double[][] phi = stage.basis.fill(batch);
    double[] y = batch.column(Study.OUTCOME);
    double[] d = batch.column(Study.TREATMENT);
    int at = (int) batch.firstRow();
    for (int i = 0; i < batch.rows(); i++) {
      int row = at + i;
      double e = nuisances.treatment[row];
      double u = y[i] - nuisances.outcome[row];
      double tau = FinalStage.effect(phi, i, stage.withoutFold[nuisances.folds.of((long) row)]);
      columns[0][row] = y[i];
      columns[1][row] = d[i];
      columns[2][row] = tau;
      if (binary) {
        double c = clip(e);
        double slope = (d[i] - c) / (c * (1 - c));
        columns[3][row] = tau + slope * (u - (d[i] - c) * tau);
        if (columns[4].length > 0) {
          columns[4][row] = slope;
        }
      } else {
        double v = d[i] - e;
        double own = FinalStage.effect(phi, i, stage.beta);
        double pull = FinalStage.effect(phi, i, influence);
        columns[3][row] = own + pull * v * (u - v * own);
        if (columns[4].length > 0) {
          columns[4][row] = pull * v;
        }
      }
    }
  }

  static double clip(double e) {
    return Math.min(1 - CLIP, Math.max(CLIP, e));
  }

  /** The mean of the scores: the average treatment effect, or the average slope. */
  Estimate average() {
    double mean = mean(score);
    return new Estimate(mean, error(i -> score[i] - mean, this::slope));
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
    return centred(score, mean(score));
  }

  /**
   * The average effect on the treated: \( G = \{D (y - g_0) - (1 - D) \frac{e}{1 - e} (y - g_0)\} /
   * p \), \( g_0 = m - e \tau_{-k} \), \( \psi = G - \theta D / p \).
   */
  Estimate onTreated(CrossFit nuisances) {
    return onTreated(untreatedRest(nuisances));
  }

  /** The same of what was found otherwise. */
  Estimate onTreated(Rest found) {
    OnTreated all = treated(found);
    IntToDoubleFunction odds = found.odds();
    return new Estimate(
        all.effect(),
        error(all.influence(), i -> (d[i] - (1 - d[i]) * odds.applyAsDouble(i)) / all.share()));
  }

  /**
   * The average effect on the untreated: less the average effect on the treated of having none,
   * with arms exchanged.
   *
   * @param exchanged \( y - g_1 \) and the odds of having no treatment
   */
  Estimate onUntreated(Rest exchanged) {
    double[] none = new double[d.length];
    double[] without = new double[d.length];
    for (int i = 0; i < none.length; i++) {
      none[i] = 1 - d[i];
      without[i] = -tau[i];
    }
    Estimate treated =
        new Scores(new double[][] {y, none, without, score, slopes}, clusters, weighting)
            .onTreated(exchanged);
    return new Estimate(-treated.value(), treated.standardError());
  }

  /** Each row's influence on the average effect on the treated. */
  double[] onTreatedInfluence(CrossFit nuisances) {
    IntToDoubleFunction influence = treated(untreatedRest(nuisances)).influence();
    double[] all = new double[d.length];
    Arrays.setAll(all, influence);
    return all;
  }

  /**
   * What an average on one arm is made of.
   *
   * @param values \( y - g_0 \) of each row, NaN where it lacks a feature
   * @param odds \( e / (1 - e) \) of each row
   */
  record Rest(IntToDoubleFunction values, IntToDoubleFunction odds) {

    /** With the propensity of each row. */
    static Rest of(IntToDoubleFunction values, IntToDoubleFunction propensity) {
      return new Rest(
          values,
          i -> {
            double e = propensity.applyAsDouble(i);
            return e / (1 - e);
          });
    }
  }

  private Rest untreatedRest(CrossFit nuisances) {
    return Rest.of(
        i -> y[i] - nuisances.outcome[i] + clip(nuisances.treatment[i]) * tau[i],
        i -> clip(nuisances.treatment[i]));
  }

  /** The average effect on the treated, their share, and each row's influence. */
  private record OnTreated(double effect, double share, IntToDoubleFunction influence) {}

  private OnTreated treated(Rest rest) {
    IntToDoubleFunction g =
        i -> {
          double left = rest.values().applyAsDouble(i);
          return d[i] * left - (1 - d[i]) * rest.odds().applyAsDouble(i) * left;
        };
    double treated = 0;
    double sum = 0;
    for (int i = 0; i < d.length; i++) {
      double own = g.applyAsDouble(i);
      treated += Double.isNaN(own) ? 0 : weight(i) * d[i];
      sum += Double.isNaN(own) ? 0 : weight(i) * own;
    }
    double p = treated / total;
    double theta = sum / total / p;
    return new OnTreated(theta, p, i -> (g.applyAsDouble(i) - theta * d[i]) / p);
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

  /** The mean of numbers that every row has. */
  double meanOfAll(double[] numbers) {
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < numbers.length; i++) {
      sum += weight(i) * numbers[i];
      weights += weight(i);
    }
    return sum / weights;
  }

  /** The mean over rows that have the number. */
  double mean(double[] numbers) {
    double sum = 0;
    for (int i = 0; i < numbers.length; i++) {
      sum += Double.isNaN(numbers[i]) ? 0 : weight(i) * numbers[i];
    }
    return sum / total;
  }

  /** How far a row's score moves with its outcome. */
  private double slope(int row) {
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
   * @param influence psi of each row, asked for once
   * @param slope c, how far the row's influence moves with its outcome
   */
  double error(IntToDoubleFunction influence, IntToDoubleFunction slope) {
    int n = score.length;
    if (weighting == null) {
      return Math.sqrt(ClusterSums.squares(n, influence, clusters)) / rows;
    }
    IntToDoubleFunction weighted =
        clusters == null
            ? i -> spread(influence.applyAsDouble(i), slope, i)
            : i -> weight(i) * influence.applyAsDouble(i);
    return Math.sqrt(ClusterSums.squares(n, weighted, clusters)) / total;
  }

  /** The root of what the rows that a row stands for add to the sum of squares. */
  private double spread(double influence, IntToDoubleFunction slope, int row) {
    Study.Weighting w = java.util.Objects.requireNonNull(weighting);
    double c = slope.applyAsDouble(row);
    double squares = influence * influence + c * c * w.variances()[row];
    return w.weights()[row] * Math.sqrt(w.counts()[row] * squares);
  }
}
