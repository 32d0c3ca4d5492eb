/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

/**
 * A column of classes whose chances are to be predicted out of fold.
 *
 * @param column its place in the dataset; its values are the codes 0, ..., classes - 1
 * @param classes how many there are, at least two
 * @param weight the place of the column with each row's weight, as of a {@link Target}
 */
public record ClassTarget(int column, int classes, int weight) {
  public ClassTarget {
    if (classes < 2) {
      throw new IllegalArgumentException(classes + " classes");
    }
  }

  /** Of rows that count once. */
  public ClassTarget(int column, int classes) {
    this(column, classes, Target.UNWEIGHTED);
  }

  /** The codes, as a column of numbers. */
  Target codes() {
    return new Target(column, Target.Kind.VALUE, weight);
  }
}
