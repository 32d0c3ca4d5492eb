/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import java.util.Arrays;

/**
 * P-values adjusted for how many hypotheses are tested, by Holm's step-down rule (Holm 1979, Scand.
 * J. Statist. 6): with \( p_{(1)} \le \dots \le p_{(m)} \), the adjusted \( p_{(i)} \) is \(
 * \max_{j \le i} \min(1, (m - j + 1) p_{(j)}) \). NaN stays NaN and is not counted.
 */
public final class Holm {
  private Holm() {}

  /** The adjusted p-values, in the order given. */
  public static double[] adjust(double[] p) {
    Integer[] order = new Integer[p.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(p[a], p[b]));
    int tested = (int) Arrays.stream(p).filter(v -> !Double.isNaN(v)).count();
    double[] adjusted = new double[p.length];
    double highest = 0;
    for (int j = 0; j < p.length; j++) {
      int i = order[j];
      if (Double.isNaN(p[i])) {
        adjusted[i] = Double.NaN;
      } else {
        highest = Math.max(highest, Math.min(1, (tested - j) * p[i]));
        adjusted[i] = highest;
      }
    }
    return adjusted;
  }
}
