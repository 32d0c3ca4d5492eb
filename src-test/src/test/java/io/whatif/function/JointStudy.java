/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Price and discount together: their rows, how they are asked, and the same by hand. */
final class JointStudy {
  static final int FOLDS = 5;

  private JointStudy() {}

  /**
   * y = (1 + .5 x0) price - 2 discount + x0 + x1 + noise.
   *
   * @param seed of the draw
   */
  static Relations relation(long seed, int n) {
    double[][] columns = new double[7][n];
    for (int i = 0; i < n; i++) {
      double x0 = Mix.normal(Mix.mix(seed, 1), i);
      double x1 = Mix.normal(Mix.mix(seed, 2), i);
      double price = .5 * x0 + Mix.normal(Mix.mix(seed, 3), i);
      double discount = .6 * price + .3 * x1 + Mix.normal(Mix.mix(seed, 4), i);
      double y = (1 + .5 * x0) * price - 2 * discount + x0 + x1 + Mix.normal(Mix.mix(seed, 5), i);
      double[] row = {x0, x1, price, discount, y, i % FOLDS, Math.floorDiv(i, 3)};
      for (int c = 0; c < row.length; c++) {
        columns[c][i] = row[c];
      }
    }
    String[] names = {"x0", "x1", "price", "discount", "y", "fold", "shop"};
    Relations relation = new Relations();
    for (int c = 0; c < names.length; c++) {
      relation.with(names[c], columns[c]);
    }
    return relation;
  }

  static Map<String, @Nullable Object> arguments(String... features) {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", List.of("price", "discount"));
    a.put("together", true);
    a.put("features", List.of(features));
    a.put("controls", List.of("x0", "x1"));
    a.put("outcome_learner", "ols");
    a.put("treatment_learner", "ols");
    a.put("reps", 1);
    return a;
  }

  static Map<String, @Nullable Object> row(
      List<Map<String, @Nullable Object>> rows, String treatment, String term) {
    return rows.stream()
        .filter(r -> treatment.equals(r.get("treatment")) && term.equals(r.get("term")))
        .findFirst()
        .orElseThrow();
  }

  /** Solves A x = b by elimination with pivots; A and b are lost. */
  static double[] solve(double[][] a, double[] b) {
    int p = b.length;
    for (int c = 0; c < p; c++) {
      int pivot = c;
      for (int r = c; r < p; r++) {
        pivot = Math.abs(a[r][c]) > Math.abs(a[pivot][c]) ? r : pivot;
      }
      double[] row = a[c];
      a[c] = a[pivot];
      a[pivot] = row;
      double value = b[c];
      b[c] = b[pivot];
      b[pivot] = value;
      for (int r = 0; r < p; r++) {
        double factor = r == c ? 0 : a[r][c] / a[c][c];
        for (int k = 0; k < p && factor != 0; k++) {
          a[r][k] -= factor * a[c][k];
        }
        b[r] -= factor * b[c];
      }
    }
    double[] x = new double[p];
    Arrays.setAll(x, c -> b[c] / a[c][c]);
    return x;
  }

  static double[][] products(double[][] x, double[] weight) {
    double[][] g = new double[x[0].length][x[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int s = 0; s < g.length; s++) {
        for (int t = 0; t < g.length; t++) {
          g[s][t] += weight[i] * x[i][s] * x[i][t];
        }
      }
    }
    return g;
  }

  static double[] least(double[][] x, double[] y, double[] weight) {
    double[] right = new double[x[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int s = 0; s < right.length; s++) {
        right[s] += weight[i] * x[i][s] * y[i];
      }
    }
    return solve(products(x, weight), right);
  }

  /** What is left of y after least squares on x, each fold predicted from the others. */
  static double[] residual(double[][] x, double[] y, double[] fold) {
    double[] left = new double[y.length];
    for (int k = 0; k < FOLDS; k++) {
      double[] others = new double[y.length];
      for (int i = 0; i < others.length; i++) {
        others[i] = fold[i] == k ? 0 : 1;
      }
      double[] b = least(x, y, others);
      for (int i = 0; i < y.length; i++) {
        left[i] = fold[i] == k ? y[i] - times(x[i], b) : left[i];
      }
    }
    return left;
  }

  static double times(double[] x, double[] b) {
    double sum = 0;
    for (int s = 0; s < b.length; s++) {
      sum += x[s] * b[s];
    }
    return sum;
  }

  /** Coefficients and their errors: HC0, HC3, or by clusters where there are any. */
  static double[][] expected(double[][] z, double[] u, String cov, double @Nullable [] cluster) {
    int p = z[0].length;
    double[] ones = new double[u.length];
    Arrays.fill(ones, 1);
    double[] beta = least(z, u, ones);
    double[][] bread = new double[p][];
    for (int s = 0; s < p; s++) {
      double[] unit = new double[p];
      unit[s] = 1;
      bread[s] = solve(products(z, ones), unit);
    }
    Map<Double, double[]> sums = new HashMap<>();
    for (int i = 0; i < u.length; i++) {
      double h = 0;
      for (int s = 0; s < p; s++) {
        h += z[i][s] * times(z[i], bread[s]);
      }
      double r = (u[i] - times(z[i], beta)) / (cov.equals("HC3") ? 1 - h : 1);
      double[] sum = sums.computeIfAbsent(cluster == null ? i : cluster[i], none -> new double[p]);
      for (int s = 0; s < p; s++) {
        sum[s] += z[i][s] * r;
      }
    }
    double factor = cluster == null ? 1 : sums.size() / (sums.size() - 1.0);
    double[] error = new double[p];
    for (double[] sum : sums.values()) {
      for (int s = 0; s < p; s++) {
        double pull = times(sum, bread[s]);
        error[s] += factor * pull * pull;
      }
    }
    Arrays.setAll(error, s -> Math.sqrt(error[s]));
    return new double[][] {beta, error};
  }
}
