/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

/** Row numbers in an order that splits divide, stably. */
final class Partition {
  final int[] order;
  private final int[] spare;

  /** Room for so many rows. */
  Partition(int rows) {
    order = new int[rows];
    spare = new int[rows];
  }

  /** The rows 0..rows-1. */
  void identity(int rows) {
    for (int i = 0; i < rows; i++) {
      order[i] = i;
    }
  }

  /**
   * Moves the rows of a range that go left to its front, in their order, the others behind them in
   * theirs.
   *
   * @param codes of all rows, of the split's feature
   * @param rotation 1 if NULL goes right, else 0
   * @param bin the largest code to the left
   * @return where those that go right begin
   */
  int split(int from, int to, byte[] codes, int rotation, int bin) {
    int right = divide(order, spare, from, to, new Cut(codes, rotation, bin - rotation));
    int left = to - right;
    for (int j = 0; j < right; j++) {
      order[left + j] = spare[j];
    }
    return left;
  }

  private record Cut(byte[] codes, int rotation, int last) {}

  /** Without branches; gives the number that goes right. */
  private static int divide(int[] order, int[] spare, int from, int to, Cut cut) {
    byte[] codes = cut.codes;
    int rotation = cut.rotation;
    int beyond = cut.last + 1;
    int left = from;
    int right = 0;
    for (int j = from; j < to; j++) {
      int row = order[j];
      int goesLeft = (((codes[row] - rotation) & 255) - beyond) >>> 31;
      order[left] = row;
      spare[right] = row;
      left += goesLeft;
      right += 1 - goesLeft;
    }
    return right;
  }
}
