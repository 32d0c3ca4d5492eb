/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Packs trees while they grow, in whatever order: each part by the thread that completes it. */
final class Packing {
  private final Tree[] trees;
  private final byte[][] parts;
  private final AtomicIntegerArray missing;

  /** So many trees. */
  Packing(int count) {
    trees = new Tree[count];
    parts = new byte[(count + ForestBytes.PART - 1) / ForestBytes.PART][];
    missing = new AtomicIntegerArray(parts.length);
    for (int p = 0; p < parts.length; p++) {
      missing.set(p, Math.min(count - p * ForestBytes.PART, ForestBytes.PART));
    }
  }

  void add(int index, Tree tree) {
    trees[index] = tree;
    int part = index / ForestBytes.PART;
    if (missing.decrementAndGet(part) == 0) {
      int from = part * ForestBytes.PART;
      int to = Math.min(from + ForestBytes.PART, trees.length);
      parts[part] = ForestBytes.part(Arrays.asList(trees).subList(from, to));
      Arrays.fill(trees, from, to, null);
    }
  }

  /** All trees, once they are there. */
  PackedTrees packed(int width) {
    return new PackedTrees(Arrays.asList(parts), width, trees.length);
  }
}
