/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.Run;
import io.whatif.model.Term;
import java.util.List;

/**
 * A basis whose values for the few rows of one dataset are kept, for work that scans them again and
 * again. What it writes is to the bit what the basis writes.
 */
final class FilledBasis implements Basis {
  private final Basis basis;
  private final double[] values;

  private FilledBasis(Basis basis, double[] values) {
    this.basis = basis;
    this.values = values;
  }

  /** The values of {@code basis} kept, if the rows of {@code data} are one batch; else itself. */
  static Basis of(Run run, Dataset data, Basis basis) {
    if (data.rows() > Batch.CAPACITY || basis instanceof FilledBasis) {
      return basis;
    }
    double[] values = new double[(int) data.rows() * basis.width()];
    int[] all = FoldRows.all();
    data.forEachBatch(run, batch -> basis.fill(batch, all, 0, batch.rows(), values));
    return new FilledBasis(basis, values);
  }

  @Override
  public int width() {
    return basis.width();
  }

  @Override
  public List<String> names() {
    return basis.names();
  }

  @Override
  public List<Term> terms() {
    return basis.terms();
  }

  @Override
  public List<Integer> columns() {
    return basis.columns();
  }

  @Override
  public void fill(Batch batch, int[] rows, int from, int to, Block into) {
    int width = basis.width();
    int first = (int) batch.firstRow();
    for (int r = 0; r < to - from; r++) {
      System.arraycopy(
          values, (first + rows[from + r]) * width, into.values(), r * into.stride(), width);
    }
  }
}
