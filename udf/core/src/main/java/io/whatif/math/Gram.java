/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The Gram matrix of weighted rows, \( \sum_i w_i x_i x_i^\top \), accumulated block by block.
 *
 * <p>Rows come row-major and contiguous, or column by column. The lower triangle is stored, row by
 * row, in a full square array. Of rows side by side four are taken at once, to spend eight
 * operations per load of the matrix, and those that are 0 in a column are passed over there. Order
 * of summation: groups of four rows in the order given, then the rest one by one, so equal blocks
 * give equal bits. A wide matrix is walked in tiles of rows that stay in the second-level cache,
 * which changes no sum. Of columns two are multiplied with two at a time, four sums in registers,
 * each in the order of rows; that is faster by a third where few numbers are 0. Columns of many
 * blocks are summed in {@link Lanes}, faster by another third (docs/benchmarks.md). Which way rows
 * are summed depends on the matrix, on the block's rows and on how many blocks there were before,
 * and on nothing else. Reading brings these sums in, so a matrix to which blocks were added is read
 * by one thread first, as merging does.
 *
 * <p>Cost: {@code width^2} operations a row; memory {@code width^2} doubles.
 */
public final class Gram {
  private static final int TILE = 128;

  /** Rows of columns that are taken together: few enough to stay in the first-level cache. */
  public static final int COLUMN_ROWS = Lanes.ROWS;

  /** Blocks that come first: lanes cost as much to make as they spare in three. */
  private static final int FEW_BLOCKS = 2;

  /** Columns beyond which lanes take more memory, 1.2 MB, than they are worth. */
  private static final int LANE_COLUMNS = 64;

  /** Bytes of the lanes of all matrices summed at once, beyond which they leave the cache. */
  private static final long LANE_BYTES = 4L << 20;

  private static final double[] NONE = {};

  private final int width;
  private final double[] lower;
  private final boolean inLanes;

  /** Blocks of columns added. */
  private int blocks;

  /** Sums that are not in {@link #lower} yet. */
  private @Nullable Lanes lanes;

  public Gram(int width) {
    this(width, 1);
  }

  /**
   * One of several that are summed at once.
   *
   * @param count how many; of many that are wide none has lanes
   */
  public Gram(int width, int count) {
    this.width = width;
    this.lower = new double[width * width];
    this.inLanes = width <= LANE_COLUMNS && count * Lanes.bytes(width) <= LANE_BYTES;
  }

  public int width() {
    return width;
  }

  /** Adds {@code rows} row-major rows of {@code x}. */
  public void add(double[] x, int rows) {
    for (int from = 0; from < width; from += TILE) {
      int to = Math.min(width, from + TILE);
      int r = 0;
      for (; r + 4 <= rows; r += 4) {
        add4(x, r * width, from, to);
      }
      for (; r < rows; r++) {
        add1(x, r * width, from, to, 1);
      }
    }
  }

  /** Adds {@code rows} row-major rows of {@code x}, row i with weight {@code weights[i]}. */
  public void add(double[] x, double[] weights, int rows) {
    int r = 0;
    for (; r + 4 <= rows; r += 4) {
      add4(x, r * width, weights[r], weights[r + 1], weights[r + 2], weights[r + 3]);
    }
    for (; r < rows; r++) {
      add1(x, r * width, 0, width, weights[r]);
    }
  }

  /** Adds the first {@code rows} rows of the columns {@code x}, which have {@link #width}. */
  public void addColumns(double[][] x, int rows) {
    for (int from = 0; from < rows; from += COLUMN_ROWS) {
      int to = Math.min(rows, from + COLUMN_ROWS);
      for (int i = 0; i < width; i += 2) {
        addPair(x[i], i + 1 < width ? x[i + 1] : NONE, x, i, from, to);
      }
    }
  }

  /** As {@link #addColumns(double[][], int)}, row i with weight {@code weights[i]}. */
  public void addColumns(double[][] x, double[] weights, int rows) {
    double[] first = new double[rows];
    double[] second = new double[rows];
    for (int from = 0; from < rows; from += COLUMN_ROWS) {
      int to = Math.min(rows, from + COLUMN_ROWS);
      for (int i = 0; i < width; i += 2) {
        weigh(x[i], weights, from, to, first);
        if (i + 1 < width) {
          weigh(x[i + 1], weights, from, to, second);
        }
        addPair(first, second, x, i, from, to);
      }
    }
  }

  /**
   * As {@link #addColumns} of the columns of a {@link #block}, which is faster where there are
   * many.
   *
   * @param x whose places behind the rows are written over
   * @param weights of each row; null for 1
   */
  public void addBlock(double[][] x, double @Nullable [] weights, int rows) {
    if (inLanes && blocks++ >= FEW_BLOCKS && Lanes.suit(rows)) {
      if (lanes == null) {
        lanes = new Lanes(width);
      }
      lanes.add(x, weights, rows);
    } else if (weights == null) {
      addColumns(x, rows);
    } else {
      addColumns(x, weights, rows);
    }
  }

  /** Room for a block of so many columns. */
  public static double[][] block(int width) {
    return Lanes.block(width);
  }

  /** Brings all sums to {@link #lower}. */
  private void settle() {
    if (lanes != null) {
      lanes.addTo(lower, width);
      lanes = null;
    }
  }

  private static void weigh(double[] x, double[] weights, int from, int to, double[] into) {
    for (int r = from; r < to; r++) {
      into[r] = weights[r] * x[r];
    }
  }

