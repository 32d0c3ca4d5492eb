/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.copy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes rows that are copied out. */
public final class RowWriter {
  private final CopyFormat format;

  public RowWriter(CopyFormat format) {
    this.format = format;
  }

  /** The line of a row; a field that is NULL is null. */
  public String line(List<@Nullable String> row) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      if (i > 0) {
        line.append(format.delimiter());
      }
      String field = row.get(i);
      if (field == null) {
        line.append(format.nullText());
      } else if (format.csv()) {
        csv(line, field, row.size() == 1);
      } else {
        text(line, field);
      }
    }
    return line.append('\n').toString();
  }

  private void csv(StringBuilder line, String field, boolean alone) {
    if (!needsQuotes(field) && !(alone && field.equals("\\."))) {
      line.append(field);
      return;
    }
    line.append(format.quote());
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == format.quote() || c == format.escape()) {
        line.append(format.escape());
      }
      line.append(c);
    }
    line.append(format.quote());
  }

  private boolean needsQuotes(String field) {
    if (field.equals(format.nullText())) {
      return true;
    }
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == format.delimiter() || c == format.quote() || c == '\n' || c == '\r') {
        return true;
      }
    }
    return false;
  }

  private void text(StringBuilder line, String field) {
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      switch (c) {
        case '\\' -> line.append("\\\\");
        case '\b' -> line.append("\\b");
        case '\f' -> line.append("\\f");
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        case '\u000b' -> line.append("\\v");
        default -> line.append(c == format.delimiter() ? "\\" : "").append(c);
      }
    }
  }
}
