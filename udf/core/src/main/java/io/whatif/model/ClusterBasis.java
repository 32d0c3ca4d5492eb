/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.util.Arrays;
import java.util.List;

/**
 * How near a row is to each of some cluster centres: with \( z = P \phi(x) \) its place among them
 * and \( d_c = \|z - \mu_c\| \), \( \psi_c(x) = \frac{1/d_c}{\sum_k 1/d_k} \). The scores are
 * positive and sum to 1; a row at a centre has 1 for it and 0 for the others.
 *
 * <p>Source: "Double Machine Learning at Scale to Predict Causal Impact of Customer Actions", sec.
 * 3.3.
 *
 * @param terms \( \phi \), numbers and categories about their means
 * @param projection \( P \), a row for each coordinate: loadings over standard deviations
 * @param centres \( \mu \), a row for each cluster
 */
public record ClusterBasis(List<Term> terms, double[][] projection, double[][] centres) {
  public ClusterBasis {
    terms = List.copyOf(terms);
    for (double[] row : projection) {
      if (row.length != terms.size()) {
        throw new IllegalArgumentException(
            "%d terms, a projection of %d".formatted(terms.size(), row.length));
      }
    }
    for (double[] centre : centres) {
      if (centre.length != projection.length) {
        throw new IllegalArgumentException(
            "%d coordinates, a centre of %d".formatted(projection.length, centre.length));
      }
    }
    if (centres.length == 0) {
      throw new IllegalArgumentException("no centre");
    }
  }

  /** How many clusters. */
  public int width() {
    return centres.length;
  }

  /** The coordinates z of each row, one array for each; NaN where a feature is NULL. */
  public double[][] coordinates(double[][] columns, int rows) {
    double[][] coordinates = new double[projection.length][rows];
    double[] value = new double[rows];
    for (int t = 0; t < terms.size(); t++) {
      terms.get(t).fill(columns, rows, value);
      for (int m = 0; m < projection.length; m++) {
        double weight = projection[m][t];
        double[] into = coordinates[m];
        for (int i = 0; i < rows; i++) {
          into[i] += weight * value[i];
        }
      }
    }
    return coordinates;
  }

  /** The distance from the nearest centre at each row; NaN where a feature is NULL. */
  public void nearest(double[][] columns, int rows, double[] into) {
    double[][] distances = distances(columns, rows);
    System.arraycopy(distances[0], 0, into, 0, rows);
    for (double[] distance : distances) {
      for (int i = 0; i < rows; i++) {
        into[i] = Math.min(into[i], distance[i]);
      }
    }
  }

  private double[][] distances(double[][] columns, int rows) {
    double[][] coordinates = coordinates(columns, rows);
    double[][] distances = new double[centres.length][rows];
    for (int c = 0; c < centres.length; c++) {
      double[] distance = distances[c];
      for (int m = 0; m < coordinates.length; m++) {
        double centre = centres[c][m];
        double[] place = coordinates[m];
        for (int i = 0; i < rows; i++) {
          distance[i] += (place[i] - centre) * (place[i] - centre);
        }
      }
      for (int i = 0; i < rows; i++) {
        distance[i] = Math.sqrt(distance[i]);
      }
    }
    return distances;
  }

  /** The scores of each row, one array for each cluster; NaN where a feature is NULL. */
  public double[][] scores(double[][] columns, int rows) {
    double[][] scores = distances(columns, rows);
    double[] least = new double[rows];
    double[] sum = new double[rows];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    for (double[] distance : scores) {
      for (int i = 0; i < rows; i++) {
        least[i] = Math.min(least[i], distance[i]);
      }
    }
    // 1/d in units of the nearest centre's, so that no distance is too small
    for (double[] score : scores) {
      for (int i = 0; i < rows; i++) {
        score[i] = least[i] == 0 ? atCentre(score[i], sum[i]) : least[i] / score[i];
        sum[i] += score[i];
      }
    }
    for (double[] score : scores) {
      for (int i = 0; i < rows; i++) {
        score[i] /= sum[i];
      }
    }
    return scores;
  }

  /** 1 for the first centre that a row lies at. */
  private static double atCentre(double distance, double before) {
    return distance == 0 && before == 0 ? 1 : 0;
  }
}
