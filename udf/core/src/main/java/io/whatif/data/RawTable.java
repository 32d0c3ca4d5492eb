/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A relation as it was read: every column a double, in the order rows happened to arrive. Texts are
 * codes into a dictionary of their column, in the order they were first seen.
 *
 * @param columns the relation's columns that were read, in its order
 * @param tiles their values, one tile column for each
 * @param rows how many rows there are
 * @param dictionaries for each column the text of each code; empty if no column holds texts
 * @param rowPositions for row-wise functions, the tile column that holds each row's 1-based number
 *     in the relation, else -1; it is the one after those of {@code columns}
 * @param idKey the first of the tile columns, behind all others, that say what the id's own column
 *     leaves open, as {@link RawColumn#idColumns} tells; or -1 if ids are read from their own
 *     column alone
 * @param allNames the names of all columns of the relation, those that were not read among them
 */
public record RawTable(
    List<RawColumn> columns,
    Tiles tiles,
    long rows,
    List<List<String>> dictionaries,
    int rowPositions,
    int idKey,
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
  public record RawColumn(String name, String sqlType, Kind kind) {
    private static final String DECIMAL = "DECIMAL(";

    private static final Set<String> WHOLE =
        Set.of(
            "TINYINT",
            "SMALLINT",
            "INTEGER",
            "BIGINT",
            "UTINYINT",
            "USMALLINT",
            "UINTEGER",
            "UBIGINT");

    private static final Set<String> LONG = Set.of("BIGINT", "UBIGINT");

    /** Whether values are whole numbers of up to 64 bits. */
    public boolean isWhole() {
      return WHOLE.contains(sqlType);
    }

    /**
     * How many columns tell of an id of this type what its double leaves open: none of it is known
     * by that alone; one with the last bits ({@link WholeBits}) of a whole number of 64 bits; two
     * with the halves of a hash of its text, of 32 bits each, for all other types.
     */
    public int idColumns() {
      if (LONG.contains(sqlType)) {
        return 1;
      }
      return isWhole() || isFloating() ? 0 : 2;
    }

    /**
     * Whether a double tells all values of this type apart and can be written as one of them: not
     * those of more than 15 digits, nor moments, which are read as days. Whole numbers of 64 bits
     * have their last bits.
     */
    public boolean isExact() {
      int comma = sqlType.indexOf(',');
      if (sqlType.startsWith(DECIMAL) && comma > 0) {
        return Integer.parseInt(sqlType.substring(DECIMAL.length(), comma).trim()) <= 15;
      }
      return kind == Kind.TEXT
          || isWhole()
          || isFloating()
          || sqlType.equals("BOOLEAN")
          || sqlType.equals("DATE");
    }

    /** Whether values are numbers with a fraction. */
    public boolean isFloating() {
      return sqlType.equals("DOUBLE") || sqlType.equals("FLOAT");
    }
  }

  public RawTable {
    columns = List.copyOf(columns);
    dictionaries = List.copyOf(dictionaries);
    allNames = List.copyOf(allNames);
  }

  /** A relation of which every column was read. */
  public RawTable(
      List<RawColumn> columns,
      Tiles tiles,
      long rows,
      List<List<String>> dictionaries,
      int rowPositions) {
    this(
        columns,
        tiles,
        rows,
        dictionaries,
        rowPositions,
        -1,
        columns.stream().map(RawColumn::name).toList());
  }

  /** The text of each code of a column. */
  public List<String> dictionary(int column) {
    return dictionaries.isEmpty() ? List.of() : dictionaries.get(column);
  }

  /** Whether ids of a column are told apart by a hash, which {@link #idKey} has. */
  public boolean hashesIds(int id) {
    return idKey >= 0 && columns.get(id).idColumns() == 2;
  }

  /** How many tile columns are in use, one after the other. */
  public int width() {
    return idKey >= 0 ? tiles.columns() : Math.max(columns.size(), rowPositions + 1);
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

  /** The same for a reader that must leave the tiles open. */
  public RawTable lent() {
    return new RawTable(
        columns, new LentTiles(tiles), rows, dictionaries, rowPositions, idKey, allNames);
  }
}
