/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import java.util.Arrays;

/**
 * The lasso of a target u on columns z, and its debiased coefficients, which have normal intervals
 * though there may be more columns than rows.
 *
 * <p>The first column bears no penalty. Lasso: \( \hat\beta = \arg\min \frac{1}{2N} \|u - Z
 * \beta\|^2 + \lambda \sum_{j \ge 1} s_j |\beta_j| \), \( s_j \) the length of column j without the
 * first over \( \sqrt N \); \( \lambda \) has the least squared error on left-out folds among
 * {@value #PER_POWER_OF_TEN} to a power of ten. Debiased: \( \hat b = \hat\beta + \Theta Z^\top (u
 * - Z \hat\beta) / N \), where row j of \( \Theta \) is \( (e_j - \hat\gamma_j) / \hat\tau_j^2 \),
 * \( \hat\gamma_j \) the lasso of column j on the others with penalty {@value #NODEWISE} \( \sqrt{2
 * \log p / N} \) in the same units, and \( \hat\tau_j^2 = z_j^\top (z_j - Z \hat\gamma_j) / N \).
 * The first row follows: \( \hat b_0 \) solves the first column's own equation at the other \( \hat
 * b_j \). Then \( \hat b - \beta \approx \Theta Z^\top \epsilon / N \), so its covariance is \(
 * \Theta M \Theta^\top / N^2 \), M that of \( Z^\top \epsilon \).
 *
 * <p>The nodewise penalty trades bias for spread: at 0 and with fewer columns than rows \( \hat b
 * \) is least squares; a large one leaves the lasso's bias in columns that are correlated with
 * relevant ones.
 *
 * <p>Edge cases: a column that does not vary without the first has coefficient 0 and variance 0.
 * With no fold to choose by, or one column, there is nothing to penalise. Cost: a lasso for each
 * penalty and fold, and one for each column; O(p^2) each sweep.
 *
 * <p>Sources: van de Geer, Buehlmann, Ritov and Dezeure 2014, doi:10.1214/14-AOS1221; Javanmard and
 * Montanari 2014 for small nodewise penalties (Journal of Machine Learning Research 15, 2869-2909).
 */
public final class DebiasedLasso {
  private static final int PER_POWER_OF_TEN = 12;
  private static final int POWERS_OF_TEN = 3;
  private static final double NODEWISE = 0.25;

  private final int width;
  private final double rows;
  private final double count;
  private final Gram gram;

  /** The lasso's coefficients. */
  private final double[] lasso;

  private final double penalty;
  private final double[][] withoutFold;
  private final double[] theta;
  private final double[] debiased;
  private boolean converged = true;

  private DebiasedLasso(Gram[] folds, int width, double count) {
    this.width = width;
    this.count = count;
    this.gram = new Gram(folds[0].width());
    for (Gram fold : folds) {
      gram.add(fold);
    }
    this.rows = gram.get(gram.width() - 1, gram.width() - 1);
    this.withoutFold = new double[folds.length][];
    double[] path = path();
    this.penalty = choose(folds, path);
    Part all = new Part(gram);
    this.lasso = all.fit(path, penalty)[index(path, penalty)];
    this.theta = theta(all);
    this.debiased = debias();
  }

  /**
   * Of products of columns, target and a constant.
   *
   * @param folds for each fold the Gram matrix of \( [z, u, 1] \) over its rows
   * @param width how many columns z has
   * @param count how many rows there are, where their weights do not sum to that
   */
  public static DebiasedLasso of(Gram[] folds, int width, double count) {
    return new DebiasedLasso(folds, width, count);
  }

  /** Penalties from the least that drops every column down. */
  private double[] path() {
    Part all = new Part(gram);
    double largest = 0;
    for (int j = 1; j < width; j++) {
      double along = gram.get(j, width) - gram.get(j, 0) * gram.get(0, width) / gram.get(0, 0);
      largest = all.scale[j] > 0 ? Math.max(largest, Math.abs(along) / all.scale[j]) : largest;
    }
    double most = largest / rows;
    double[] path = new double[POWERS_OF_TEN * PER_POWER_OF_TEN + 1];
    Arrays.setAll(path, i -> most * Math.pow(10, -(double) i / PER_POWER_OF_TEN));
    return path;
  }

  private double choose(Gram[] folds, double[] path) {
    double[] loss = new double[path.length];
    double[][][] fits = new double[folds.length][][];
    for (int k = 0; k < folds.length; k++) {
      Gram others = new Gram(gram.width());
      for (int l = 0; l < folds.length; l++) {
        if (l != k) {
          others.add(folds[l]);
        }
      }
      fits[k] = new Part(others).fit(path, 0);
      for (int i = 0; i < path.length; i++) {
        loss[i] += loss(folds[k], fits[k][i]);
      }
    }
    int best = 0;
    for (int i = 1; i < path.length; i++) {
      best = loss[i] < loss[best] ? i : best;
    }
    for (int k = 0; k < folds.length; k++) {
      withoutFold[k] = fits[k][best];
    }
    return path[best];
  }

  /** The squared error of coefficients over the rows of a Gram matrix. */
  private double loss(Gram fold, double[] b) {
    double sum = fold.get(width, width);
    for (int i = 0; i < width; i++) {
      if (b[i] != 0) {
        sum -= 2 * b[i] * fold.get(i, width);
        for (int j = 0; j < width; j++) {
          sum += b[i] * b[j] * fold.get(i, j);
        }
      }
    }
    return sum;
  }

  private static int index(double[] path, double penalty) {
    int i = 0;
    while (path[i] != penalty) {
      i++;
    }
    return i;
  }

  /** Lassos over some rows. */
  private final class Part {
    private final Gram own;
    private final double rows;
    private final CoordinateDescent descent;

