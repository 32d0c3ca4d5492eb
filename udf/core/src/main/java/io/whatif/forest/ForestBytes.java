/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import io.whatif.data.Deflated;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Trees and bins as compressed bytes, and back to the same bits. Trees are kept in parts of {@link
 * #PART}, each by itself, column by column: the number of leaves of each tree; of each split the
 * leaves to its left, its feature and its bin; of each leaf mean the first, second and third byte
 * of its float, whose fourth is 0.
 */
public final class ForestBytes {
  /** Trees of a part. */
  static final int PART = 50;

  private static final int NUMBER = 5;

  private ForestBytes() {}

  /** The trees, so many in each part. */
  public static List<byte[]> trees(List<Tree> trees) {
    List<byte[]> parts = new ArrayList<>();
    for (int from = 0; from < trees.size(); from += PART) {
      parts.add(part(trees.subList(from, Math.min(from + PART, trees.size()))));
    }
    return parts;
  }

  /** The trees of one part. */
  static byte[] part(List<Tree> trees) {
    return Deflated.of(plain(trees));
  }

  private static ByteBuffer plain(List<Tree> trees) {
    long size = NUMBER;
    for (Tree tree : trees) {
      size += NUMBER + (NUMBER + 3L) * tree.bin().length + 3L * tree.moments().length;
    }
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size));
    bytes.putInt(trees.size());
    trees.forEach(tree -> put(bytes, tree.leaves()));
    for (Tree tree : trees) {
      for (int left : tree.leftLeaves()) {
        put(bytes, left);
      }
    }
    for (Tree tree : trees) {
      for (short feature : tree.feature()) {
        bytes.putShort(feature);
      }
    }
    trees.forEach(tree -> bytes.put(tree.bin()));
    for (int shift = 24; shift > 0; shift -= Byte.SIZE) {
      for (Tree tree : trees) {
        for (float mean : tree.moments()) {
          bytes.put((byte) (Float.floatToRawIntBits(mean) >>> shift));
        }
      }
    }
    return bytes.flip();
  }

  /** A number that is not negative, seven bits a byte. */
  private static void put(ByteBuffer into, int number) {
    int left = number;
    while (left > 0x7f) {
      into.put((byte) (left | 0x80));
      left >>>= 7;
    }
    into.put((byte) left);
  }

  private static int take(ByteBuffer from) {
    int number = 0;
    int shift = 0;
    byte next = from.get();
    while (next < 0) {
      number |= (next & 0x7f) << shift;
      shift += 7;
      next = from.get();
    }
    return number | next << shift;
  }

  /**
   * The trees of a part.
   *
   * @param width means a leaf keeps
   * @throws IllegalArgumentException if the bytes are not such a part
   */
  public static List<Tree> trees(ByteBuffer part, int width) {
    ByteBuffer bytes = Deflated.read(part);
    int[] leaves = new int[bytes.getInt()];
    Arrays.setAll(leaves, t -> take(bytes));
    List<Tree> trees = new ArrayList<>();
    for (int count : leaves) {
      trees.add(
          new Tree(
              new int[count - 1],
              new short[count - 1],
              new byte[count - 1],
              new float[count * width],
              count));
    }
    trees.forEach(tree -> Arrays.setAll(tree.leftLeaves(), k -> take(bytes)));
    for (Tree tree : trees) {
      for (int k = 0; k < tree.feature().length; k++) {
        tree.feature()[k] = bytes.getShort();
      }
    }
    trees.forEach(tree -> bytes.get(tree.bin()));
    int means = Arrays.stream(leaves).sum() * width;
    byte[] planes = new byte[3 * means];
    bytes.get(planes);
    int at = 0;
    for (Tree tree : trees) {
      join(planes, at, means, tree.moments());
      at += tree.moments().length;
    }
    return trees;
  }

  private static void join(byte[] planes, int at, int means, float[] into) {
    for (int k = 0; k < into.length; k++) {
      int bits =
          planes[at + k] << 24
              | (planes[means + at + k] & 255) << 16
              | (planes[2 * means + at + k] & 255) << 8;
      into[k] = Float.intBitsToFloat(bits);
    }
  }

  /** The bins of all features. */
  public static byte[] bins(List<Bins> bins) {
    int size = Integer.BYTES;
    for (Bins one : bins) {
      size += Integer.BYTES + Double.BYTES * one.cuts().length;
    }
    ByteBuffer bytes = ByteBuffer.allocate(size).putInt(bins.size());
    for (Bins one : bins) {
      bytes.putInt(one.cuts().length);
      for (double cut : one.cuts()) {
        bytes.putDouble(cut);
      }
    }
    return Deflated.of(bytes.flip());
  }

  /**
   * The inverse of {@link #bins(List)}.
   *
   * @throws IllegalArgumentException if the bytes are not such
   */
  public static List<Bins> bins(ByteBuffer part) {
    ByteBuffer bytes = Deflated.read(part);
    List<Bins> bins = new ArrayList<>();
    int count = bytes.getInt();
    for (int f = 0; f < count; f++) {
      double[] cuts = new double[bytes.getInt()];
      Arrays.setAll(cuts, k -> bytes.getDouble());
      bins.add(new Bins(cuts));
    }
    return bins;
  }
}
