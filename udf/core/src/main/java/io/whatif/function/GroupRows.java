/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.inference.Estimate;
import io.whatif.inference.Shrinkage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a call with {@code partition_by}: those of each group, in the order of the keys, and
 * for each estimate what it becomes in the light of the other groups.
 */
public final class GroupRows {
  /** In an answer: the place in the relation, from 0, of the group's row that arrived first. */
  public static final String ROW = "whatif row";

  /** In a stored model: the group's keys, as texts that cast to their types. */
  public static final String KEYS = "whatif keys";

  static final ResultColumn SHRUNK =
      new ResultColumn(
          "estimate_shrunk",
          SqlType.DOUBLE,
          "the estimate drawn towards those of the other groups");
  static final ResultColumn BETWEEN =
      new ResultColumn(
          "between_groups_p", SqlType.DOUBLE, "p-value that it is the same in all groups");
  static final ResultColumn WARNINGS =
      new ResultColumn("warnings", SqlType.WARNINGS, "why a group has no figures");

  private GroupRows() {}

  /** Of a call with {@code partition_by} the rows of every group, else those of all rows. */
  static Body.Answer answer(
      Run run,
      RawTable relation,
      Arguments arguments,
      BiFunction<Run, RawTable, List<Map<String, @Nullable Object>>> body) {
    return Body.Answer.of(
        Partitions.asked(arguments)
            ? of(run, relation, arguments, body)
            : body.apply(run, relation));
  }

  /** The rows of every group; {@code body} gives those of one. */
  static List<Map<String, @Nullable Object>> of(
      Run run,
      RawTable relation,
      Arguments arguments,
      BiFunction<Run, RawTable, List<Map<String, @Nullable Object>>> body) {
    Partitions partitions = Partitions.of(run, relation, arguments);
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (Partitions.Outcome<List<Map<String, @Nullable Object>>> outcome :
        partitions.answer(body)) {
      List<Map<String, @Nullable Object>> answered = outcome.result();
      if (answered == null) {
        answered = List.of(refused(outcome));
      }
      rows.addAll(numbered(answered, partitions.keys().first(outcome.group())));
    }
    shrink(rows);
    return rows;
  }

  /** The row of a group that has no answer: its reason. */
  static Map<String, @Nullable Object> refused(Partitions.Outcome<?> outcome) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("warnings", List.of(outcome.warning().row()));
    return row;
  }

  /** The rows of a group with the number of a row of it. */
  static List<Map<String, @Nullable Object>> numbered(
      List<Map<String, @Nullable Object>> rows, long number) {
    return with(rows, ROW, number);
  }

  /** The rows of a group with its keys. */
  static List<Map<String, @Nullable Object>> keyed(
      List<Map<String, @Nullable Object>> rows, List<@Nullable String> keys) {
    return with(rows, KEYS, keys);
  }

  private static List<Map<String, @Nullable Object>> with(
      List<Map<String, @Nullable Object>> rows, String name, Object value) {
    List<Map<String, @Nullable Object>> all = new ArrayList<>();
    for (Map<String, @Nullable Object> row : rows) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>(row);
      copy.put(name, value);
      all.add(copy);
    }
    return all;
  }

  /**
   * Adds {@code estimate_shrunk} and {@code between_groups_p} to rows of estimates of the same term
   * and contrast.
   */
  static void shrink(List<Map<String, @Nullable Object>> rows) {
    Map<String, List<Map<String, @Nullable Object>>> alike = new LinkedHashMap<>();
    for (Map<String, @Nullable Object> row : rows) {
      if (row.get("estimate") instanceof Double && row.get("std_error") instanceof Double) {
        String term = row.get("term") + "\u0000" + row.get("contrast");
        alike.computeIfAbsent(term, none -> new ArrayList<>()).add(row);
      }
    }
    for (List<Map<String, @Nullable Object>> same : alike.values()) {
      Shrinkage shrinkage =
          Shrinkage.of(
              same.stream()
                  .map(row -> new Estimate(number(row, "estimate"), number(row, "std_error")))
                  .toArray(Estimate[]::new));
      double[] shrunk = shrinkage.shrunk();
      for (int i = 0; i < shrunk.length; i++) {
        boolean used = !Double.isNaN(shrunk[i]);
        same.get(i).put(SHRUNK.name(), shrunk[i]);
        same.get(i).put(BETWEEN.name(), used ? shrinkage.pValue() : Double.NaN);
      }
    }
  }

  private static double number(Map<String, @Nullable Object> row, String name) {
    return row.get(name) instanceof Double value ? value : Double.NaN;
  }

  /** Rows that follow each other and are of one group, group by group. */
  static List<List<Map<String, @Nullable Object>>> byGroup(
      List<Map<String, @Nullable Object>> rows) {
    List<List<Map<String, @Nullable Object>>> groups = new ArrayList<>();
    Object last = null;
    for (Map<String, @Nullable Object> row : rows) {
      Object keys = row.get(KEYS);
      if (groups.isEmpty() || !java.util.Objects.equals(keys, last)) {
        groups.add(new ArrayList<>());
      }
      groups.get(groups.size() - 1).add(row);
      last = keys;
    }
    return groups;
  }
}
