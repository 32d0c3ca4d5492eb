/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.copy;

import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Cuts what is copied in into rows and fields. Pieces may end anywhere. */
public final class RowReader {
  private final CopyFormat format;
  private final Consumer<List<@Nullable String>> rows;
  private final StringBuilder field = new StringBuilder();
  private List<@Nullable String> row = new ArrayList<>();
  private boolean quoted;
  private boolean inQuotes;
  private boolean escaped;
  private boolean afterReturn;
  private boolean ended;

  /** Hands each row on; a field that is NULL is null. */
  public RowReader(CopyFormat format, Consumer<List<@Nullable String>> rows) {
    this.format = format;
    this.rows = rows;
  }

  /** Reads a piece. */
  public void read(CharSequence piece) {
    for (int i = 0; i < piece.length() && !ended; i++) {
      if (format.csv()) {
        csv(piece.charAt(i));
      } else {
        text(piece.charAt(i));
      }
    }
  }

  /** The end: a last line need not be ended. */
  public void end() {
    if (escaped && format.csv()) {
      escaped = false;
      inQuotes = false;
    }
    if (!ended && (field.length() > 0 || quoted || !row.isEmpty())) {
      endRow();
    }
  }

  /** Whether a quoted field was not closed. */
  public boolean isOpen() {
    return inQuotes;
  }

  private void text(char c) {
    if (escaped) {
      escaped = false;
      field.append(c);
    } else if (c == '\\') { // What it means is found when the field has ended.
      escaped = true;
      field.append(c);
    } else if (c == format.delimiter()) {
      endField();
    } else if (c == '\n') {
      if (!afterReturn || field.length() > 0 || !row.isEmpty()) {
        endRow();
      }
    } else if (c == '\r') {
      endRow();
    } else {
      field.append(c);
    }
    afterReturn = c == '\r' && !escaped;
  }

  private void csv(char c) {
    if (escaped) {
      escaped = false;
      if (c == format.quote() || c == format.escape()) {
        field.append(c);
        return;
      }
      if (format.escape() == format.quote()) {
        inQuotes = false;
      } else {
        field.append(format.escape());
      }
    }
    if (inQuotes) {
      if (c == format.escape()) {
        escaped = true;
      } else if (c == format.quote()) {
        inQuotes = false;
      } else {
        field.append(c);
      }
    } else if (c == format.quote()) {
      inQuotes = true;
      quoted = true;
    } else if (c == format.delimiter()) {
      endField();
    } else if (c == '\n' || c == '\r') {
      if (c == '\r' || !afterReturn || field.length() > 0 || !row.isEmpty()) {
        endRow();
      }
    } else {
      field.append(c);
    }
    afterReturn = c == '\r';
  }

  private void endField() {
    String value = field.toString();
    field.setLength(0);
    boolean isNull = !quoted && value.equals(format.nullText());
    row.add(isNull ? null : format.csv() ? value : unescape(value));
    quoted = false;
  }

  private void endRow() {
    if (row.isEmpty() && !quoted && field.toString().equals("\\.")) {
      ended = true;
      field.setLength(0);
      return;
    }
    endField();
    List<@Nullable String> complete = row;
    row = new ArrayList<>(complete.size());
    rows.accept(complete);
  }

  private static String unescape(String field) {
    if (field.indexOf('\\') < 0) {
      return field;
    }
    StringBuilder value = new StringBuilder();
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c != '\\' || i + 1 == field.length()) {
        value.append(c);
        continue;
      }
      char next = field.charAt(++i);
      switch (next) {
        case 'b' -> value.append('\b');
        case 'f' -> value.append('\f');
        case 'n' -> value.append('\n');
        case 'r' -> value.append('\r');
        case 't' -> value.append('\t');
        case 'v' -> value.append('\u000b');
        case 'x', '0', '1', '2', '3', '4', '5', '6', '7' -> i = bytes(field, i, value);
        default -> value.append(next);
      }
    }
    return value.toString();
  }

  /**
   * Appends the text of bytes that are written {@code \101} or {@code \x41}, one after the other.
   *
   * @param at the first character after the backslash
   * @return the last that belongs to them
   */
  private static int bytes(String field, int at, StringBuilder value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int last = at;
    int next = at;
    while (true) {
      boolean hex = next < field.length() && field.charAt(next) == 'x';
      int radix = hex ? 16 : 8;
      int start = hex ? next + 1 : next;
      int end = start;
      int most = start + (hex ? 2 : 3);
      while (end < Math.min(most, field.length())
          && Character.digit(field.charAt(end), radix) >= 0) {
        end++;
      }
      if (end == start) {
        break;
      }
      bytes.write(Integer.parseInt(field, start, end, radix));
      last = end - 1;
      if (end >= field.length() || field.charAt(end) != '\\') {
        break;
      }
      next = end + 1;
    }
    if (bytes.size() == 0) { // An x without digits is one.
      value.append('x');
      return at;
    }
    try {
      value.append(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())));
    } catch (CharacterCodingException e) {
      throw new UncheckedIOException(e);
    }
    return last;
  }
}
