/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.learn.Folds;

/** Writes the arm of each row, and sees which there are. */
record ArmsPass(byte[] arms) implements Pass<ArmsPass.Present, Folds.Arms> {
  @Override
  public Present zero() {
    return new Present();
  }

  @Override
  public void accumulate(Batch batch, Present sum) {
    double[] d = batch.column(Study.TREATMENT);
    int at = (int) batch.firstRow();
    for (int i = 0; i < batch.rows(); i++) {
      byte arm = (byte) d[i];
      arms[at + i] = arm;
      sum.arms[arm] = true;
    }
  }

  @Override
  public Folds.Arms finish(Present total) {
    return new Folds.Arms(arms, total.arms);
  }

  /** The arms that some row has. */
  static final class Present implements Mergeable<Present> {
    private final boolean[] arms = new boolean[Byte.MAX_VALUE + 1];

    @Override
    public Present merge(Present other) {
      for (int arm = 0; arm < arms.length; arm++) {
        arms[arm] |= other.arms[arm];
      }
      return this;
    }
  }
}
