/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The columns of a dataset, in order. Names compare without case, as in SQL. */
public final class Schema {
  private final List<Column> columns;
  private final Map<String, Integer> byName = new HashMap<>();

  public Schema(List<Column> columns) {
    this.columns = List.copyOf(columns);
    for (int i = 0; i < columns.size(); i++) {
      byName.putIfAbsent(columns.get(i).name().toLowerCase(Locale.ROOT), i);
    }
  }

  public List<Column> columns() {
    return columns;
  }

  public int size() {
    return columns.size();
  }

  public Column column(int index) {
    return columns.get(index);
  }

  public Column column(String name) {
    return columns.get(indexOf(name));
  }

  public boolean contains(String name) {
    return byName.containsKey(name.toLowerCase(Locale.ROOT));
  }

  /** The place of the column {@code name}; it must exist. */
  public int indexOf(String name) {
    Integer index = byName.get(name.toLowerCase(Locale.ROOT));
    if (index == null) {
      throw new IllegalArgumentException("no column " + name);
    }
    return index;
  }
}
