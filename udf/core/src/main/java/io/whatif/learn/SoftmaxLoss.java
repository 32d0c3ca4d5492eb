/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.math.Gram;
import java.util.Arrays;

/**
 * The loss of a target that is one of the codes 0, ..., classes - 1, with a vector of coefficients
 * for each class, one behind the other: \( \ell = \sum_i w_i (\log \sum_k e^{f_{ik}} - f_{i y_i})
 * \), \( g_k = \sum_i w_i (p_{ik} - 1\{y_i = k\}) z_i \), \( H_{kl} = \sum_i w_i p_{ik}
 * (\delta_{kl} - p_{il}) z_i z_i^\top \), with \( f_{ik} = z_i^\top b_k \) and \( p_{ik} =
 * e^{f_{ik}} / \sum_l e^{f_{il}} \).
 *
 * <p>The same number added to a column's coefficient of every class changes no chance, and the
 * Hessian is singular in these directions. Here it has curvature added in them: gradients have no
 * part in them where coefficients of a column sum to 0, so Newton steps are the same, and keep that
 * sum, which is the penalised optimum's.
 */
record SoftmaxLoss(int classes) implements LogisticLoss {
  @Override
  public int coefficients(int width) {
    return classes * width;
  }

  @Override
  public int products() {
    return classes * (classes + 1) / 2;
  }

  @Override
  public int scratch() {
    return classes + 1;
  }

  /** Of arms there are few fits, and one scan more leaves a gradient of 1e-10. */
  @Override
  public double precision() {
    return 1e-13;
  }

  @Override
  public void add(Rows rows, double[] b, double[][] scratch, LogisticSums into) {
    int width = b.length / classes;
    int n = rows.count();
    for (int k = 0; k < classes; k++) {
      double[] own = Arrays.copyOfRange(b, k * width, (k + 1) * width);
      rows.block().dot(n, own, scratch[k]);
    }
    chances(rows, scratch, into);
    if (into.wanted() == LogisticSums.Wanted.LOSS) {
      return;
    }
    double[] by = scratch[classes];
    double[] gradient = new double[width];
    for (int k = 0; k < classes; k++) {
      for (int r = 0; r < n; r++) {
        double p = scratch[k][r];
        by[r] = rows.weights()[r] * (rows.y()[r] == k ? p - 1 : p);
      }
      Arrays.fill(gradient, 0);
      rows.block().addRows(n, by, gradient);
      for (int j = 0; j < width; j++) {
        into.gradient()[k * width + j] += gradient[j];
      }
    }
    if (into.wanted().hessian()) {
      addProducts(rows, scratch, into);
    }
  }

  /** Turns predictors into chances. */
  private void chances(Rows rows, double[][] scratch, LogisticSums into) {
    double[] y = rows.y();
    for (int r = 0; r < rows.count(); r++) {
      double most = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < classes; k++) {
        most = Math.max(most, scratch[k][r]);
      }
      double own = scratch[(int) y[r]][r] - most;
      double sum = 0;
      for (int k = 0; k < classes; k++) {
        scratch[k][r] = Math.exp(scratch[k][r] - most);
        sum += scratch[k][r];
      }
      for (int k = 0; k < classes; k++) {
        scratch[k][r] /= sum;
      }
      if (into.wanted().loss()) {
        double weight = rows.weights()[r];
        into.addLoss(weight * (Math.log(sum) - own), weight);
      }
    }
  }

  private void addProducts(Rows rows, double[][] chances, LogisticSums into) {
    double[] by = chances[classes];
    int at = 0;
    for (int k = 0; k < classes; k++) {
      for (int l = 0; l <= k; l++) {
        for (int r = 0; r < rows.count(); r++) {
          double p = chances[k][r];
          by[r] = rows.weights()[r] * (k == l ? p * (1 - p) : -p * chances[l][r]);
        }
        rows.block().addProducts(rows.count(), by, into.products()[at++]);
      }
    }
  }

  @Override
  public Gram hessian(Gram[] products, int width) {
    Gram all = new Gram(classes * width);
    double[] curvature = new double[width];
    for (int k = 0; k < classes; k++) {
      for (int l = 0; l <= k; l++) {
        Gram part = products[k * (k + 1) / 2 + l];
        for (int i = 0; i < width; i++) {
          for (int j = 0; j < width; j++) {
            all.set(k * width + i, l * width + j, part.get(i, j));
          }
          curvature[i] += k == l ? part.get(i, i) / (classes * classes) : 0;
        }
      }
    }
    for (int k = 0; k < classes; k++) {
      for (int l = 0; l <= k; l++) {
        for (int j = 0; j < width; j++) {
          int row = k * width + j;
          int column = l * width + j;
          all.set(row, column, all.get(row, column) + curvature[j]);
        }
      }
    }
    return all;
  }
}
