/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a result for people: aligned columns, numbers to the right and rounded to six digits, long
 * texts wrapped. A result too wide for its lines, with few rows, is written a column a line. Lists
 * of structs, such as warnings, stand below the table. A text alone and plans stay as they are: a
 * break within a quoted word would change an expression, and any break a drawing.
 */
final class TableWriter {
  private static final List<String> PLAN = List.of("explain_key", "explain_value");
  private static final int WIDEST_CELL = 60;
  private static final int WIDEST_NOTE = 100;
  private static final int WIDEST_LINE = 140;
  private static final int FEW_ROWS = 3;
  private static final int DIGITS = 6;

  private final PrintStream out;

  TableWriter(PrintStream out) {
    this.out = out;
  }

  /** A cell: its lines, whether it is a number, and the items of a list of structs. */
  private record Cell(List<String> lines, boolean number, List<String> notes) {
    int width() {
      return lines.stream().mapToInt(String::length).max().orElse(0);
    }

    String text() {
      return String.join(" ", lines);
    }
  }

  void write(ResultSet result) throws SQLException {
    List<String> labels = Cells.labels(result.getMetaData());
    boolean[] timestamps = Cells.timestamps(result.getMetaData());
    boolean plan = labels.equals(PLAN);
    List<List<@Nullable Object>> values = new ArrayList<>();
    while (result.next()) {
      List<@Nullable Object> row = new ArrayList<>();
      for (int i = 1; i <= labels.size(); i++) {
        row.add(Cells.read(result, i, timestamps));
      }
      values.add(row);
    }
    if (plan) {
      sections(values);
    } else if (values.size() == 1 && labels.size() == 1 && values.get(0).get(0) instanceof String) {
      section(labels.get(0), String.valueOf(values.get(0).get(0)));
    } else {
      cells(labels, values.stream().map(TableWriter::cells).toList());
    }
  }

  private static List<Cell> cells(List<@Nullable Object> row) {
    List<Cell> cells = new ArrayList<>();
    row.forEach(value -> cells.add(cell(value)));
    return cells;
  }

  private void cells(List<String> labels, List<List<Cell>> rows) {
    int[] widths = widths(labels, rows);
    int total = Arrays.stream(widths).map(w -> w + 2).sum();
    if (total > WIDEST_LINE && rows.size() <= FEW_ROWS && !rows.isEmpty()) {
      records(labels, rows);
      return;
    }
    int below = -1;
    for (int i = 0; i < labels.size(); i++) {
      int column = i;
      if (rows.size() > 1 && rows.stream().anyMatch(row -> !row.get(column).notes().isEmpty())) {
        below = i;
      }
    }
    List<String> notes = below < 0 ? List.of() : notes(labels, rows, below);
    if (below >= 0) {
      labels.remove(below);
      for (List<Cell> row : rows) {
        row.remove(below);
      }
    }
    table(labels, rows, widths(labels, rows));
    notes.forEach(out::println);
  }

  private void sections(List<List<@Nullable Object>> rows) {
    for (int r = 0; r < rows.size(); r++) {
      if (r > 0) {
        out.println();
      }
      section(String.valueOf(rows.get(r).get(0)), String.valueOf(rows.get(r).get(1)));
    }
  }

  /** A heading and a text under it, as it is. */
  private void section(String heading, String text) {
    List<String> lines = text.stripTrailing().lines().toList();
    int width = lines.stream().mapToInt(String::length).max().orElse(0);
    out.println(heading);
    out.println("-".repeat(Math.max(heading.length(), Math.min(width, WIDEST_LINE))));
    lines.forEach(out::println);
  }

  /** The lists of structs of a column, each under what its row is of. */
  private static List<String> notes(List<String> labels, List<List<Cell>> rows, int column) {
    int keys = keys(rows, column);
    List<String> notes = new ArrayList<>();
    for (List<Cell> row : rows) {
      if (!row.get(column).notes().isEmpty()) {
        notes.add(labels.get(column) + of(labels, row.subList(0, keys)) + ":");
        for (String item : row.get(column).notes()) {
          List<String> lines = wrapped(item, WIDEST_NOTE);
          for (int i = 0; i < lines.size(); i++) {
            notes.add((i == 0 ? "  " : "    ") + lines.get(i));
          }
        }
      }
    }
    return notes;
  }

  /** How many of the first columns tell the rows with notes apart, at most those before them. */
  private static int keys(List<List<Cell>> rows, int column) {
    List<List<Cell>> noted = rows.stream().filter(r -> !r.get(column).notes().isEmpty()).toList();
    for (int keys = 1; keys < column; keys++) {
      int count = keys;
      if (noted.stream().map(row -> row.subList(0, count)).distinct().count() == noted.size()) {
        return keys;
      }
    }
    return Math.min(1, column);
  }

