/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

/**
 * A column to predict out of fold.
 *
 * @param column its place in the dataset; it has no NULL
 * @param weight the place of the column with each row's weight, not negative; a row of weight 0 is
 *     predicted, but no model is fitted to it; {@link #UNWEIGHTED} if every row counts once. The
 *     targets of one fit share it.
 * @param only the one fold whose rows are to be predicted, by the model that did not see it; a
 *     learner may leave out the models of other folds; {@link #EVERY_FOLD} if all are
 */
public record Target(int column, Kind kind, int weight, int only) {
  /** Every row counts once. */
  public static final int UNWEIGHTED = -1;

  /** All rows are predicted. */
  public static final int EVERY_FOLD = -1;

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

  /** A column of which all rows are predicted. */
  public Target(int column, Kind kind, int weight) {
    this(column, kind, weight, EVERY_FOLD);
  }

  /** Whether the model without this fold is wanted. */
  boolean wants(int fold) {
    return only == EVERY_FOLD || only == fold;
  }
}
