/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

/**
 * A column to predict out of fold.
 *
 * @param column its place in the dataset; it has no NULL
 */
public record Target(int column, Kind kind) {
  /** What a prediction of the column is. */
  public enum Kind {
    /** Its conditional mean. */
    VALUE,
    /** The column is 0 or 1; the chance of 1. */
    PROBABILITY
  }
}