  /** Adds the products of the columns i and i + 1, a and b, with those of y up to themselves. */
  @SuppressWarnings("TooManyParameters")
  private void addPair(double[] a, double[] b, double[][] y, int i, int from, int to) {
    boolean last = i + 1 == width;
    for (int j = 0; j < i; j += 2) {
      if (last) {
        add1x2(a, y[j], y[j + 1], from, to, i * width + j);
      } else {
        add2x2(a, b, y[j], y[j + 1], from, to, i * width + j);
      }
    }
    lower[i * width + i] += dot(a, y[i], from, to);
    if (!last) {
      add1x2(b, y[i], y[i + 1], from, to, (i + 1) * width + i);
    }
  }

  @SuppressWarnings("TooManyParameters")
  private void add2x2(double[] a, double[] b, double[] c, double[] d, int from, int to, int at) {
    double ac = 0;
    double ad = 0;
    double bc = 0;
    double bd = 0;
    for (int r = from; r < to; r++) {
      double u = a[r];
      double v = b[r];
      double y = c[r];
      double z = d[r];
      ac += u * y;
      ad += u * z;
      bc += v * y;
      bd += v * z;
    }
    lower[at] += ac;
    lower[at + 1] += ad;
    lower[at + width] += bc;
    lower[at + width + 1] += bd;
  }

  private void add1x2(double[] a, double[] c, double[] d, int from, int to, int at) {
    double ac = 0;
    double ad = 0;
    for (int r = from; r < to; r++) {
      ac += a[r] * c[r];
      ad += a[r] * d[r];
    }
    lower[at] += ac;
    lower[at + 1] += ad;
  }

  private static double dot(double[] a, double[] b, int from, int to) {
    double sum = 0;
    for (int r = from; r < to; r++) {
      sum += a[r] * b[r];
    }
    return sum;
  }

  private void add4(double[] x, int at, int from, int to) {
    int x1 = at + width;
    int x2 = x1 + width;
    int x3 = x2 + width;
    for (int i = from; i < to; i++) {
      double a = x[at + i];
      double b = x[x1 + i];
      double c = x[x2 + i];
      double d = x[x3 + i];
      if (a != 0 || b != 0 || c != 0 || d != 0) {
        axpy4(lower, i * width, x, at, width, i + 1, a, b, c, d);
      }
    }
  }

  private void add4(double[] x, int at, double w0, double w1, double w2, double w3) {
    int x1 = at + width;
    int x2 = x1 + width;
    int x3 = x2 + width;
    for (int i = 0; i < width; i++) {
      double a = w0 * x[at + i];
      double b = w1 * x[x1 + i];
      double c = w2 * x[x2 + i];
      double d = w3 * x[x3 + i];
      if (a != 0 || b != 0 || c != 0 || d != 0) {
        axpy4(lower, i * width, x, at, width, i + 1, a, b, c, d);
      }
    }
  }

  @SuppressWarnings("TooManyParameters")
  private static void axpy4(
      double[] g,
      int to,
      double[] x,
      int at,
      int width,
      int n,
      double a,
      double b,
      double c,
      double d) {
    int x1 = at + width;
    int x2 = x1 + width;
    int x3 = x2 + width;
    for (int j = 0; j < n; j++) {
      g[to + j] += (a * x[at + j] + b * x[x1 + j]) + (c * x[x2 + j] + d * x[x3 + j]);
    }
  }

  private void add1(double[] x, int at, int from, int to, double w) {
    for (int i = from; i < to; i++) {
      double a = w * x[at + i];
      if (a != 0) {
        int row = i * width;
        for (int j = 0; j <= i; j++) {
          lower[row + j] += a * x[at + j];
        }
      }
    }
  }

  /** Adds {@code other}, elementwise. */
  public void add(Gram other) {
    addScaled(other, 1);
  }

  /** Adds {@code factor * other}, elementwise; a factor of -1 takes a part out of a sum. */
  public void addScaled(Gram other, double factor) {
    if (other.width != width) {
      throw new IllegalArgumentException("Gram widths differ: " + width + " and " + other.width);
    }
    other.settle();
    for (int k = 0; k < lower.length; k++) {
      lower[k] += factor * other.lower[k];
    }
  }

  /** The same, each entry times {@code factor}. */
  public Gram times(double factor) {
    Gram product = new Gram(width);
    product.addScaled(this, factor);
    return product;
  }

  /** The forms \( a_i^\top G a_j \) of each two of the vectors {@code a}. */
  public Gram form(double[][] a) {
    Gram forms = new Gram(a.length);
    double[] product = new double[width];
    for (int i = 0; i < a.length; i++) {
      for (int r = 0; r < width; r++) {
        double sum = 0;
        for (int c = 0; c < width; c++) {
          sum += get(r, c) * a[i][c];
        }
        product[r] = sum;
      }
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int r = 0; r < width; r++) {
          sum += a[j][r] * product[r];
        }
        forms.set(i, j, sum);
      }
    }
    return forms;
  }

  public Gram copy() {
    settle();
    Gram copy = new Gram(width);
    System.arraycopy(lower, 0, copy.lower, 0, lower.length);
    return copy;
  }

  /** As if nothing had been added. */
  public void clear() {
    lanes = null;
    blocks = 0;
    Arrays.fill(lower, 0);
  }

  /** The entry (i, j), in either order. */
  public double get(int i, int j) {
    settle();
    return i >= j ? lower[i * width + j] : lower[j * width + i];
  }

  /** Sets the entry (i, j), and so (j, i). */
  public void set(int i, int j, double value) {
    settle();
    lower[Math.max(i, j) * width + Math.min(i, j)] = value;
  }
}
