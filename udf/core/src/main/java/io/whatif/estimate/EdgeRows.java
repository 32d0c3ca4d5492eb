/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Rows near an edge of {@link FifthEdges}, and their effects, in the order of rows. */
final class EdgeRows {
  private int[] places = new int[16];

  /** The effects; null while all are {@link #only}, as at the edge of an effect with few values. */
  private double @Nullable [] effects;

  private double only;
  private int count;

  /** The scores, with room for as many as there are places; empty if they are not kept. */
  private double[] scores;

  /**
   * No rows.
   *
   * @param scored whether scores are kept, 8 bytes a row
   */
  EdgeRows(boolean scored) {
    scores = new double[scored ? places.length : 0];
  }

  int count() {
    return count;
  }

  /** Whether scores are at hand: to read those of rows here and there is dear. */
  boolean hasScores() {
    return scores.length > 0;
  }

  double score(int at) {
    return scores[at];
  }

  int place(int at) {
    return places[at];
  }

  double effect(int at) {
    return effects == null ? only : effects[at];
  }

  double[] effects() {
    return effects(count);
  }

  /** The effects, with room for so many. */
  private double[] effects(int size) {
    if (effects != null) {
      return Arrays.copyOf(effects, size);
    }
    double[] all = new double[size];
    Arrays.fill(all, 0, count, only);
    return all;
  }

  void add(int place, double effect, double score) {
    grow(count + 1, count == 0 || (effects == null && effect == only));
    only = effect;
    places[count] = place;
    if (hasScores()) {
      scores[count] = score;
    }
    if (effects != null) {
      effects[count] = effect;
    }
    count++;
  }

  void add(EdgeRows later) {
    if (later.count == 0) {
      return;
    }
    boolean alike = count == 0 || (effects == null && later.only == only);
    grow(count + later.count, alike && later.effects == null);
    only = later.only;
    System.arraycopy(later.places, 0, places, count, later.count);
    if (hasScores()) {
      System.arraycopy(later.scores, 0, scores, count, later.count);
    }
    if (effects != null) {
      System.arraycopy(later.effects(), 0, effects, count, later.count);
    }
    count += later.count;
  }

  /**
   * Makes room for so many rows.
   *
   * @param alike whether all have the same effect
   */
  private void grow(int size, boolean alike) {
    if (size > places.length) {
      places =
          Arrays.copyOf(places, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(size, 2L * count)));
      scores = hasScores() ? Arrays.copyOf(scores, places.length) : scores;
    }
    if (!alike && (effects == null || effects.length < places.length)) {
      effects = effects(places.length);
    }
  }
}
