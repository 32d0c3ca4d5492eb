/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import java.io.PrintStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;

/** How the rows of a statement are written. */
enum Format {
  /** Aligned columns for people; numbers are rounded. */
  TABLE {
    @Override
    void write(ResultSet rows, PrintStream out, int number) throws SQLException {
      if (number > 0) {
        out.println();
      }
      new TableWriter(out).write(rows);
    }
  },
  /** RFC 4180, results separated by an empty line. */
  CSV {
    @Override
    void write(ResultSet rows, PrintStream out, int number) throws SQLException {
      if (number > 0) {
        out.print("\r\n");
      }
      new CsvWriter(out).write(rows);
    }
  },
  /** One array of objects for each result, on one line. */
  JSON {
    @Override
    void write(ResultSet rows, PrintStream out, int number) throws SQLException {
      new JsonWriter(out).write(rows);
    }
  };

  /**
   * Writes all rows.
   *
   * @param number how many results were written before
   */
  abstract void write(ResultSet rows, PrintStream out, int number) throws SQLException;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
