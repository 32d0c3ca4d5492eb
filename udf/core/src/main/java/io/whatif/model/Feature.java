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
}
