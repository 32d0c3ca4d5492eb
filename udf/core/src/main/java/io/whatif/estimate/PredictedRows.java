/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.RowColumns;
import io.whatif.data.RowValues;
import io.whatif.data.Run;
import io.whatif.learn.JointPredictions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Predictions of rows on their way into their columns; what is known already stays. */
final class PredictedRows {
  private final List<CrossFit.Predictions> open;
  private @Nullable JointPredictions predictions;
  private final RowColumns room;

  private PredictedRows(List<CrossFit.Predictions> open, RowColumns.Maker rooms) {
    this.open = open;
    this.predictions =
        new JointPredictions(open.stream().map(CrossFit.Predictions::fitted).toList());
    this.room = rooms.of(open.size());
  }

  /**
   * Predictions to be made.
   *
   * @param rooms makes room for those that are not there yet
   */
  static PredictedRows of(RowColumns.Maker rooms, CrossFit.Predictions... all) {
    return new PredictedRows(Stream.of(all).filter(CrossFit.Predictions::isOpen).toList(), rooms);
  }

  /** What the predictions are kept in that were made here. */
  RowColumns room() {
    return room;
  }

  /** Where the predictions of one of those made are, or will be. */
  RowValues values(CrossFit.Predictions one) {
    int at = open.indexOf(one);
    return at < 0 ? one.values() : room.column(at);
  }

  /** Predicts the rows of a batch, and gives their predictions by each of some. */
  double[][] predict(Batch batch, CrossFit.Predictions... wanted) {
    int from = (int) batch.firstRow();
    RowColumns.Piece piece = room.piece(from, batch.rows());
    int at = from - piece.first();
    Objects.requireNonNull(predictions, "all rows are predicted")
        .predict(batch, piece.columns(), at);
    double[][] found = new double[wanted.length][batch.rows()];
    for (int w = 0; w < wanted.length; w++) {
      int place = open.indexOf(wanted[w]);
      if (place < 0) {
        wanted[w].values().read(from, batch.rows(), found[w]);
      } else {
        System.arraycopy(piece.columns()[place], at, found[w], 0, batch.rows());
      }
    }
    piece.end();
    return found;
  }

  /** Predicts all rows. */
  void scan(Run run, Dataset data) {
    if (!open.isEmpty()) {
      data.forEachBatch(run, batch -> predict(batch));
    }
    end();
  }

  /** All rows are predicted: what did so is let go. */
  void end() {
    for (int t = 0; t < open.size(); t++) {
      open.get(t).end(room.column(t));
    }
    predictions = null;
  }
}
