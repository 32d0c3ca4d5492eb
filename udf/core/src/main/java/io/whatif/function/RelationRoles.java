/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.RawTable.RawColumn;
import io.whatif.data.WhatifException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of a relation play which part, checked: every name exists, no column plays two
 * parts that exclude each other, every type can be used. All numbers are places in the {@link
 * RawTable}.
 */
record RelationRoles(
    @Nullable Integer outcome,
    int treatment,
    List<Integer> features,
    List<Integer> controls,
    @Nullable Integer id,
    @Nullable Integer fold,
    List<Integer> keys,
    Rows rows,
    Listed listed) {
  private static final Pattern BY_PATTERN =
      Pattern.compile("\\s*COLUMNS\\s*\\(\\s*'?(.*?)'?\\s*\\)\\s*", Pattern.CASE_INSENSITIVE);

  /**
   * All treatments and outcomes, for functions that take several; the first of each are {@link
   * #treatment} and {@link #outcome}.
   */
  record Listed(List<Integer> treatments, List<Integer> outcomes) {
    Listed {
      treatments = List.copyOf(treatments);
      outcomes = List.copyOf(outcomes);
    }

    /** How many pairs of a treatment and an outcome there are. */
    int pairs() {
      return Math.multiplyExact(treatments.size(), Math.max(1, outcomes.size()));
    }
  }

  /** The same for some of the treatments and outcomes. */
  RelationRoles narrowed(Listed some) {
    return new RelationRoles(
        some.outcomes().get(0),
        some.treatments().get(0),
        features,
        controls,
        id,
        fold,
        keys,
        rows,
        some);
  }

  /**
   * What else is said of rows.
   *
   * @param clustered whether {@link #id} is {@code cluster}: rows that depend on each other
   * @param within the {@code id} where {@code cluster} is given too; tells rows of one apart
   * @param weight column of weights
   * @param freq column of how many rows a row stands for
   * @param outcomeVar column of the outcome's variance among those
   * @param given columns of predictions
   * @param by columns whose values divide the rows for averages
   * @param instrument column of what moves the treatment alone
   */
  record Rows(
      boolean clustered,
      @Nullable Integer within,
      @Nullable Integer weight,
      @Nullable Integer freq,
      @Nullable Integer outcomeVar,
      Given given,
      List<Integer> by,
      @Nullable Integer instrument) {
    /** The columns that are numbers, by their argument. */
    Map<String, Integer> numbers() {
      Map<String, Integer> all = weights();
      put(all, "outcome_prediction", given.outcome());
      put(all, "propensity", given.propensity());
      return all;
    }

    /** The columns that say how much rows count, by their argument. */
    Map<String, Integer> weights() {
      Map<String, Integer> all = new LinkedHashMap<>();
      put(all, "weight", weight);
      put(all, "freq", freq);
      put(all, "outcome_var", outcomeVar);
      return all;
    }

    /** The columns that nothing is fitted to. */
    List<Integer> last() {
      List<Integer> all = new ArrayList<>(by);
      for (Integer column : Arrays.asList(given.outcome(), given.propensity())) {
        if (column != null) {
          all.add(column);
        }
      }
      return all;
    }

    private static void put(Map<String, Integer> all, String name, @Nullable Integer column) {
      if (column != null) {
        all.put(name, column);
      }
    }
  }

  /**
   * Columns of predictions that need no fit.
   *
   * @param outcome of the outcome
   * @param propensity of the treatment
   */
  record Given(@Nullable Integer outcome, @Nullable Integer propensity) {}

  /** Whether a covariate's column is read for something else too. */
  boolean isUsedBesides(int column) {
    return listed.treatments().contains(column)
        || listed.outcomes().contains(column)
        || Integer.valueOf(column).equals(id)
        || Integer.valueOf(column).equals(fold)
        || Integer.valueOf(column).equals(rows.within())
        || rows.numbers().containsValue(column)
        || rows.by().contains(column);
  }

  /**
   * Features and controls, each once, by name: sums run in this order, so that it does not matter
   * in which they were listed, nor which of them are features.
   */
  List<Integer> covariates(RawTable table) {
    Set<Integer> all = new LinkedHashSet<>(features);
    all.addAll(controls);
    return all.stream()
        .sorted(Comparator.comparing(c -> table.columns().get(c).name().toLowerCase(Locale.ROOT)))
        .toList();
  }

  static RelationRoles of(RawTable table, Arguments arguments) {
    Resolver resolver = new Resolver(table, arguments);
    Listed listed =
        new Listed(
            resolver.listed("treatment"),
            resolver.has("outcome") ? resolver.listed("outcome") : List.of());
    int treatment = listed.treatments().get(0);
    Integer outcome = listed.outcomes().isEmpty() ? null : listed.outcomes().get(0);
    Integer given = resolver.optional("id");
    Integer cluster = resolver.optional("cluster");
    Integer id = cluster == null ? given : cluster;
    Integer fold = resolver.optional("fold");
    Rows rows =
        new Rows(
            cluster != null,
            cluster == null ? null : given,
            resolver.optional("weight"),
            resolver.optional("freq"),
            resolver.optional("outcome_var"),
            new Given(resolver.optional("outcome_prediction"), resolver.optional("propensity")),
            resolver.has("by") ? resolver.columns("by") : List.of(),
            resolver.optional("instrument"));
    if (rows.outcomeVar() != null && rows.freq() == null) {
      throw resolver.bad(
          "outcome_var", rows.outcomeVar(), "needs freq, the column with how many rows a row is.");
    }
    resolver.refuseShared(listed);
    resolver.instrument(rows.instrument(), listed);
    List<Integer> keys =
        resolver.has("partition_by") ? resolver.columns("partition_by") : List.of();
    resolver.keys("partition_by", keys, listed, Arrays.asList(id, fold));
    resolver.keys("by", rows.by(), listed, Arrays.asList(id, fold));
    List<Integer> features =
        resolver.has("features") ? resolver.columns("features", keys) : List.of();
    for (int feature : features) {
      resolver.refuse("features", feature, listed);
    }
    List<Integer> controls;
    if (arguments.isGiven("controls")) {
      controls = resolver.columns("controls", keys);
      for (int control : controls) {
        resolver.refuseControl(control, listed);
      }
    } else {
      Set<Integer> taken = new LinkedHashSet<>(features);
      taken.addAll(keys);
      taken.addAll(listed.treatments());
      taken.addAll(listed.outcomes());
      for (Integer column : Arrays.asList(id, fold, rows.within(), rows.instrument())) {
        if (column != null) {
          taken.add(column);
        }
      }
      taken.addAll(rows.numbers().values());
      if (resolver.has("exclude")) {
        taken.addAll(resolver.columns("exclude"));
      }
      controls = new ArrayList<>();
      for (int c = 0; c < table.columns().size(); c++) {
        if (!taken.contains(c) && c != table.rowPositions()) {
          controls.add(c);
        }
      }
    }
    resolver.refuseInstrument("features", features, rows.instrument());
    resolver.refuseInstrument("controls", controls, rows.instrument());
    for (int column : features) {
      resolver.usable("features", column);
    }
    for (int column : controls) {
      resolver.usable("controls", column);
    }
    listed.treatments().forEach(column -> resolver.usable("treatment", column));
    if (fold != null) {
      resolver.usable("fold", fold);
    }
    listed.outcomes().forEach(column -> resolver.number("outcome", column));
    rows.numbers()
        .forEach(
            (argument, column) -> {
              resolver.refuse(argument, column, listed);
              resolver.number(argument, column);
            });
    return new RelationRoles(outcome, treatment, features, controls, id, fold, keys, rows, listed);
  }

  /** The columns that an argument lists, of any use as numbers, texts or dates. */
  static List<Integer> listed(RawTable table, Arguments arguments, String argument) {
    Resolver resolver = new Resolver(table, arguments);
    List<Integer> columns = resolver.columns(argument);
    columns.forEach(column -> resolver.usable(argument, column));
    return columns;
  }

  /** The column of a name that an argument has, or would have. */
  static int named(RawTable table, Arguments arguments, String argument, String name) {
    return new Resolver(table, arguments).find(argument, name);
  }

  private record Resolver(RawTable table, Arguments arguments) {
    boolean has(String argument) {
      return arguments.function().arguments().stream().anyMatch(a -> a.name().equals(argument));
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

    /** Checks the columns of an argument that divide the rows. */
    void keys(String argument, List<Integer> keys, Listed listed, List<@Nullable Integer> others) {
      List<String> names = List.of("id", "fold");
      for (int key : keys) {
        String role = listed.outcomes().contains(key) ? "outcome" : "treatment";
        if (!listed.outcomes().contains(key) && !listed.treatments().contains(key)) {
          int other = others.indexOf(key);
          role = other < 0 ? "" : names.get(other);
        }
        if (!role.isEmpty()) {
          throw bad(argument, key, "is the %s as well. Leave it out here.".formatted(role));
        }
        RawColumn raw = table.columns().get(key);
        if (raw.kind() == RawTable.Kind.UNUSABLE) {
          throw bad(argument, key, "is %s. Cast it to VARCHAR.".formatted(raw.sqlType()));
        }
      }
    }

    /** No column is a treatment and an outcome. */
    void refuseShared(Listed listed) {
      for (int column : listed.treatments()) {
        if (listed.outcomes().contains(column) && listed.pairs() == 1) {
          throw bad("outcome", column, "is the treatment as well. Name another column.");
        }
        if (listed.outcomes().contains(column)) {
          throw bad("treatment", column, "is an outcome as well. Leave it out here.");
        }
      }
    }

    /** An instrument is of one treatment and one outcome, and is neither. */
    void instrument(@Nullable Integer column, Listed listed) {
      if (column == null) {
        return;
      }
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
            "%s => 'COLUMNS(%s)': is not a regular expression (%s)."
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

    private int find(String argument, String name) {
      Integer place = table.find(name);
      if (place == null || place == table.rowPositions()) {
        String hint = Names.suggestion(name, table.allNames());
        throw new WhatifException(
            ErrorCode.UNKNOWN_COLUMN,
            "%s => '%s': the relation has no such column.%s"
                .formatted(
                    argument,
                    name,
                    hint.isEmpty() ? " It has " + shortList(table.allNames()) + "." : hint));
      }
      return place;
    }

    private List<String> names() {
      return table.columns().stream().map(RawColumn::name).toList();
    }

    void refuse(String argument, int column, Listed listed) {
      if (listed.treatments().contains(column)) {
        String article = listed.treatments().size() == 1 ? "the" : "a";
        throw bad(
            argument, column, "is %s treatment as well. Leave it out here.".formatted(article));
      }
      if (listed.outcomes().contains(column)) {
        String article = listed.outcomes().size() == 1 ? "the" : "an";
        throw bad(argument, column, "is %s outcome as well. Leave it out here.".formatted(article));
      }
    }

    /**
     * One of several treatments may be a control of the others, unless all are in one regression.
     */
    void refuseControl(int column, Listed listed) {
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

  static String shortList(List<String> names) {
    return names.size() <= 12
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 12)) + " and " + (names.size() - 12) + " more";
  }
}
