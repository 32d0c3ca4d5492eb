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
    long[] keys = keys(numbers);
    int[] places = new int[keys.length];
    for (int i = 0; i < places.length; i++) {
      places[i] = i;
    }
    for (int digit = 0; digit < DIGITS; digit++) {
      int shift = digit * DIGIT;
      int[] counts = counts(keys, shift);
      if (keys.length > 0 && counts[(int) (keys[0] >>> shift) & MASK] < keys.length) {
        int[] into = order(keys, shift, startOf(counts));
        keys = moved(keys, into);
        places = moved(places, into);
      }
    }
    return places;
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

  /** Where each key goes to. */
  private static int[] order(long[] keys, int shift, int[] starts) {
    int[] into = new int[keys.length];
    for (int i = 0; i < into.length; i++) {
      into[i] = starts[(int) (keys[i] >>> shift) & MASK]++;
    }
    return into;
  }

  private static long[] moved(long[] values, int[] into) {
    long[] moved = new long[values.length];
    for (int i = 0; i < into.length; i++) {
      moved[into[i]] = values[i];
    }
    return moved;
  }

  private static int[] moved(int[] values, int[] into) {
    int[] moved = new int[values.length];
    for (int i = 0; i < into.length; i++) {
      moved[into[i]] = values[i];
    }
    return moved;
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
