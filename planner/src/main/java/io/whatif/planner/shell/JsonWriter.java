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
 * Writes a result as one JSON array on one line. Numbers read back to the same bits; NaN and the
 * infinities, which JSON does not have, are the strings "NaN", "Infinity" and "-Infinity".
 */
final class JsonWriter {
  private final PrintStream out;

  JsonWriter(PrintStream out) {
    this.out = out;
  }

  void write(ResultSet rows) throws SQLException {
    List<String> labels = Cells.labels(rows.getMetaData());
    boolean[] timestamps = Cells.timestamps(rows.getMetaData());
    StringBuilder line = new StringBuilder("[");
    boolean first = true;
    while (rows.next()) {
      line.append(first ? "{" : ",{");
      first = false;
      for (int i = 0; i < labels.size(); i++) {
        line.append(i == 0 ? "" : ",");
        string(labels.get(i), line);
        line.append(':');
        value(Cells.read(rows, i + 1, timestamps), line);
      }
      line.append('}');
      out.print(line);
      line.setLength(0);
    }
    out.println(line.append(']'));
  }

  /** The JSON text of a value as {@link Cells} gives it. */
  static void value(@Nullable Object value, StringBuilder out) {
    if (value instanceof List<?> list) {
      String comma = "";
      out.append('[');
      for (Object item : list) {
        out.append(comma);
        value(item, out);
        comma = ",";
      }
      out.append(']');
    } else if (value instanceof Map<?, ?> map) {
      String comma = "";
      out.append('{');
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(comma);
        string(String.valueOf(entry.getKey()), out);
        out.append(':');
        value(entry.getValue(), out);
        comma = ",";
      }
      out.append('}');
    } else if (value instanceof Double number && !Double.isFinite(number)) {
      string(number.toString(), out);
    } else if (value instanceof Float number && !Float.isFinite(number)) {
      string(number.toString(), out);
    } else if (value instanceof BigDecimal number) {
      out.append(number.toPlainString());
    } else if (value == null || value instanceof Number || value instanceof Boolean) {
      out.append(value);
    } else {
      string(value.toString(), out);
    }
  }

  private static void string(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
