/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import org.jspecify.annotations.Nullable;

/**
 * The rows of one tree, copied so that they lie close together: those that choose splits first,
 * then those that fill leaves, each ascending. Made once for a thread and filled for each tree.
 */
final class Sample {
  /** Codes of each feature. */
  final byte[][] codes;

  /** The responses, as those of {@link ForestData}. */
  final float[][] responses;

  /** How much each row counts; null if each counts once. */
  final float @Nullable [] weights;

  /** Places of the rows: of those that choose splits, then of those that fill leaves. */
  final Partition places;

  /** Rows that choose splits. */
  int growing;

  /** Rows in all. */
  int rows;

  Sample(ForestData data, int most) {
    codes = new byte[data.codes().length][most];
    responses = new float[data.responses().length][most];
    weights = data.weights() == null ? null : new float[most];
    places = new Partition(most);
  }

  void take(ForestData data, Draw draw) {
    growing = draw.grow().length;
    rows = growing + draw.fill().length;
    places.identity(rows);
    for (int f = 0; f < codes.length; f++) {
      copy(data.codes()[f], draw.grow(), codes[f], 0);
      copy(data.codes()[f], draw.fill(), codes[f], growing);
    }
    for (int r = 0; r < responses.length; r++) {
      copy(data.responses()[r], draw, responses[r]);
    }
    float[] all = data.weights();
    if (weights != null && all != null) {
      copy(all, draw, weights);
    }
  }

  private static void copy(float[] from, Draw draw, float[] into) {
    int at = 0;
    for (int row : draw.grow()) {
      into[at++] = from[row];
    }
    for (int row : draw.fill()) {
      into[at++] = from[row];
    }
  }

  private static void copy(byte[] from, int[] rows, byte[] into, int at) {
    for (int i = 0; i < rows.length; i++) {
      into[at + i] = from[rows[i]];
    }
  }
}
