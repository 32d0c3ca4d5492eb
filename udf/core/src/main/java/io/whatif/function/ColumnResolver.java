/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.RawTable.RawColumn;
import io.whatif.data.WhatifException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Finds the columns that arguments name, and refuses those that cannot serve. */
record ColumnResolver(RawTable table, Arguments arguments) {
  private static final Pattern BY_PATTERN =
      Pattern.compile("\\s*COLUMNS\\s*\\(\\s*'?(.*?)'?\\s*\\)\\s*", Pattern.CASE_INSENSITIVE);

  boolean has(String argument) {
    return arguments.function().takes(argument);
  }

  int required(String argument) {
    return find(argument, arguments.requiredText(argument));
  }

  /** The columns of an argument that takes one, or in some functions several. */
  List<Integer> listed(String argument) {
    boolean several =
        arguments.function().arguments().stream()
            .anyMatch(a -> a.name().equals(argument) && a.type() == Argument.Type.COLUMNS);
    if (!several) {
      return List.of(required(argument));
    }
    List<Integer> columns = columns(argument);
    if (columns.isEmpty()) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "%s => []: names no column. Name at least one.".formatted(argument));
    }
    return columns;
  }

  @Nullable Integer optional(String argument) {
    if (!has(argument)) {
      return null;
    }
    String name = arguments.text(argument);
    return name == null ? null : find(argument, name);
  }

  /** The columns of those of some arguments that are given, by their argument. */
  Map<String, Integer> given(String... arguments) {
    Map<String, Integer> given = new LinkedHashMap<>();
    for (String argument : arguments) {
      Integer column = optional(argument);
      if (column != null) {
        given.put(argument, column);
      }
    }
    return given;
  }

  List<Integer> columns(String argument) {
    Set<Integer> found = new LinkedHashSet<>();
    for (String name : arguments.names(argument)) {
      var matcher = BY_PATTERN.matcher(name);
      if (table.find(name) == null && matcher.matches()) {
        found.addAll(byPattern(argument, matcher.group(1)));
      } else {
        found.add(find(argument, name));
      }
    }
    return List.copyOf(found);
  }

  /** The columns of an argument; a pattern does not reach those that divide the rows. */
  List<Integer> columns(String argument, List<Integer> keys) {
    List<Integer> all = new ArrayList<>(columns(argument));
    for (String name : arguments.names(argument)) {
      Integer column = table.find(name);
      if (column != null && keys.contains(column)) {
        throw bad(
            argument,
            column,
            "is in partition_by, so it is the same in a group. Leave it out here.");
      }
    }
    all.removeAll(keys);
    return all;
  }

  /**
   * Checks the columns of an argument that divide the rows: they are neither treatment nor outcome,
   * nor what tells rows apart or divides them otherwise.
   */
  void keys(String argument, List<Integer> keys, RelationRoles.Listed listed) {
    Map<String, Integer> others = given("id", "cluster", "fold");
    for (int key : keys) {
      if (listed.outcomes().contains(key)) {
        throw bad(argument, key, "is the outcome as well. Leave it out here.");
      }
      if (listed.treatments().contains(key)) {
        throw bad(argument, key, "is the treatment as well. Leave it out here.");
      }
      refuseAny(argument, key, others, "Leave it out here.");
      RawColumn raw = table.columns().get(key);
      if (raw.kind() == RawTable.Kind.UNUSABLE) {
        throw bad(argument, key, "is %s. Cast it to VARCHAR.".formatted(raw.sqlType()));
      }
    }
  }

  /**
   * What tells rows apart or divides them is no outcome: rows would be divided by what is asked.
   */
  void refuseOutcome(RelationRoles.Listed listed) {
    given("id", "cluster", "fold")
        .forEach(
            (argument, column) -> {
              if (listed.outcomes().contains(column)) {
                String article = listed.outcomes().size() == 1 ? "the" : "an";
                throw bad(
                    argument,
                    column,
                    "is %s outcome as well. Name another column.".formatted(article));
              }
            });
  }

  /** No column is a treatment and an outcome. */
  void refuseShared(RelationRoles.Listed listed) {
    for (int column : listed.treatments()) {
      if (listed.outcomes().contains(column) && listed.pairs() == 1) {
        throw bad("outcome", column, "is the treatment as well. Name another column.");
      }
      if (listed.outcomes().contains(column)) {
        throw bad("treatment", column, "is an outcome as well. Leave it out here.");
      }
    }
  }

  /**
   * An instrument is of one treatment and one outcome, and is neither, nor what tells rows apart,
   * divides them for cross-fitting or says how much they count: none of these may move the
   * treatment. It may be the cluster: where it was drawn for whole groups, such as a lottery's
   * number for all who were born on one day, it tells them apart, and errors must be by them.
   */
  void instrument(RelationRoles.Rows rows, RelationRoles.Listed listed) {
    Integer column = rows.instrument();
    if (column == null) {
      return;
    }
    refuseAny("instrument", column, given("id", "fold"), "Name another column.");
    refuseAny("instrument", column, rows.weights(), "Name another column.");
    if (listed.pairs() > 1) {
      throw bad("instrument", column, "takes one treatment and one outcome. Name one of each.");
    }
    if (listed.treatments().contains(column) || listed.outcomes().contains(column)) {
      throw bad(
          "instrument",
          column,
          "is the %s as well. Name another column."
              .formatted(listed.treatments().contains(column) ? "treatment" : "outcome"));
    }
    usable("instrument", column);
  }

  /** Refuses a column that plays one of other parts, by their argument. */
  private void refuseAny(String argument, int column, Map<String, Integer> others, String remedy) {
    others.forEach(
        (role, other) -> {
          if (other == column) {
            throw bad(argument, column, "is the %s as well. %s".formatted(role, remedy));
          }
        });
  }

  /** What is adjusted for cannot move the treatment beside it. */
  void refuseInstrument(String argument, List<Integer> columns, @Nullable Integer instrument) {
    if (instrument != null && columns.contains(instrument)) {
      throw bad(argument, instrument, "is the instrument as well. Leave it out here.");
    }
  }

  private List<Integer> byPattern(String argument, String regex) {
    Pattern pattern;
    try {
      pattern = Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
    } catch (PatternSyntaxException e) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "%s => 'COLUMNS(%s)': is not a regular expression (%s). Write one such as COLUMNS('^pre_')."
              .formatted(argument, regex, e.getDescription().toLowerCase(Locale.ROOT)));
    }
    List<Integer> found = new ArrayList<>();
    for (int c = 0; c < table.columns().size(); c++) {
      if (c != table.rowPositions() && pattern.matcher(table.columns().get(c).name()).find()) {
        found.add(c);
      }
    }
    if (found.isEmpty()) {
      throw new WhatifException(
          ErrorCode.UNKNOWN_COLUMN,
          "%s => 'COLUMNS(%s)': no column of the relation matches. It has %s."
              .formatted(argument, regex, String.join(", ", names())));
    }
    return found;
  }

  int find(String argument, String name) {
    Integer place = table.find(name);
    if (place == null || place == table.rowPositions()) {
      String hint = Names.suggestion(name, table.allNames());
      throw new WhatifException(
          ErrorCode.UNKNOWN_COLUMN,
          "%s => '%s': the relation has no such column.%s"
              .formatted(
                  argument,
                  name,
                  hint.isEmpty()
                      ? " It has " + RelationRoles.shortList(table.allNames()) + "."
                      : hint));
    }
    return place;
  }

  private List<String> names() {
    return table.columns().stream().map(RawColumn::name).toList();
  }

  void refuse(String argument, int column, RelationRoles.Listed listed) {
    if (listed.treatments().contains(column)) {
      String article = listed.treatments().size() == 1 ? "the" : "a";
      throw bad(argument, column, "is %s treatment as well. Leave it out here.".formatted(article));
    }
    if (listed.outcomes().contains(column)) {
      String article = listed.outcomes().size() == 1 ? "the" : "an";
      throw bad(argument, column, "is %s outcome as well. Leave it out here.".formatted(article));
    }
  }

  /** One of several treatments may be a control of the others, unless all are in one regression. */
  void refuseControl(int column, RelationRoles.Listed listed) {
    boolean single = listed.treatments().size() == 1 || StudyArguments.together(arguments);
    if (single || !listed.treatments().contains(column)) {
      refuse("controls", column, listed);
    }
  }

  void usable(String argument, int column) {
    RawColumn raw = table.columns().get(column);
    if (raw.kind() == RawTable.Kind.UNUSABLE) {
      throw bad(
          argument,
          column,
          "is %s, which is neither a number, a text nor a date. %s"
              .formatted(raw.sqlType(), remedy(argument, raw.name())));
    }
  }

  void number(String argument, int column) {
    RawColumn raw = table.columns().get(column);
    if (raw.kind() != RawTable.Kind.NUMBER) {
      throw bad(
          argument,
          column,
          "is %s and must be a number or a boolean. Cast it, or name another column."
              .formatted(raw.sqlType()));
    }
  }

  private String remedy(String argument, String name) {
    return argument.equals("controls") && !arguments.isGiven("controls")
        ? "Leave it out with exclude => ['%s'].".formatted(name)
        : "Leave it out, or derive a number from it.";
  }

  WhatifException bad(String argument, int column, String what) {
    return new WhatifException(
        ErrorCode.BAD_COLUMN,
        "%s => '%s': %s".formatted(argument, table.columns().get(column).name(), what));
  }
}
