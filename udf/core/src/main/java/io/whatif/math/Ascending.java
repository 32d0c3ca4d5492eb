/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

/** Numbers in ascending order, known by their places. */
public final class Ascending {
  private static final int DIGIT = 11;
  private static final int DIGITS = (Long.SIZE + DIGIT - 1) / DIGIT;
  private static final int MASK = (1 << DIGIT) - 1;

  private Ascending() {}

  /**
   * The places of numbers from the smallest to the largest in the order of {@link Double#compare},
   * NaN last; equal numbers in the order of their places.
   *
   * <p>Method: counting sorts by the digits of {@value #DIGIT} bits of the numbers' bits, the least
   * first, of which those that are alike in all are passed over. Cost: O(n).
   */
  public static int[] places(double[] numbers) {
    Rows rows = new Rows(keys(numbers), new int[numbers.length]);
    for (int i = 0; i < numbers.length; i++) {
      rows.places[i] = i;
    }
    Rows other = new Rows(new long[numbers.length], new int[numbers.length]);
    for (int digit = 0; digit < DIGITS; digit++) {
      int shift = digit * DIGIT;
      int[] counts = counts(rows.keys, shift);
      if (numbers.length > 0 && counts[(int) (rows.keys[0] >>> shift) & MASK] < numbers.length) {
        rows.moveTo(other, shift, startOf(counts));
        Rows moved = other;
        other = rows;
        rows = moved;
      }
    }
    return rows.places;
  }

  /** Keys and the places they came from, as far as they are in order. */
  private static final class Rows {
    private final long[] keys;
    private final int[] places;

    Rows(long[] keys, int[] places) {
      this.keys = keys;
      this.places = places;
    }

    /**
     * Writes them in the order of a digit; {@code starts} tells where each of its values begins.
     */
    void moveTo(Rows into, int shift, int[] starts) {
      long[] movedKeys = into.keys;
      int[] movedPlaces = into.places;
      for (int i = 0; i < keys.length; i++) {
        int to = starts[(int) (keys[i] >>> shift) & MASK]++;
        movedKeys[to] = keys[i];
        movedPlaces[to] = places[i];
      }
    }
  }

  private static long[] keys(double[] numbers) {
    long[] keys = new long[numbers.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = key(numbers[i]);
    }
    return keys;
  }

  private static int[] counts(long[] keys, int shift) {
    int[] counts = new int[1 << DIGIT];
    for (long key : keys) {
      counts[(int) (key >>> shift) & MASK]++;
    }
    return counts;
  }

  /** Makes of counts how many stand before each. */
  private static int[] startOf(int[] counts) {
    int before = 0;
    for (int k = 0; k < counts.length; k++) {
      int own = counts[k];
      counts[k] = before;
      before += own;
    }
    return counts;
  }

  /** Bits whose order without a sign is that of the numbers. */
  private static long key(double number) {
    long bits = Double.doubleToLongBits(number);
    return bits ^ ((bits >> (Long.SIZE - 1)) | Long.MIN_VALUE);
  }
}
