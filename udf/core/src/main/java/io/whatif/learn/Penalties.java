/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

/** The seventeen squared penalties to choose from: half a power of ten apart, 1e-4 to 1e4. */
final class Penalties {
  static final int COUNT = 17;

  private Penalties() {}

  static double of(int index) {
    return Math.pow(10, -4 + 0.5 * index);
  }

  /**
   * The penalty with the smallest loss, the larger one of equals.
   *
   * @param loss the loss at each, the smallest penalty first; one that is not a number loses
   */
  static int smallest(double[] loss) {
    int best = loss.length - 1;
    for (int i = best - 1; i >= 0; i--) {
      if (loss[i] < loss[best] || Double.isNaN(loss[best])) {
        best = i;
      }
    }
    return best;
  }

  /** How a report tells the penalties chosen for the folds. */
  static String describe(String learner, int columns, int[] chosen) {
    StringBuilder text = new StringBuilder(learner + ": " + columns + " columns, penalty ");
    int[] distinct = java.util.Arrays.stream(chosen).sorted().distinct().toArray();
    for (int i = 0; i < distinct.length; i++) {
      text.append(i == 0 ? "" : " or ").append(String.format("%.3g", of(distinct[i])));
    }
    return text.toString();
  }
}