  private static String of(List<String> labels, List<Cell> keys) {
    if (keys.size() == 1 && !keys.get(0).number()) {
      return " of " + keys.get(0).text();
    }
    List<String> named = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      named.add(labels.get(i) + " " + keys.get(i).text());
    }
    return named.isEmpty() ? "" : " of " + String.join(", ", named);
  }

  private static int[] widths(List<String> labels, List<List<Cell>> rows) {
    int[] widths = labels.stream().mapToInt(String::length).toArray();
    for (List<Cell> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).width());
      }
    }
    return widths;
  }

  private void table(List<String> labels, List<List<Cell>> rows, int[] widths) {
    boolean[] right = new boolean[widths.length];
    for (List<Cell> row : rows) {
      for (int i = 0; i < right.length; i++) {
        right[i] |= row.get(i).number();
      }
    }
    StringBuilder head = new StringBuilder();
    StringBuilder rule = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String gap = i == 0 ? "" : "  ";
      head.append(gap).append(padded(labels.get(i), widths[i], right[i]));
      rule.append(gap).append("-".repeat(widths[i]));
    }
    out.println(head.toString().stripTrailing());
    out.println(rule);
    for (List<Cell> row : rows) {
      int height = row.stream().mapToInt(c -> c.lines().size()).max().orElse(1);
      for (int line = 0; line < height; line++) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
          List<String> lines = row.get(i).lines();
          text.append(i == 0 ? "" : "  ")
              .append(padded(line < lines.size() ? lines.get(line) : "", widths[i], right[i]));
        }
        out.println(text.toString().stripTrailing());
      }
    }
    if (rows.isEmpty()) {
      out.println("(no rows)");
    }
  }

  private void records(List<String> labels, List<List<Cell>> rows) {
    int width = labels.stream().mapToInt(String::length).max().orElse(0);
    for (int r = 0; r < rows.size(); r++) {
      if (r > 0) {
        out.println();
      }
      for (int i = 0; i < labels.size(); i++) {
        String label = labels.get(i);
        for (String line : rows.get(r).get(i).lines()) {
          out.println((padded(label, width, false) + "  " + line).stripTrailing());
          label = "";
        }
      }
    }
  }

  private static String padded(String text, int width, boolean right) {
    String space = " ".repeat(Math.max(0, width - text.length()));
    return right ? space + text : text + space;
  }

  private static Cell cell(@Nullable Object value) {
    if (value instanceof Number number) {
      return new Cell(List.of(number(number)), true, List.of());
    }
    if (value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Map) {
      List<String> items =
          list.stream().map(i -> i instanceof Map<?, ?> map ? struct(map) : text(i)).toList();
      return new Cell(
          items.stream().flatMap(item -> wrapped(item, WIDEST_CELL).stream()).toList(),
          false,
          items);
    }
    boolean empty = value instanceof List<?> list && list.isEmpty();
    return new Cell(empty ? List.of("") : wrapped(text(value), WIDEST_CELL), false, List.of());
  }

  /** A warning reads {@code code (severity): message}; another struct lists its fields. */
  private static String struct(Map<?, ?> map) {
    if (map.containsKey("code") && map.containsKey("message")) {
      Object severity = map.get("severity");
      return map.get("code")
          + (severity == null ? "" : " (" + severity + ")")
          + ": "
          + map.get("message");
    }
    List<String> fields = new ArrayList<>();
    map.forEach((name, value) -> fields.add(name + ": " + text(value)));
    return "{" + String.join(", ", fields) + "}";
  }

  private static String text(@Nullable Object value) {
    if (value == null) {
      return "NULL";
    }
    if (value instanceof Number number) {
      return number(number);
    }
    if (value instanceof List<?> list) {
      return "[" + String.join(", ", list.stream().map(TableWriter::text).toList()) + "]";
    }
    return value instanceof Map<?, ?> map ? struct(map) : value.toString();
  }

  /** Six significant digits, but never fewer than the number has before its point. */
  static String number(Number number) {
    if (!(number instanceof Double) && !(number instanceof Float)) {
      return number instanceof BigDecimal decimal ? decimal.toPlainString() : number.toString();
    }
    double value = number.doubleValue();
    double size = Math.abs(value);
    if (!Double.isFinite(value)) {
      return number.toString();
    }
    if (size != 0 && (size < 1e-4 || size >= 1e15)) {
      return String.format(Locale.ROOT, "%.3e", value);
    }
    BigDecimal exact = BigDecimal.valueOf(value);
    int whole = exact.precision() - exact.scale();
    BigDecimal rounded =
        whole >= DIGITS
            ? exact.setScale(0, RoundingMode.HALF_EVEN)
            : exact.round(new MathContext(DIGITS));
    String text = rounded.toPlainString();
    return text.contains(".") ? text.replaceFirst("0+$", "").replaceFirst("\\.$", "") : text;
  }

  private static List<String> wrapped(String text, int widest) {
    List<String> lines = new ArrayList<>();
    for (String paragraph : text.split("\\R", -1)) {
      String rest = paragraph;
      while (rest.length() > widest) {
        int space = rest.lastIndexOf(' ', widest);
        int cut = space > widest / 3 ? space : widest;
        lines.add(rest.substring(0, cut));
        rest = rest.substring(cut).stripLeading();
      }
      lines.add(rest);
    }
    return lines;
  }
}
