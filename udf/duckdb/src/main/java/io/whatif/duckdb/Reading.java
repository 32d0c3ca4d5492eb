/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.Batches;
import io.whatif.function.Argument;
import io.whatif.function.Body;
import io.whatif.function.ModelColumns;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One reading of a relation, and the calls it serves: one session of a running statement.
 *
 * @param relation the text of the query that gives the rows
 * @param calls in the order they stand; at least one, all of this relation
 * @param columns lower-case names of the columns to read, or null for all
 * @param filtered whether a condition on groups was moved into {@code relation}, which may leave
 *     none
 * @param sharesFits whether calls of the same nuisance problem share its fit
 * @param batches where the rows are to lie
 */
public record Reading(
    String relation,
    List<CausalCall> calls,
    @Nullable List<String> columns,
    boolean filtered,
    boolean sharesFits,
    Batches batches) {

  public Reading {
    calls = List.copyOf(calls);
    columns = columns == null ? null : List.copyOf(columns);
    if (calls.isEmpty()) {
      throw new IllegalArgumentException("a reading without a call");
    }
  }

  /** The reading of one call, of all columns. */
  public static Reading of(CausalCall call) {
    String relation = call.relation();
    if (relation == null) {
      throw new IllegalArgumentException(call.function().name() + " has no relation");
    }
    return new Reading(relation, List.of(call), null, false, false, Batches.MEMORY);
  }

  /** The same reading for the calls of both. */
  public Reading with(Reading other) {
    List<CausalCall> both = new ArrayList<>(calls);
    both.addAll(other.calls);
    return new Reading(relation, both, null, filtered, sharesFits, batches);
  }

  /** The same, of these columns only. */
  public Reading of(@Nullable List<String> columns) {
    return new Reading(relation, calls, columns, filtered, sharesFits, batches);
  }

  /** The same with these calls. */
  public Reading serving(List<CausalCall> calls) {
    return new Reading(relation, calls, columns, filtered, sharesFits, batches);
  }

  /** The same, with fits shared between calls. */
  public Reading sharingFits() {
    return new Reading(relation, calls, columns, filtered, true, batches);
  }

  /** The same, with rows that lie there. */
  public Reading lying(Batches batches) {
    return new Reading(relation, calls, columns, filtered, sharesFits, batches);
  }

  /**
   * The same calls over another relation.
   *
   * @param filtered whether it is the same with a condition on groups
   */
  public Reading over(String relation, boolean filtered) {
    return new Reading(relation, calls, columns, filtered, sharesFits, batches);
  }

  /**
   * Lower-case names of the columns its calls need; empty if that is known only when they run: when
   * {@code controls} are left out, when columns are given by a regular expression or an expression.
   */
  public Optional<List<String>> needed() {
    Set<String> names = new LinkedHashSet<>();
    for (CausalCall call : calls) {
      ModelHeader header = call.header();
      if (header != null && !call.function().readsFeatures()) {
        String id = id(call);
        names.add(id == null ? "" : id.toLowerCase(Locale.ROOT));
      } else if (header != null) {
        ModelColumns.needed(header.features())
            .forEach(feature -> names.add(feature.name().toLowerCase(Locale.ROOT)));
      }
      for (Argument argument : call.function().arguments()) {
        if (!isColumn(argument)) {
          continue;
        }
        if (given(call.expressions(), argument) != null) {
          return Optional.empty();
        }
        Object value = given(call.literals(), argument);
        if (value == null && argument.name().equals("controls")) {
          return Optional.empty();
        }
        for (Object name :
            value instanceof List<?> list ? list : List.of(value == null ? "" : value)) {
          names.add(String.valueOf(name).toLowerCase(Locale.ROOT));
        }
      }
    }
    names.remove("");
    return names.stream().anyMatch(name -> name.startsWith("columns("))
        ? Optional.empty()
        : Optional.of(List.copyOf(names));
  }

  private static boolean isColumn(Argument argument) {
    return argument.type() == Argument.Type.COLUMN || argument.type() == Argument.Type.COLUMNS;
  }

  /** The column whose values identify units, of which more is pushed after the columns; or null. */
  public @Nullable String id() {
    return calls.stream().map(Reading::id).filter(id -> id != null).findFirst().orElse(null);
  }

  /**
   * The column by whose values rows belong together: {@code cluster}, else {@code id}, else that of
   * a model whose rows are to be found; or null.
   */
  public static @Nullable String id(CausalCall call) {
    String cluster = column(call, "cluster");
    String id = cluster == null ? column(call, "id") : cluster;
    ModelHeader header = call.header();
    return id == null
            && header != null
            && !call.function().readsFeatures()
            && !header.id().isEmpty()
        ? header.id()
        : id;
  }

  private static @Nullable String column(CausalCall call, String role) {
    for (Argument argument : call.function().arguments()) {
      if (argument.name().equals(role) && given(call.literals(), argument) instanceof String name) {
        return name.isEmpty() ? null : name;
      }
    }
    return null;
  }

  /** Whether the rows are numbered: a call gives them back. */
  boolean numbered() {
    return calls.stream().anyMatch(call -> call.function().body(Body.RowWise.class).isPresent());
  }

  static @Nullable Object given(Map<String, ? extends @Nullable Object> values, Argument argument) {
    for (Map.Entry<String, ? extends @Nullable Object> entry : values.entrySet()) {
      if (argument.isCalled(entry.getKey())) {
        return entry.getValue();
      }
    }
    return null;
  }
}
