/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.RawTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
    return Integer.valueOf(column).equals(id) || isUsedBesidesId(column);
  }

  /** Whether a column that is no covariate plays a part, but for that of the id. */
  boolean isUsedBesidesId(int column) {
    return listed.treatments().contains(column)
        || listed.outcomes().contains(column)
        || Integer.valueOf(column).equals(fold)
        || Integer.valueOf(column).equals(rows.within())
        || rows.numbers().containsValue(column)
        || Integer.valueOf(column).equals(rows.instrument())
        || rows.by().contains(column);
  }

  /**
   * Features and controls, each once, by name: sums run in this order, so that it does not matter
   * in which they were listed, nor which of them are features.
   */
  List<Integer> covariates(RawTable table) {
    Set<Integer> all = new LinkedHashSet<>(features);
    all.addAll(controls);
    List<Integer> sorted = new ArrayList<>(all);
    sorted.sort((one, other) -> name(table, one).compareTo(name(table, other)));
    return sorted;
  }

  private static String name(RawTable table, int column) {
    return table.columns().get(column).name().toLowerCase(Locale.ROOT);
  }

  static RelationRoles of(RawTable table, Arguments arguments) {
    ColumnResolver resolver = new ColumnResolver(table, arguments);
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
    resolver.refuseOutcome(listed);
    resolver.instrument(rows, listed);
    List<Integer> keys =
        resolver.has("partition_by") ? resolver.columns("partition_by") : List.of();
    resolver.keys("partition_by", keys, listed);
    resolver.keys("by", rows.by(), listed);
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
    ColumnResolver resolver = new ColumnResolver(table, arguments);
    List<Integer> columns = resolver.columns(argument);
    columns.forEach(column -> resolver.usable(argument, column));
    return columns;
  }

  /** The column of a name that an argument has, or would have. */
  static int named(RawTable table, Arguments arguments, String argument, String name) {
    return new ColumnResolver(table, arguments).find(argument, name);
  }

  static String shortList(List<String> names) {
    return names.size() <= 12
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 12)) + " and " + (names.size() - 12) + " more";
  }
}
