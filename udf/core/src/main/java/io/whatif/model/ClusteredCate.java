/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * An effect that is linear in cluster scores, \( h(x) = \psi(x)^\top \beta \), with standard error
 * \( \sqrt{\psi(x)^\top V \psi(x)} \): equations 8 and 12 of the paper that {@link ClusterBasis}
 * names. A coefficient is the effect at the centre of its cluster.
 *
 * @param features what it takes
 * @param basis \( \psi \)
 * @param coefficients \( \beta \), one for each cluster
 * @param covariance \( V \), row by row
 * @param level of the intervals
 * @param range for support: the fitted data's range of each numeric feature, by name
 * @param maxDistance for support: the farthest from its nearest centre that a row may lie
 */
public record ClusteredCate(
    List<Feature> features,
    ClusterBasis basis,
    double[] coefficients,
    double[] covariance,
    double level,
    Map<String, double[]> range,
    double maxDistance)
    implements CateModel {

  public ClusteredCate {
    features = List.copyOf(features);
    int p = basis.width();
    if (coefficients.length != p || covariance.length != p * p) {
      throw new IllegalArgumentException(
          "%d clusters, %d coefficients, %d covariances"
              .formatted(p, coefficients.length, covariance.length));
    }
  }

  /** The same effect with another covariance. */
  public ClusteredCate with(double[] other) {
    return new ClusteredCate(features, basis, coefficients, other, level, range, maxDistance);
  }

  @Override
  public void effect(double[][] columns, int rows, double[] into) {
    Arrays.fill(into, 0, rows, 0);
    double[][] scores = basis.scores(columns, rows);
    for (int c = 0; c < scores.length; c++) {
      for (int i = 0; i < rows; i++) {
        into[i] += coefficients[c] * scores[c][i];
      }
    }
    Feature.blankUnseen(features, columns, rows, into);
  }

  @Override
  public void standardError(double[][] columns, int rows, double[] into) {
    Arrays.fill(into, 0, rows, 0);
    double[][] scores = basis.scores(columns, rows);
    int p = scores.length;
    double[] half = new double[rows];
    for (int c = 0; c < p; c++) {
      Arrays.fill(half, 0);
      for (int k = 0; k < p; k++) {
        double v = covariance[c * p + k];
        for (int i = 0; i < rows; i++) {
          half[i] += v * scores[k][i];
        }
      }
      for (int i = 0; i < rows; i++) {
        into[i] += scores[c][i] * half[i];
      }
    }
    for (int i = 0; i < rows; i++) {
      into[i] = Math.sqrt(Math.max(0, into[i]));
    }
    Feature.blankUnseen(features, columns, rows, into);
  }

  @Override
  public GradientSum gradients() {
    return new GradientSum.OfBasis(
        coefficients.length,
        covariance,
        (columns, rows, into) -> {
          double[][] scores = basis.scores(columns, rows);
          for (int c = 0; c < into.length; c++) {
            System.arraycopy(scores[c], 0, into[c], 0, rows);
          }
        });
  }

  @Override
  public void support(double[][] columns, int rows, double[] into) {
    basis.nearest(columns, rows, into);
    for (int i = 0; i < rows; i++) {
      if (!Double.isNaN(into[i])) {
        into[i] = into[i] <= maxDistance ? 1 : 0;
      }
    }
    for (int f = 0; f < features.size(); f++) {
      Feature feature = features.get(f);
      double[] seen = range.get(feature.name());
      double low = seen == null ? Double.NEGATIVE_INFINITY : seen[0];
      double high = seen == null ? Double.POSITIVE_INFINITY : seen[1];
      if (feature.isCategorical()) {
        high = feature.categories().size() - 1;
      }
      for (int i = 0; i < rows; i++) {
        if (!Double.isNaN(into[i]) && (columns[f][i] < low || columns[f][i] > high)) {
          into[i] = 0;
        }
      }
    }
  }
}
