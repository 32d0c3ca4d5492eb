/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Least squares with absolute and squared penalties: minimises \( \tfrac12 b^\top G b - r^\top b +
 * \sum_j a_j |b_j| + \tfrac12 \sum_j s_j b_j^2 \) for a Gram matrix G whose first column belongs to
 * the intercept, which bears no penalty.
 *
 * <p>Edge cases: a column that does not vary once the intercept is taken out gets coefficient 0. Of
 * equal columns with an absolute penalty alone one solution of many is given, the same every time.
 *
 * <p>Method: the intercept is eliminated, which centres the other columns; they are scaled to unit
 * diagonal. Then sweeps of coordinate descent over the columns in use, from time to time a Cholesky
 * solution for the signs at hand, taken as far as the first sign that would change, and sweeps over
 * all columns, until the optimality (Karush-Kuhn-Tucker) conditions hold to {@value #PRECISION} of
 * the largest gradient at 0. Cost: {@code width} operations for each coefficient that moves in a
 * sweep.
 *
 * <p>Source: Friedman, Hastie and Tibshirani 2010, doi:10.18637/jss.v033.i01, 2.1 and 2.2; the
 * steps with signs are those of Lee, Battle, Raina and Ng 2007, Efficient sparse coding algorithms,
 * NIPS 19.
 */
public final class CoordinateDescent {
  /** What may be left of the optimality conditions, beside the largest gradient at 0. */
  public static final double PRECISION = 1e-11;

  private static final double CONSTANT = 1e-12;

  /**
   * A pull beyond its penalty by no more than this share of it is rounding: at the largest penalty
   * of a path, which is the largest pull, the coefficient is 0.
   */
  private static final double TIE = 1e-12;

  private static final int MAX_ROUNDS = 200;
  private static final int SWEEPS = 15;
  private static final int MAX_DROPS = 50;

  /** Added to the diagonal where columns in use cannot be told apart, to find a way down. */
  private static final double SINGULAR = 1e-9;

  private final int width;
  private final double corner;
  private final double[] edge;

  /** One over each column's length about its mean, 0 if it does not vary. */
  private final double[] unit;

  /** Products of the centred columns of unit length, row by row. */
  private final double[] matrix;

  private CoordinateDescent(Gram gram, int width) {
    this.width = width;
    this.corner = gram.get(0, 0);
    this.edge = new double[width];
    this.unit = new double[width];
    this.matrix = new double[width * width];
    for (int j = 1; j < width && corner > 0; j++) {
      edge[j] = gram.get(j, 0);
      double about = gram.get(j, j) - edge[j] * edge[j] / corner;
      unit[j] = about > CONSTANT * gram.get(j, j) ? 1 / Math.sqrt(about) : 0;
    }
    for (int i = 1; i < width; i++) {
      for (int j = 1; j < i && unit[i] > 0; j++) {
        double value = (gram.get(i, j) - edge[i] * edge[j] / corner) * unit[i] * unit[j];
        matrix[i * width + j] = value;
        matrix[j * width + i] = value;
      }
      matrix[i * width + i] = 1;
    }
  }

  /** Of the first {@code width} rows and columns of {@code gram}. */
  public static CoordinateDescent of(Gram gram, int width) {
    return new CoordinateDescent(gram, width);
  }

  /**
   * What coefficients cost, one entry a column; those of the intercept are not looked at.
   *
   * @param absolute \( a \), not negative
   * @param square \( s \), not negative
   */
  public record Penalty(double[] absolute, double[] square) {
    /** The same penalty on each of {@code width} columns. */
    public static Penalty even(int width, double absolute, double square) {
      double[] a = new double[width];
      double[] s = new double[width];
      Arrays.fill(a, 1, width, absolute);
      Arrays.fill(s, 1, width, square);
      return new Penalty(a, s);
    }

    /** What the coefficients {@code b} cost. */
    public double of(double[] b) {
      double sum = 0;
      for (int j = 1; j < b.length; j++) {
        sum += absolute[j] * Math.abs(b[j]) + square[j] * b[j] * b[j] / 2;
      }
      return sum;
    }
  }

  /**
   * A minimum.
   *
   * @param coefficients one a column, those that the penalty drops exactly 0
   * @param converged whether the optimality conditions hold
   */
  public record Solution(double[] coefficients, boolean converged) {}

  /** The minimum for {@code right}, sought from the coefficients {@code start}. */
  public Solution solve(double[] right, Penalty penalty, double[] start) {
    double[] solution = new double[width];
    if (!(corner > 0)) {
      return new Solution(solution, true);
    }
    Search search = new Search(right, penalty, start);
    boolean converged = search.run();
    double rest = right[0];
    for (int j = 1; j < width; j++) {
      solution[j] = search.point[j] * unit[j];
      rest -= edge[j] * solution[j];
    }
    solution[0] = rest / corner;
    return new Solution(solution, converged);
  }

  /** One minimisation, in units of the scaled columns. */
  private final class Search {
    private final double[] point = new double[width];

    /** What is right of the equations, less the matrix times the point. */
    private final double[] rest = new double[width];

    private final double[] about = new double[width];
    private final double[] absolute = new double[width];
    private final double[] square = new double[width];
    private final double tolerance;

    Search(double[] right, Penalty penalty, double[] start) {
      double largest = 0;
      for (int j = 1; j < width; j++) {
        about[j] = (right[j] - edge[j] * right[0] / corner) * unit[j];
        absolute[j] = penalty.absolute()[j] * unit[j];
        square[j] = penalty.square()[j] * unit[j] * unit[j];
        point[j] = unit[j] > 0 ? start[j] / unit[j] : 0;
        largest = Math.max(largest, Math.abs(about[j]));
      }
      tolerance = PRECISION * largest;
      refresh();
    }

    boolean run() {
      for (int round = 0; round < MAX_ROUNDS; round++) {
        sweep(true);
        for (int i = 0; i < SWEEPS && sweep(false) > tolerance; i++) {
          // the columns in use settle among themselves
        }
        if (worst() <= tolerance) {
          return true;
        }
        solveForSigns();
        if (worst() <= tolerance) {
          return true;
        }
      }
      return false;
    }

    private void refresh() {
      System.arraycopy(about, 0, rest, 0, width);
      for (int j = 1; j < width; j++) {
        if (point[j] != 0) {
          subtract(j, point[j]);
        }
      }
    }

    private void subtract(int column, double change) {
      int at = column * width;
      for (int i = 1; i < width; i++) {
        rest[i] -= change * matrix[at + i];
      }
    }

    /** Moves each coefficient to its own minimum; the largest move. */
    private double sweep(boolean all) {
      double largest = 0;
      for (int j = 1; j < width; j++) {
        if (unit[j] == 0 || (!all && point[j] == 0)) {
          continue;
        }
        double pull = rest[j] + point[j];
        double beyond = Math.abs(pull) - absolute[j];
        beyond = beyond <= TIE * absolute[j] ? 0 : beyond;
        double next = Math.copySign(beyond, pull) / (1 + square[j]);
        double change = next - point[j];
        if (change != 0) {
          point[j] = beyond == 0 ? 0 : next;
          subtract(j, change);
          largest = Math.max(largest, Math.abs(change));
        }
      }
      return largest;
    }

    /** By how much the optimality conditions are broken at most. */
    private double worst() {
      double worst = 0;
      for (int j = 1; j < width; j++) {
        if (unit[j] == 0) {
          continue;
        }
        double slope = rest[j] - square[j] * point[j];
        double broken =
            point[j] == 0
                ? Math.abs(slope) - absolute[j]
                : Math.abs(slope - Math.copySign(absolute[j], point[j]));
        worst = Math.max(worst, broken);
      }
      return worst;
    }

    /**
     * Goes to the minimum among points of the same signs; a coefficient that would change its sign
     * on the way is left at 0, and the way goes on without it.
     */
    private void solveForSigns() {
      for (int i = 0; i < MAX_DROPS && stepForSigns(); i++) {
        refresh();
      }
      refresh();
    }

    /** One Newton step; whether it ended at a coefficient that became 0. */
    private boolean stepForSigns() {
      int[] used = java.util.stream.IntStream.range(1, width).filter(j -> point[j] != 0).toArray();
      int n = used.length;
      if (n == 0) {
        return false;
      }
      DMatrixRMaj slope = new DMatrixRMaj(n, 1);
      for (int a = 0; a < n; a++) {
        int j = used[a];
        slope.set(a, rest[j] - square[j] * point[j] - Math.copySign(absolute[j], point[j]));
      }
      DMatrixRMaj change = new DMatrixRMaj(n, 1);
      if (!solve(used, 0, slope, change) && !solve(used, SINGULAR, slope, change)) {
        return false;
      }
      double step = 1;
      int first = -1;
      for (int a = 0; a < n; a++) {
        double crossing = -point[used[a]] / change.get(a);
        if (crossing > 0 && crossing < step) {
          step = crossing;
          first = used[a];
        }
      }
      for (int a = 0; a < n; a++) {
        point[used[a]] += step * change.get(a);
      }
      if (first >= 0) {
        point[first] = 0;
      }
      return first >= 0;
    }

    /** Solves for the columns in use; false if they cannot be told apart. */
    private boolean solve(int[] used, double added, DMatrixRMaj right, DMatrixRMaj into) {
      int n = used.length;
      DMatrixRMaj left = new DMatrixRMaj(n, n);
      for (int a = 0; a < n; a++) {
        for (int b = 0; b < n; b++) {
          left.unsafe_set(a, b, matrix[used[a] * width + used[b]]);
        }
        left.unsafe_set(a, a, 1 + square[used[a]] + added);
      }
      LinearSolverDense<DMatrixRMaj> cholesky = LinearSolverFactory_DDRM.chol(n);
      if (!cholesky.setA(left)) {
        return false;
      }
      cholesky.solve(right, into);
      return true;
    }
  }
}
