/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

/** What nuisances leave of each row, made when it is asked for. */
interface RowResiduals {
  /** Of the outcome. */
  double u(int row);

  /** Of the treatment; NaN where the row has no part. */
  double v(int row);

  /** Of the instrument: of the treatment itself where there is none. */
  default double z(int row) {
    return v(row);
  }

  /** Writes u and v of the rows {@code from..to-1}, the first row's first. */
  default void fill(int from, int to, double[] u, double[] v) {
    for (int i = from; i < to; i++) {
      u[i - from] = u(i);
      v[i - from] = v(i);
    }
  }

  /**
   * z of the rows {@code from..to-1}, the first row's first.
   *
   * @param v theirs, which may be what is given
   */
  default double[] instrument(int from, int to, double[] v) {
    return v;
  }

  /** Of outcome and treatment by what is predicted of them. */
  static RowResiduals of(double[] y, double[] d, double[] outcome, double[] treatment) {
    return new RowResiduals() {
      @Override
      public double u(int row) {
        return y[row] - outcome[row];
      }

      @Override
      public double v(int row) {
        return d[row] - treatment[row];
      }

      @Override
      public void fill(int from, int to, double[] u, double[] v) {
        for (int i = from; i < to; i++) {
          u[i - from] = y[i] - outcome[i];
          v[i - from] = d[i] - treatment[i];
        }
      }
    };
  }

  /** The same of scores and the nuisances that they are by. */
  static RowResiduals of(Scores scores, CrossFit nuisances) {
    return of(scores.y, scores.d, nuisances.outcome, nuisances.treatment);
  }
}
