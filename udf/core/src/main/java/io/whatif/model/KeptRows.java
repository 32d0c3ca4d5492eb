/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the rows that an effect was fitted on, in their order: what averages, projections
 * and out-of-bag effects are made of, to the same bits.
 *
 * @param contrast what is compared
 * @param binary whether the treatment has two values, else it is continuous
 * @param ids which rows they are
 * @param outcome of each row
 * @param treatment of each row
 * @param counting how much each counts, null if each counts once
 * @param clusters number of each row's cluster, ascending; null if each is its own
 * @param error the standard error of each row's effect, NaN where it is not known
 * @param bag the sums of the trees that did not draw each row, null if it was not trees
 * @param repetitions what was predicted; at least one
 */
public record KeptRows(
    String contrast,
    boolean binary,
    RowIds ids,
    double[] outcome,
    double[] treatment,
    @Nullable Counting counting,
    int @Nullable [] clusters,
    double[] error,
    @Nullable Bag bag,
    List<Repetition> repetitions) {

  /**
   * How much rows count.
   *
   * @param weights the weights given, 1 if there are none
   * @param counts how many rows a row stands for
   * @param variances the outcome's variance among those
   */
  public record Counting(double[] weights, double[] counts, double[] variances) {}

  /**
   * Trees that did not draw a row.
   *
   * @param sums of their leaves' means, row by row
   * @param trees how many they are
   */
  public record Bag(double[] sums, int[] trees) {}

  /**
   * What is predicted of each row without it, in one repetition with other folds.
   *
   * @param effect NaN where the row has none
   * @param outcome the mean outcome
   * @param treatment the mean treatment: the propensity if it is binary
   * @param slope how far the score moves with the outcome; empty of a binary treatment, where it
   *     follows from the propensity
   */
  public record Repetition(double[] effect, double[] outcome, double[] treatment, double[] slope) {
    /** The same with another effect. */
    Repetition with(double[] another) {
      return new Repetition(another, outcome, treatment, slope);
    }

    /** Whether all but the effect is the same. */
    boolean predictsAs(Repetition other) {
      return Arrays.equals(outcome, other.outcome)
          && Arrays.equals(treatment, other.treatment)
          && Arrays.equals(slope, other.slope);
    }
  }

  /** How many rows there are. */
  public int rows() {
    return outcome.length;
  }

  /** The effect of each row. */
  public double[] effect() {
    return repetitions.get(0).effect();
  }

  /** The same rows, told apart and named. */
  public KeptRows named(String what, RowIds which) {
    return new KeptRows(
        what, binary, which, outcome, treatment, counting, clusters, error, bag, repetitions);
  }

  /** Whether two are of the same rows, in the same order, and count them alike. */
  public boolean isOfRowsOf(KeptRows other) {
    return sameIds(other) && difference(other).isEmpty();
  }

  /**
   * In what the same rows differ, by their ids; where none are kept, rows are the same if they have
   * the same treatments in the same order. Empty if they do not differ, or are other rows.
   */
  public Optional<String> contradiction(KeptRows other) {
    boolean same =
        sameIds(other)
            && (ids.kind() != RowIds.Kind.NONE || Arrays.equals(treatment, other.treatment));
    return same ? difference(other) : Optional.empty();
  }

  private Optional<String> difference(KeptRows other) {
    if (!Arrays.equals(outcome, other.outcome)) {
      return Optional.of("the outcome");
    }
    if (!Arrays.equals(treatment, other.treatment)) {
      return Optional.of("the treatment");
    }
    if (!same(clusters, other.clusters)) {
      return Optional.of("the cluster");
    }
    return sameCounting(other) ? Optional.empty() : Optional.of("the weight");
  }

  private boolean sameIds(KeptRows other) {
    return rows() == other.rows()
        && ids.kind() == other.ids.kind()
        && Arrays.equals(ids.values(), other.ids.values())
        && ids.without().equals(other.ids.without())
        && ids.texts().equals(other.ids.texts());
  }

  private boolean sameCounting(KeptRows other) {
    if (counting == null || other.counting == null) {
      return counting == null && other.counting == null;
    }
    return Arrays.equals(counting.weights(), other.counting.weights())
        && Arrays.equals(counting.counts(), other.counting.counts());
  }

  private static boolean same(int @Nullable [] one, int @Nullable [] other) {
    if (one == null) {
      return other == null;
    }
    return other != null && Arrays.equals(one, other);
  }
}
