/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The weights of rows in one fit.
 *
 * @param column where they stand, or {@link Target#UNWEIGHTED}
 */
record Weights(int column) {
  /** Those that the targets of one fit share. */
  static Weights of(List<Target> targets) {
    int column = targets.isEmpty() ? Target.UNWEIGHTED : targets.get(0).weight();
    for (Target target : targets) {
      if (target.weight() != column) {
        throw new IllegalArgumentException("targets of one fit have different weights: " + targets);
      }
    }
    return new Weights(column);
  }

  boolean given() {
    return column != Target.UNWEIGHTED;
  }

  /** The weight of each of the batch's rows, or null if every row counts once. */
  double @Nullable [] of(Batch batch) {
    return given() ? batch.column(column) : null;
  }
}
