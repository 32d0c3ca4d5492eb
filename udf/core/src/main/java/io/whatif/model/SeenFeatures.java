/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.util.List;
import java.util.Map;

/**
 * What a model has seen of its features.
 *
 * @param features the features
 * @param nullable places of those whose NULL it knows
 * @param range the fitted data's range of each numeric feature, by name
 */
record SeenFeatures(List<Feature> features, List<Integer> nullable, Map<String, double[]> range) {

  /** NULL where it is not known, and a category that was not there at the fit, become NaN. */
  void blank(double[][] columns, int rows, double[] into) {
    for (int f = 0; f < features.size(); f++) {
      boolean known = nullable.contains(f);
      int categories = features.get(f).categories().size();
      double[] column = columns[f];
      for (int i = 0; i < rows; i++) {
        boolean unknown =
            Double.isNaN(column[i]) ? !known : categories > 0 && column[i] >= categories;
        if (unknown) {
          into[i] = Double.NaN;
        }
      }
    }
  }

  /** 1 where the row lies within the data of the fit, else 0; NaN for a NULL that is not known. */
  void support(double[][] columns, int rows, double[] into) {
    java.util.Arrays.fill(into, 0, rows, 1);
    for (int f = 0; f < features.size(); f++) {
      Feature feature = features.get(f);
      double[] seen = range.get(feature.name());
      double low = seen == null ? Double.NEGATIVE_INFINITY : seen[0];
      double high = seen == null ? Double.POSITIVE_INFINITY : seen[1];
      if (feature.isCategorical()) {
        high = feature.categories().size() - 1;
      }
      boolean known = nullable.contains(f);
      for (int i = 0; i < rows; i++) {
        double value = columns[f][i];
        if (Double.isNaN(value)) {
          into[i] = known ? into[i] : Double.NaN;
        } else if (!Double.isNaN(into[i]) && (value < low || value > high)) {
          into[i] = 0;
        }
      }
    }
  }
}
