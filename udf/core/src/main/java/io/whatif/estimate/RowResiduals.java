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
    };
  }

  /** The same of scores and the nuisances that they are by. */
  static RowResiduals of(Scores scores, CrossFit nuisances) {
    return of(scores.y, scores.d, nuisances.outcome, nuisances.treatment);
  }
}
