/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.RowValues;
import io.whatif.data.RowWindow;
import java.util.function.Supplier;

/** What nuisances leave of rows, made a few rows at a time. Of one thread. */
interface RowResiduals {
  /**
   * Writes those of the rows {@code from..to-1}, the first row's first.
   *
   * @param u of the outcome
   * @param v of the treatment; NaN where the row has no part
   */
  void fill(int from, int to, double[] u, double[] v);

  /**
   * Those of the instrument of the rows {@code from..to-1}, the first row's first: of the treatment
   * itself where there is none.
   *
   * @param v theirs, which may be what is given
   */
  default double[] instrument(int from, int to, double[] v) {
    return v;
  }

  /** Of outcome and treatment of scores by what is predicted of them. */
  static Supplier<RowResiduals> of(Scores scores, RowValues outcome, RowValues treatment) {
    return () -> {
      RowWindow window = new RowWindow(scores.y, scores.d, outcome, treatment);
      return (from, to, u, v) -> {
        window.moveTo(from, to);
        double[] y = window.column(0);
        double[] d = window.column(1);
        double[] m = window.column(2);
        double[] e = window.column(3);
        int at = from - window.first();
        for (int j = 0; j < to - from; j++) {
          u[j] = y[at + j] - m[at + j];
          v[j] = d[at + j] - e[at + j];
        }
      };
    };
  }
}
