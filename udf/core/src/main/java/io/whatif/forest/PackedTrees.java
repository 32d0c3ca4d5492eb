/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import java.nio.ByteBuffer;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Trees as {@link ForestBytes} keeps them, half as large as they are else, and to the same bits. A
 * tree is unpacked with those beside it, and the last of these are kept: read in order each is
 * unpacked once. Thread-safe.
 */
final class PackedTrees extends AbstractList<Tree> implements RandomAccess {
  private static final int KEPT = 4;

  private final List<byte[]> parts;
  private final int width;
  private final int size;
  private final AtomicReferenceArray<@Nullable Part> recent = new AtomicReferenceArray<>(KEPT);

  private record Part(int number, List<Tree> trees) {}

  /**
   * Trees.
   *
   * @param parts of {@link ForestBytes#PART} trees each, but for the last
   * @param width means a leaf keeps
   * @param size how many trees there are
   */
  PackedTrees(List<byte[]> parts, int width, int size) {
    this.parts = List.copyOf(parts);
    this.width = width;
    this.size = size;
  }

  /** The parts, as bytes. */
  List<byte[]> parts() {
    return parts;
  }

  /** The trees of a part. */
  List<Tree> part(int number) {
    return ForestBytes.trees(ByteBuffer.wrap(parts.get(number)), width);
  }

  /** All trees, unpacked. */
  List<Tree> unpacked() {
    List<Tree> all = new ArrayList<>(size);
    for (int p = 0; p < parts.size(); p++) {
      all.addAll(part(p));
    }
    return List.copyOf(all);
  }

  @Override
  public Tree get(int index) {
    int number = index / ForestBytes.PART;
    Part known = recent.get(number % KEPT);
    if (known == null || known.number != number) {
      known = new Part(number, part(number));
      recent.set(number % KEPT, known);
    }
    return known.trees.get(index % ForestBytes.PART);
  }

  @Override
  public int size() {
    return size;
  }
}
