/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.util.List;

/**
 * A feature a model scores by.
 *
 * @param name the column's name at the fit
 * @param sqlType the column's type at the fit
 * @param categories the sorted categories of a text feature, empty for a number; a text is passed
 *     to the model as its place in this list, one that is not in it as {@code categories.size()}
 */
public record Feature(String name, String sqlType, List<String> categories) {
  public Feature {
    categories = List.copyOf(categories);
  }

  public boolean isCategorical() {
    return !categories.isEmpty();
  }

  /** Makes NaN of what is known of rows with a category that was not there at the fit. */
  static void blankUnseen(List<Feature> features, double[][] columns, int rows, double[] into) {
    for (int f = 0; f < features.size(); f++) {
      int known = features.get(f).categories().size();
      for (int i = 0; i < rows && known > 0; i++) {
        if (columns[f][i] >= known) {
          into[i] = Double.NaN;
        }
      }
    }
  }
}
