/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.MemoryExceededException;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.forest.ForestData;
import io.whatif.forest.ForestPlan;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What rows and memory must suffice for, before a forest is grown. */
final class ForestLimits {
  /** Units that a tree's splits take, in multiples of min_node_size: fewer do for no size. */
  private static final int UNITS_PER_SIZE = 4;

  private ForestLimits() {}

  /** What the forest of a study is called. */
  static String method(Study study) {
    return study.instrument() == null ? "causal_forest" : "instrumental_forest";
  }

  /**
   * Refuses a plan for which there are too few rows.
   *
   * @param moving the treatment of each row, or the instrument
   * @throws WhatifException one line that says what would do
   */
  static void check(Study study, ForestRows rows, ForestPlan plan, double[] moving) {
    WhatifException doubt = doubt(study, rows.units(), plan, moving);
    if (doubt != null) {
      throw doubt;
    }
  }

  /** Refuses a plan for whose trees there is too little memory, before anything is fitted. */
  static void checkMemory(Run run, ForestPlan plan, long bytes) {
    take(run, plan, bytes);
    run.memory().giveBack(bytes);
  }

  /** About how many bytes the trees of a plan hold. */
  static long treeBytes(Study study, ForestRows rows, ForestPlan plan) {
    int responses = study.instrument() == null ? 2 : 3;
    return ForestData.treeBytes(plan, rows.codes()[0].length, responses, rows.weights() != null);
  }

  /** Takes the memory of the trees. */
  static void take(Run run, ForestPlan plan, long bytes) {
    try {
      run.memory().take(bytes, "the trees of the forest");
    } catch (MemoryExceededException e) {
      long left = e.limit() - (e.needed() - bytes);
      long fitting = Math.max(0, left) / (bytes / plan.trees()) / 2 * 2;
      throw new WhatifException(
          ErrorCode.OUT_OF_MEMORY,
          String.format(
              Locale.ROOT,
              "trees => %d: they take %.1f MB, and whatif_memory_limit leaves %.1f MB: %s. Grow fewer, or larger leaves by min_node_size, or SET VARIABLE whatif_memory_limit to more.",
              plan.trees(),
              bytes / 1e6,
              Math.max(0, left) / 1e6,
              fitting == 0 ? "no tree fits" : fitting + " trees fit"));
    }
  }

  /** Whether the defaults can make splits of a study's rows. */
  static boolean bears(Run run, Study study) {
    ForestPlan plan = ForestPlan.of(2, study.features().size(), 0);
    return doubt(study, units(study), plan, study.column(run, Study.TREATMENT)) == null;
  }

  /** Clusters where there are any, else rows. */
  static int units(Study study) {
    int[] clusters = study.units().clusters();
    return clusters == null
        ? Math.toIntExact(study.rows())
        : (int) Arrays.stream(clusters).distinct().count();
  }

  /** Why no tree could make a split of so many units; null if trees can. */
  private static @Nullable WhatifException doubt(
      Study study, int units, ForestPlan plan, double[] moving) {
    double share = plan.sampleFraction() * (plan.honesty() ? plan.honestyFraction() : 1);
    int growing = (int) (units * share);
    int wanted = UNITS_PER_SIZE * plan.minNodeSize();
    if (growing < wanted) {
      String kind = study.units().clusters() == null ? "rows" : "ids or clusters";
      return new WhatifException(
          ErrorCode.BAD_RELATION,
          String.format(
              Locale.ROOT,
              "%d usable %s are too few for method '%s': %d of them choose the splits of a tree, and with min_node_size => %d it takes %d. Use more %s%s.",
              units,
              kind,
              method(study),
              growing,
              plan.minNodeSize(),
              wanted,
              kind,
              growing < UNITS_PER_SIZE ? "" : ", or a smaller min_node_size"));
    }
    Study.Instrument instrument = study.instrument();
    boolean binary = instrument == null ? study.treatment().binary() : instrument.binary();
    return binary ? doubt(study, plan, moving, share) : null;
  }

  /** The same of the rarer of two values. */
  private static @Nullable WhatifException doubt(
      Study study, ForestPlan plan, double[] moving, double share) {
    long ones = Arrays.stream(moving).filter(d -> d == 1).count();
    long rarer = Math.min(ones, moving.length - ones);
    if (rarer * share >= 2.0 * plan.minNodeSize()) {
      return null;
    }
    Study.Instrument instrument = study.instrument();
    return new WhatifException(
        ErrorCode.BAD_COLUMN,
        String.format(
            Locale.ROOT,
            "%s: the rarer value has %d rows, of which about %d choose the splits of a tree, and with min_node_size => %d it takes %d. Use more rows, a smaller min_node_size, or %s.",
            instrument == null
                ? "treatment => '" + study.treatment().column() + "'"
                : "instrument => '" + instrument.column() + "'",
            rarer,
            (long) (rarer * share),
            plan.minNodeSize(),
            2 * plan.minNodeSize(),
            instrument == null ? "method => 'dr'" : "leave features out"));
  }
}