    /** \( s_j \) of each column. */
    private final double[] scale = new double[width];

    Part(Gram own) {
      this.own = own;
      this.rows = own.get(own.width() - 1, own.width() - 1);
      this.descent = CoordinateDescent.of(own, width);
      double corner = own.get(0, 0);
      for (int j = 1; j < width && corner > 0; j++) {
        double about = own.get(j, j) - own.get(j, 0) * own.get(j, 0) / corner;
        scale[j] = about > 1e-12 * own.get(j, j) ? Math.sqrt(about / rows) : 0;
      }
    }

    /** The penalty of each column; a blocked one may not be used. */
    private CoordinateDescent.Penalty penalty(double lambda, double unit, int blocked) {
      double[] absolute = new double[width];
      for (int j = 1; j < width; j++) {
        absolute[j] = j == blocked ? Double.POSITIVE_INFINITY : lambda * rows * unit * scale[j];
      }
      return new CoordinateDescent.Penalty(absolute, new double[width]);
    }

    /** Coefficients at each penalty down to {@code last}, each sought from the one before. */
    double[][] fit(double[] path, double last) {
      double[][] fits = new double[path.length][];
      double[] right = column(width);
      double[] start = new double[width];
      for (int i = 0; i < path.length && path[i] >= last; i++) {
        CoordinateDescent.Solution found = descent.solve(right, penalty(path[i], 1, -1), start);
        converged &= found.converged();
        start = found.coefficients();
        fits[i] = start;
      }
      return fits;
    }

    private double[] column(int j) {
      double[] right = new double[width];
      Arrays.setAll(right, i -> own.get(i, j));
      return right;
    }

    /** The coefficients of column j on the others; that of j itself is 0. */
    double[] nodewise(int j) {
      double lambda = NODEWISE * Math.sqrt(2 * Math.log(Math.max(2, width)) / count);
      CoordinateDescent.Solution found =
          descent.solve(column(j), penalty(lambda, scale[j], j), new double[width]);
      converged &= found.converged();
      return found.coefficients();
    }
  }

  private double[] theta(Part all) {
    double[] result = new double[width * width];
    result[0] = rows / gram.get(0, 0);
    for (int j = 1; j < width; j++) {
      if (all.scale[j] == 0) {
        continue;
      }
      double[] gamma = all.nodewise(j);
      double left = gram.get(j, j);
      for (int k = 0; k < width; k++) {
        left -= gamma[k] * gram.get(j, k);
      }
      for (int k = 0; k < width; k++) {
        result[j * width + k] = (k == j ? 1 : -gamma[k]) * rows / left;
      }
      double mean = gram.get(0, j) / gram.get(0, 0);
      for (int k = 0; k < width; k++) {
        result[k] -= mean * result[j * width + k];
      }
    }
    return result;
  }

  private double[] debias() {
    double[] along = new double[width];
    for (int i = 0; i < width; i++) {
      along[i] = gram.get(i, width);
      for (int j = 0; j < width; j++) {
        along[i] -= gram.get(i, j) * lasso[j];
      }
    }
    double[] b = lasso.clone();
    for (int i = 0; i < width; i++) {
      for (int k = 0; k < width; k++) {
        b[i] += theta[i * width + k] * along[k] / rows;
      }
    }
    return b;
  }

  /** The lasso's coefficients, those that the penalty drops exactly 0. */
  public double[] lasso() {
    return lasso.clone();
  }

  /** The debiased coefficients. */
  public double[] coefficients() {
    return debiased.clone();
  }

  /** The lasso's coefficients without each fold. */
  public double[][] withoutFold() {
    return Arrays.stream(withoutFold).map(double[]::clone).toArray(double[][]::new);
  }

  /** \( \Theta / N \), row by row: how the coefficients move with \( Z^\top u \). */
  public double[] pull() {
    return Arrays.stream(theta).map(v -> v / rows).toArray();
  }

  /** The penalty chosen. */
  public double penalty() {
    return penalty;
  }

  /** How many columns but the first the lasso kept. */
  public int kept() {
    return (int) Arrays.stream(lasso).skip(1).filter(b -> b != 0).count();
  }

  /** Whether every lasso reached its minimum. */
  public boolean converged() {
    return converged;
  }

  /**
   * The covariance of the coefficients, \( \Theta M \Theta^\top / N^2 \), row by row.
   *
   * @param meat M, the covariance of \( Z^\top \epsilon \)
   */
  public double[] covariance(Gram meat) {
    double[] a = pull();
    double[] half = new double[width * width];
    for (int i = 0; i < width; i++) {
      for (int k = 0; k < width; k++) {
        double w = a[i * width + k];
        for (int j = 0; j < width && w != 0; j++) {
          half[i * width + j] += w * meat.get(k, j);
        }
      }
    }
    double[] result = new double[width * width];
    for (int i = 0; i < width; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int k = 0; k < width; k++) {
          sum += half[i * width + k] * a[j * width + k];
        }
        result[i * width + j] = sum;
        result[j * width + i] = sum;
      }
    }
    return result;
  }

  /**
   * The inverse \( (Z_S^\top Z_S)^+ \) of the columns S that the lasso kept, 0 elsewhere: what
   * leverage is told by.
   */
  public PseudoInverse keptInverse() {
    Gram kept = new Gram(width);
    for (int i = 0; i < width; i++) {
      for (int j = 0; j <= i; j++) {
        boolean both = (i == 0 || lasso[i] != 0) && (j == 0 || lasso[j] != 0);
        kept.set(i, j, both ? gram.get(i, j) : 0);
      }
    }
    return PseudoInverse.of(kept, width);
  }
}
