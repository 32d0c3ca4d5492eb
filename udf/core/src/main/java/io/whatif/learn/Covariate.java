/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

/**
 * A dataset column to adjust for, and what stands for its NULLs.
 *
 * @param column its place in the dataset
 * @param fill for a number, what takes the place of NULL, usually the median
 * @param indicator whether a 0/1 column says where it is NULL; for a category, whether NULL is a
 *     level of its own
 * @param levels how many categories it has, coded 0..levels-1; 0 for a number
 */
public record Covariate(int column, String name, double fill, boolean indicator, int levels) {
  /** A number. */
  public static Covariate numeric(int column, String name, double fill, boolean indicator) {
    return new Covariate(column, name, fill, indicator, 0);
  }

  /** A category. */
  public static Covariate categorical(int column, String name, int levels, boolean indicator) {
    return new Covariate(column, name, Double.NaN, indicator, levels);
  }

  /** How many columns of a design it takes: one-hot without the first level. */
  int width() {
    if (levels == 0) {
      return indicator ? 2 : 1;
    }
    return levels - 1 + (indicator ? 1 : 0);
  }
}
