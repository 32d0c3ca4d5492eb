/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.estimate.EffectTree;
import io.whatif.estimate.Split;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a path of a tree asks of one feature: all its steps by that feature taken together. */
final class FeatureLimits {
  private Split.@Nullable Threshold above;
  private Split.@Nullable Threshold below;
  private @Nullable List<Integer> in;
  private final TreeSet<Integer> out = new TreeSet<>();
  private boolean admitsNull = true;
  private boolean admitsValues = true;

  /** The limits of each feature on a path, in the order in which they are met. */
  static Map<Integer, FeatureLimits> of(List<EffectTree.Step> path) {
    Map<Integer, FeatureLimits> limits = new LinkedHashMap<>();
    for (EffectTree.Step step : path) {
      limits
          .computeIfAbsent(step.split().feature(), none -> new FeatureLimits())
          .take(step.split(), step.left());
    }
    return limits;
  }

  private void take(Split split, boolean left) {
    admitsNull &= split.hasNull() && split.nullLeft() == left;
    if (split instanceof Split.Threshold number) {
      above = left ? above : number;
      below = left ? number : below;
    } else if (split instanceof Split.Category category) {
      List<Integer> side = left ? category.left() : category.right();
      List<Integer> other = left ? category.right() : category.left();
      if (side.isEmpty()) {
        admitsValues = false;
      } else if (in != null
          || side.size() < other.size()
          || (side.size() == other.size() && left)) {
        in = side;
      } else {
        out.addAll(other);
      }
    } else {
      admitsValues &= left;
    }
  }

  /** The last split on whose right side the path is: the value is larger. */
  Split.@Nullable Threshold above() {
    return above;
  }

  /** The last split on whose left side the path is: the value is not larger. */
  Split.@Nullable Threshold below() {
    return below;
  }

  /** The categories it may be; null if only those of {@link #out} are barred. */
  @Nullable List<Integer> in() {
    return in;
  }

  /** The categories it is not. */
  List<Integer> out() {
    return in == null ? new ArrayList<>(out) : List.of();
  }

  /** Whether NULL goes this way. */
  boolean admitsNull() {
    return admitsNull;
  }

  /** Whether anything but NULL goes this way. */
  boolean admitsValues() {
    return admitsValues;
  }
}
