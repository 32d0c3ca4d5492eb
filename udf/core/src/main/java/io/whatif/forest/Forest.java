/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import java.util.List;

/**
 * Trees, in pairs of the same half of the rows, and how the rows they take are coded.
 *
 * @param bins of each feature
 * @param layout what leaves keep
 * @param trees the trees; where errors are asked for, 2k and 2k + 1 share a half of the rows
 */
public record Forest(List<Bins> bins, Moments.Layout layout, List<Tree> trees) {
  /** Rows that are sent through the trees together. */
  private static final int BLOCK = 2048;

  /** The same where the leaf of each row in each tree is kept. */
  private static final int KEPT_BLOCK = 1024;

  public Forest {
    bins = List.copyOf(bins);
    trees = List.copyOf(trees);
  }

  /** Trees that were grown on rows. */
  public static Forest of(List<Bins> bins, ForestData data, List<Tree> trees) {
    return new Forest(bins, Moments.Layout.of(data), trees);
  }

  /** Scores in the units of the scaled responses. */
  public void score(double[][] features, int rows, double[] effect) {
    score(features, rows, effect, null);
  }

  /**
   * Scores in the units of the scaled responses.
   *
   * @param features one array for each, in order
   * @param effect receives the effects, NaN where one is undefined
   * @param variance receives their variances, if it is not null
   */
  public void score(
      double[][] features,
      int rows,
      double[] effect,
      double @org.jspecify.annotations.Nullable [] variance) {
    int most = Math.min(rows, variance == null ? BLOCK : KEPT_BLOCK);
    Scoring scoring = new Scoring(this, most, variance != null);
    byte[][] codes = new byte[bins.size()][most];
    double[] values = new double[most];
    for (int from = 0; from < rows; from += most) {
      int count = Math.min(most, rows - from);
      for (int f = 0; f < codes.length; f++) {
        System.arraycopy(features[f], from, values, 0, count);
        bins.get(f).code(values, count, codes[f], 0);
      }
      scoring.effects(codes, count);
      scoring.effects(effect, from);
      if (variance != null) {
        scoring.variances(variance, from);
      }
    }
  }
}
