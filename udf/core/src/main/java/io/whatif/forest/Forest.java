/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Trees, and how the rows they take are coded. Thread-safe.
 *
 * <p>Scoring sends blocks of rows through one tree after the other. An effect and its error are
 * often asked for of the same rows, one after the other: {@link RecentBlocks} remembers the last
 * ones, which changes no result. Trees that were just grown are packed until rows are scored.
 */
public final class Forest {
  /** Rows that are sent through the trees together. */
  private static final int BLOCK = 2048;

  /** The same of many trees, whose leaves take room. */
  private static final int BLOCK_OF_MANY = 1024;

  private static final int MANY = 1_000;

  private final List<Bins> bins;
  private final Moments.Layout layout;
  private volatile List<Tree> trees;
  private final RecentBlocks recent = new RecentBlocks();

  /**
   * A forest.
   *
   * @param bins of each feature
   * @param layout what leaves keep
   * @param trees the trees; where errors are asked for, 2k and 2k + 1 share a half of the rows
   */
  public Forest(List<Bins> bins, Moments.Layout layout, List<Tree> trees) {
    this.bins = List.copyOf(bins);
    this.layout = layout;
    this.trees = trees instanceof PackedTrees ? trees : List.copyOf(trees);
  }

  /** Trees that were grown on rows. */
  public static Forest of(List<Bins> bins, ForestData data, List<Tree> trees) {
    return new Forest(bins, Moments.Layout.of(data), trees);
  }

  /** How each feature becomes codes. */
  public List<Bins> bins() {
    return bins;
  }

  /** What leaves keep. */
  public Moments.Layout layout() {
    return layout;
  }

  /** The trees, in order. */
  public List<Tree> trees() {
    return trees;
  }

  /** The trees as bytes, see {@link ForestBytes}. */
  public List<byte[]> parts() {
    return trees instanceof PackedTrees packed ? packed.parts() : ForestBytes.trees(trees);
  }

  /** For rows to come: packed trees are unpacked for good. */
  private synchronized void unpack() {
    if (trees instanceof PackedTrees packed) {
      trees = packed.unpacked();
    }
  }

  /**
   * As {@link #score(double[][], int, double[])}, of rows after which no others are expected: trees
   * that are packed stay so.
   */
  public void scoreOnce(double[][] features, int rows, double[] effect) {
    if (!(trees instanceof PackedTrees packed)) {
      score(features, rows, effect);
      return;
    }
    List<Scoring> blocks = new ArrayList<>();
    double[] values = new double[Math.min(rows, BLOCK)];
    for (int from = 0; from < rows; from += BLOCK) {
      int count = Math.min(BLOCK, rows - from);
      Scoring block = new Scoring(this, count);
      block.begin(codes(features, from, count, values), count, 1);
      blocks.add(block);
    }
    for (int p = 0; p < packed.parts().size(); p++) {
      List<Tree> part = packed.part(p);
      blocks.forEach(block -> block.add(part));
    }
    for (int b = 0; b < blocks.size(); b++) {
      double[] found = blocks.get(b).effects();
      System.arraycopy(found, 0, effect, b * BLOCK, found.length);
    }
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
  public void score(double[][] features, int rows, double[] effect, double @Nullable [] variance) {
    unpack();
    int most = Math.min(rows, trees.size() > MANY ? BLOCK_OF_MANY : BLOCK);
    Scoring scoring = null;
    double[] values = new double[most];
    for (int from = 0; from < rows; from += most) {
      int count = Math.min(most, rows - from);
      byte[] codes = codes(features, from, count, values);
      RecentBlocks.Block block = recent.find(codes, variance != null);
      if (block == null) {
        if (scoring == null) {
          scoring = new Scoring(this, most);
        }
        block = scoring.score(codes, count, recent.wantsErrors());
        recent.keep(block);
      }
      block.write(effect, variance, from);
    }
  }

  /** The codes of rows, feature after feature. */
  private byte[] codes(double[][] features, int from, int count, double[] values) {
    byte[] codes = new byte[bins.size() * count];
    for (int f = 0; f < bins.size(); f++) {
      System.arraycopy(features[f], from, values, 0, count);
      bins.get(f).code(values, count, codes, f * count);
    }
    return codes;
  }
}
