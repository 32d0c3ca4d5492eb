/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.List;

/**
 * A column of a {@link Schema}: a number, or a category coded by its place in a sorted dictionary.
 * In memory both are doubles; NaN is NULL.
 */
public sealed interface Column {
  String name();

  /** The type as SQL names it, for messages and provenance. */
  String sqlType();

  /**
   * Numbers, booleans (0 and 1) and dates (days since 1970-01-01, with the fraction of the day).
   */
  record Numeric(String name, String sqlType) implements Column {}

  /** Strings and enums: the value is an index into {@code categories}, sorted by code point. */
  record Categorical(String name, String sqlType, List<String> categories) implements Column {
    public Categorical {
      categories = List.copyOf(categories);
    }
  }
}
