/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a result as RFC 4180 has it: a header, CRLF, quotes where needed. NULL is an empty field,
 * an empty text is {@code ""}; lists and structs are JSON.
 */
final class CsvWriter {
  private static final String END = "\r\n";
  private final PrintStream out;

  CsvWriter(PrintStream out) {
    this.out = out;
  }

  void write(ResultSet rows) throws SQLException {
    List<String> labels = Cells.labels(rows.getMetaData());
    boolean[] timestamps = Cells.timestamps(rows.getMetaData());
    StringBuilder line = new StringBuilder();
    for (String label : labels) {
      line.append(line.length() == 0 ? "" : ",").append(quoted(label));
    }
    out.print(line.append(END));
    while (rows.next()) {
      line.setLength(0);
      for (int i = 1; i <= labels.size(); i++) {
        line.append(i == 1 ? "" : ",").append(field(Cells.read(rows, i, timestamps)));
      }
      out.print(line.append(END));
    }
  }

  private static String field(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    if (value instanceof BigDecimal number) {
      return number.toPlainString();
    }
    if (value instanceof List || value instanceof Map) {
      StringBuilder json = new StringBuilder();
      JsonWriter.value(value, json);
      return quoted(json.toString());
    }
    return quoted(value.toString());
  }

  private static String quoted(String text) {
    boolean plain =
        !text.isEmpty()
            && text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : "\"" + text.replace("\"", "\"\"") + "\"";
  }
}
