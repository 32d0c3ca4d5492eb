/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A relation as it was read: every column a double, in the order rows happened to arrive. Texts are
 * codes into one dictionary shared by all columns, in the order they were first seen.
 *
 * @param columns the relation's columns that were read, in its order
 * @param tiles their values, one tile column for each
 * @param rows how many rows there are
 * @param dictionary text of each code
 * @param rowPositions for row-wise functions, the tile column that holds each row's 1-based number
 *     in the relation, else -1; it is the one after those of {@code columns}
 * @param allNames the names of all columns of the relation, those that were not read among them
 */
public record RawTable(
    List<RawColumn> columns,
    Tiles tiles,
    long rows,
    List<String> dictionary,
    int rowPositions,
    List<String> allNames) {

  /** The code of a text that did not fit the dictionary any more. */
  public static final double OVERFLOW = -1;

  /** How a column's values were read. */
  public enum Kind {
    NUMBER,
    TEXT,
    /** A type that has no number, such as LIST; all values are NaN. */
    UNUSABLE
  }

  /** A column of the relation. */
  public record RawColumn(String name, String sqlType, Kind kind) {}

  public RawTable {
    columns = List.copyOf(columns);
    dictionary = List.copyOf(dictionary);
    allNames = List.copyOf(allNames);
  }

  /** A relation of which every column was read. */
  public RawTable(
      List<RawColumn> columns, Tiles tiles, long rows, List<String> dictionary, int rowPositions) {
    this(
        columns,
        tiles,
        rows,
        dictionary,
        rowPositions,
        columns.stream().map(RawColumn::name).toList());
  }

  /** The place of the column {@code name}, compared without case, or null. */
  public @Nullable Integer find(String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return null;
  }
}
