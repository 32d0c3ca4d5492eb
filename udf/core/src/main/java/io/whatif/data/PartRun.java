/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/**
 * The run of a part of the work of another.
 *
 * @param phase what stands before the part's own phases; empty for nothing
 * @param from the share of the whole at which the part begins
 * @param to that at which it ends
 */
record PartRun(Run whole, String phase, double from, double to) implements RunWithin {
  @Override
  public void reached(String own, double share) {
    String text = phase.isEmpty() ? own : own.isEmpty() ? phase : phase + ": " + own;
    whole.reached(text, from + (to - from) * share);
  }
}
