/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import java.util.Collections;
import java.util.List;

/** How a node of an {@link EffectTree} parts its rows by one feature. */
public sealed interface Split {
  /** The place of the feature among those of the effect. */
  int feature();

  /** Whether rows whose feature is NULL go left; of no meaning where there are none. */
  boolean nullLeft();

  /**
   * A number goes left if it is at most {@code low}, right if it is at least {@code high}: no row
   * of the node lies between the two.
   *
   * @param hasNull whether a row of the node is NULL
   */
  record Threshold(int feature, double low, double high, boolean hasNull, boolean nullLeft)
      implements Split {}

  /**
   * A text goes left if it is one of some categories.
   *
   * @param left places of categories, ascending
   * @param right those of the node's other categories
   * @param hasNull whether a row of the node is NULL
   */
  record Category(
      int feature, List<Integer> left, List<Integer> right, boolean hasNull, boolean nullLeft)
      implements Split {
    public Category {
      left = List.copyOf(left);
      right = List.copyOf(right);
    }
  }

  /** What is known goes left, NULL right. */
  record Presence(int feature) implements Split {
    @Override
    public boolean hasNull() {
      return true;
    }

    @Override
    public boolean nullLeft() {
      return false;
    }
  }

  /** Whether a row of the node is NULL. */
  boolean hasNull();

  /** Whether a row goes left, by its value of the feature. */
  default boolean goesLeft(double value) {
    if (Double.isNaN(value)) {
      return nullLeft();
    }
    if (this instanceof Threshold number) {
      return value <= number.low();
    }
    return !(this instanceof Category category)
        || Collections.binarySearch(category.left(), (int) value) >= 0;
  }
}
