/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.model.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A basis whose columns have mean 0 and standard deviation 1 over all rows, the intercept left
 * alone; a constant column is 0 everywhere. Penalties and steps are well scaled on it, and {@link
 * #raw} takes coefficients back.
 *
 * @param shift the mean of each column, 0 for the intercept
 * @param factor one over its standard deviation, 0 if it is constant, 1 for the intercept
 */
record Standardization(Basis basis, double[] shift, double[] factor) implements Basis {

  static Standardization of(Basis basis, Moments.Summary moments) {
    int width = basis.width();
    double[] shift = new double[width];
    double[] factor = new double[width];
    factor[0] = 1;
    for (int j = 1; j < width; j++) {
      shift[j] = moments.mean(j);
      factor[j] = moments.inverseDeviation(j);
    }
    return new Standardization(basis, shift, factor);
  }

  /** Of equal bases, which it takes to the same columns. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Standardization same
        && basis.equals(same.basis)
        && Arrays.equals(shift, same.shift)
        && Arrays.equals(factor, same.factor);
  }

  @Override
  public int hashCode() {
    return 31 * basis.hashCode() + Arrays.hashCode(shift);
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
    List<Term> plain = basis.terms();
    List<Term> scaled = new ArrayList<>();
    for (int j = 0; j < shift.length; j++) {
      scaled.add(j == 0 ? plain.get(j) : new Term.Scaled(plain.get(j), shift[j], factor[j]));
    }
    return scaled;
  }

  @Override
  public List<Integer> columns() {
    return basis.columns();
  }

  @Override
  public void fill(Batch batch, int[] rows, int from, int to, Block into) {
    basis.fill(batch, rows, from, to, into);
    double[] values = into.values();
    int width = shift.length;
    for (int r = 0; r < to - from; r++) {
      int at = r * into.stride();
      for (int j = 0; j < width; j++) {
        values[at + j] = (values[at + j] - shift[j]) * factor[j];
      }
    }
  }

  @Override
  public boolean isDense() {
    return basis.isDense();
  }

  @Override
  public void fillColumns(Batch batch, int[] rows, int from, int to, double[][] into) {
    basis.fillColumns(batch, rows, from, to, into);
    for (int j = 0; j < shift.length; j++) {
      double[] own = into[j];
      double mean = shift[j];
      double by = factor[j];
      for (int r = 0; r < to - from; r++) {
        own[r] = (own[r] - mean) * by;
      }
    }
  }

  /** Coefficients on the plain basis that predict what {@code standardized} does on this one. */
  double[] raw(double[] standardized) {
    double[] raw = new double[shift.length];
    double intercept = standardized[0];
    for (int j = 1; j < raw.length; j++) {
      raw[j] = standardized[j] * factor[j];
      intercept -= raw[j] * shift[j];
    }
    raw[0] = intercept;
    return raw;
  }

  /** The penalty on each coefficient here that equals {@code onRaw} on each plain one. */
  double[] penalty(double onRaw) {
    double[] penalty = new double[shift.length];
    for (int j = 1; j < penalty.length; j++) {
      penalty[j] = onRaw * factor[j] * factor[j];
    }
    return penalty;
  }

  /** The same penalty on each coefficient here, none on the intercept. */
  double[] evenPenalty(double value) {
    double[] penalty = new double[shift.length];
    Arrays.fill(penalty, 1, penalty.length, value);
    return penalty;
  }
}
