/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

/**
 * How a forest is grown; names and defaults are grf's.
 *
 * @param trees how many
 * @param group trees that share a half of the rows: 2 where errors are wanted, else 1
 * @param minNodeSize a node of no more rows is a leaf; of a treatment, each child of a split has so
 *     many rows on either side of its parent's mean treatment
 * @param mtry the mean of the Poisson number of features a split looks at
 * @param sampleFraction share of the rows a tree draws, at most half
 * @param honesty whether the rows that fill leaves are others than those that choose splits
 * @param honestyFraction share of a tree's rows that choose splits
 * @param minBalance the least share of a node's size that a child may have (grf's alpha)
 * @param imbalancePenalty what unequal children cost
 * @param seed of all that is random
 */
public record ForestPlan(
    int trees,
    int group,
    int minNodeSize,
    double mtry,
    double sampleFraction,
    boolean honesty,
    double honestyFraction,
    double minBalance,
    double imbalancePenalty,
    long seed) {

  /** The mtry that holds where none is asked for. */
  public static double mtry(int features) {
    return Math.min(Math.ceil(Math.sqrt(features) + 20), features);
  }

  /** The defaults. */
  public static ForestPlan of(int trees, int features, long seed) {
    return new ForestPlan(trees, 2, 5, mtry(features), 0.5, true, 0.5, 0.05, 0, seed);
  }

  /** The same with other leaves. */
  public ForestPlan withMinNodeSize(int size) {
    return new ForestPlan(
        trees,
        group,
        size,
        mtry,
        sampleFraction,
        honesty,
        honestyFraction,
        minBalance,
        imbalancePenalty,
        seed);
  }

  /** The same with another number of trees. */
  public ForestPlan withTrees(int count) {
    return new ForestPlan(
        count,
        group,
        minNodeSize,
        mtry,
        sampleFraction,
        honesty,
        honestyFraction,
        minBalance,
        imbalancePenalty,
        seed);
  }
}
