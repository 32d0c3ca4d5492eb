/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Run;
import io.whatif.model.TreeEnsemble;
import org.jspecify.annotations.Nullable;

/** A way to grow trees on the rows outside one fold. */
sealed interface TreeFit permits BoostedTrees, RandomForest {
  /** Its canonical text. */
  String name();

  /** Grows trees. */
  TreeEnsemble grow(Run run, TrainingRows rows);

  /** How a report tells what was grown. */
  default String describe(@Nullable TreeEnsemble[] models) {
    int least = Integer.MAX_VALUE;
    int most = 0;
    for (TreeEnsemble model : models) {
      if (model == null) {
        continue;
      }
      least = Math.min(least, model.trees().count());
      most = Math.max(most, model.trees().count());
    }
    String count = least == most ? String.valueOf(most) : least + " to " + most;
    return name().substring(0, name().indexOf('(')) + ": " + count + " trees";
  }
}
