/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

/**
 * A column to predict out of fold.
 *
 * @param column its place in the dataset; it has no NULL
 * @param weight the place of the column with each row's weight, not negative; a row of weight 0 is
 *     predicted, but no model is fitted to it; {@link #UNWEIGHTED} if every row counts once. The
 *     targets of one fit share it.
 */
public record Target(int column, Kind kind, int weight) {
  /** Every row counts once. */
  public static final int UNWEIGHTED = -1;

  /** What a prediction of the column is. */
  public enum Kind {
    /** Its conditional mean. */
    VALUE,
    /** The column is 0 or 1; the chance of 1. */
    PROBABILITY
  }

  /** A column of rows that count once. */
  public Target(int column, Kind kind) {
    this(column, kind, UNWEIGHTED);
  }
}
