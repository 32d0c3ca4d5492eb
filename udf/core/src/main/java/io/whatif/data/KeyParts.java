/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.Arrays;

/**
 * A division of keys into ranges of about equally many, however they are spread. The ranges are cut
 * by a sample; a table by a key's leading bits tells between which of them to look.
 */
final class KeyParts {
  /** Keys sampled for each part. */
  private static final int SAMPLED = 32;

  /** Entries of the table for each part. */
  private static final int ENTRIES = 4;

  /** The least key of each part but the first. */
  private final long[] cuts;

  /** Of each entry of the table the part of its least key, and the last part. */
  private final int[] table;

  private final long least;
  private final long largest;
  private final int shift;

  /** Divides into {@code count} parts. */
  KeyParts(long[] keys, int count) {
    long[] sample = new long[(int) Math.min(keys.length, (long) SAMPLED * count)];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = keys[(int) ((long) i * keys.length / sample.length)];
    }
    Arrays.sort(sample);
    cuts = new long[count - 1];
    for (int p = 0; p < cuts.length; p++) {
      cuts[p] = sample[(int) ((p + 1L) * sample.length / count)];
    }
    least = sample.length == 0 ? 0 : sample[0];
    largest = sample.length == 0 ? 0 : sample[sample.length - 1];
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(ENTRIES * count - 1);
    shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(largest - least) - bits);
    table = new int[entry(largest) + 2];
    for (int e = 0; e + 1 < table.length; e++) {
      table[e] = among(least + ((long) e << shift), 0, cuts.length);
    }
    table[table.length - 1] = cuts.length;
  }

  int count() {
    return cuts.length + 1;
  }

  /** The number of a key's part, which ascends with the key. */
  int of(long key) {
    if (key < least) {
      return 0;
    }
    int entry = entry(key > largest ? largest : key);
    return among(key, table[entry], table[entry + 1]);
  }

  private int entry(long key) {
    return (int) ((key - least) >>> shift);
  }

  /** The last part whose least key is not above {@code key}, among {@code from..to}. */
  private int among(long key, int from, int to) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (cuts[middle - 1] <= key) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
