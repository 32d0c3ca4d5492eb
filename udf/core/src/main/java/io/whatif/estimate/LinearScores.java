/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.RowColumns;
import io.whatif.data.RowValues;
import io.whatif.data.RowWindow;
import io.whatif.data.Run;

/**
 * The {@link Scores} of an effect that is linear in its features.
 *
 * <p>Memory: 16 bytes a row, 24 of a study with weights. One scan; of a continuous treatment two.
 */
final class LinearScores {
  /** What scores are kept for, as a user would say it. */
  static final String PURPOSE = "the scores";

  /** The columns that are written. */
  private static final int TAU = 0;

  private static final int SCORE = 1;
  private static final int SLOPE = 2;

  private final Study study;
  private final CrossFit nuisances;
  private final FinalStage stage;
  private final RowColumns room;

  /** The weights by which residuals move the average slope; empty of a binary treatment. */
  private final double[] influence;

  private LinearScores(
      Study study, CrossFit nuisances, FinalStage stage, RowColumns room, double[] influence) {
    this.study = study;
    this.nuisances = nuisances;
    this.stage = stage;
    this.room = room;
    this.influence = influence;
  }

  /** How many columns are written for a study. */
  static int columns(Study study) {
    return study.weighting() == null ? 2 : 3;
  }

  /**
   * The scores, which hold the room.
   *
   * @param room with {@link #columns} columns
   */
  static Scores of(Run run, Study study, CrossFit nuisances, FinalStage stage, RowColumns room) {
    return study.data().scan(run, pass(run, study, nuisances, stage, room));
  }

  /** The same by a pass over the study's rows; a continuous treatment is read for it before. */
  static Pass<?, Scores> pass(
      Run run, Study study, CrossFit nuisances, FinalStage stage, RowColumns room) {
    boolean binary = study.treatment().binary();
    double[] influence = binary ? new double[0] : averageInfluence(run, study, stage);
    return new LinearScores(study, nuisances, stage, room, influence).new Filling();
  }

  private Scores scores(ScoreSums sums) {
    Scores.Columns columns =
        new Scores.Columns(
            study.data().column(Study.OUTCOME),
            study.data().column(Study.TREATMENT),
            room.column(TAU),
            room.column(SCORE),
            study.weighting() == null ? RowValues.NONE : room.column(SLOPE));
    return new Scores(columns, study, sums, room);
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
        .forEachBatch(
            run,
            batch -> {
              boolean[] complete = EffectBasis.complete(stage.basis.fill(batch), batch.rows());
              for (int i = 0; i < batch.rows(); i++) {
                int row = (int) batch.firstRow() + i;
                weight[row] = complete[i] ? study.weight(row) : 0;
              }
            });
    double sum = 0;
    for (double w : weight) {
      sum += w;
    }
    return sum;
  }

  /** What is summed up, and the predictions that a thread reads. */
  private final class Sums implements Mergeable<Sums> {
    final ScoreSums scores = new ScoreSums();
    final RowWindow predicted = new RowWindow(nuisances.outcome, nuisances.treatment);

    @Override
    public Sums merge(Sums other) {
      scores.merge(other.scores);
      return this;
    }
  }

  /** Writes the rows. */
  private final class Filling implements Pass<Sums, Scores> {
    @Override
    public Sums zero() {
      return new Sums();
    }

    @Override
    public void accumulate(Batch batch, Sums sum) {
      int from = (int) batch.firstRow();
      int to = from + batch.rows();
      sum.predicted.moveTo(from, to);
      RowColumns.Piece piece = room.piece(from, batch.rows());
      fill(batch, sum.predicted, piece);
      sum.scores.with(piece.columns(), piece.first(), from, to, study.weighting());
      piece.end();
    }

    @Override
    public Scores finish(Sums total) {
      return scores(total.scores);
    }
  }

  private void fill(Batch batch, RowWindow predicted, RowColumns.Piece piece) {
    double[][] phi = stage.basis.fill(batch);
    int rows = batch.rows();
    int[] fold = new int[rows];
    for (int i = 0; i < rows; i++) {
      fold[i] = nuisances.folds.of(batch.firstRow() + i);
    }
    int at = (int) batch.firstRow() - piece.first();
    System.arraycopy(stage.effectsWithoutFold(phi, fold), 0, piece.columns()[TAU], at, rows);
    if (influence.length == 0) {
      doublyRobust(batch, predicted, piece);
    } else {
      averageSlope(batch, phi, predicted, piece);
    }
  }

  private void doublyRobust(Batch batch, RowWindow predicted, RowColumns.Piece piece) {
    double[] y = batch.column(Study.OUTCOME);
    double[] d = batch.column(Study.TREATMENT);
    double[] outcome = predicted.column(0);
    double[] treatment = predicted.column(1);
    double[][] columns = piece.columns();
    double[] tau = columns[TAU];
    double[] score = columns[SCORE];
    int seen = (int) batch.firstRow() - predicted.first();
    int at = (int) batch.firstRow() - piece.first();
    for (int i = 0; i < batch.rows(); i++) {
      double c = Scores.clip(treatment[seen + i]);
      double v = d[i] - c;
      double slope = v / (c * (1 - c));
      double effect = tau[at + i];
      score[at + i] = effect + slope * (y[i] - outcome[seen + i] - v * effect);
      if (columns.length > SLOPE) {
        columns[SLOPE][at + i] = slope;
      }
    }
  }

  private void averageSlope(
      Batch batch, double[][] phi, RowWindow predicted, RowColumns.Piece piece) {
    int rows = batch.rows();
    double[] y = batch.column(Study.OUTCOME);
    double[] d = batch.column(Study.TREATMENT);
    double[] own = FinalStage.effects(phi, rows, stage.beta, 0);
    double[] pull = FinalStage.effects(phi, rows, influence, 0);
    double[][] columns = piece.columns();
    int seen = (int) batch.firstRow() - predicted.first();
    int at = (int) batch.firstRow() - piece.first();
    for (int i = 0; i < rows; i++) {
      double v = d[i] - predicted.column(1)[seen + i];
      double u = y[i] - predicted.column(0)[seen + i];
      columns[SCORE][at + i] = own[i] + pull[i] * v * (u - v * own[i]);
      if (columns.length > SLOPE) {
        columns[SLOPE][at + i] = pull[i] * v;
      }
    }
  }
}
