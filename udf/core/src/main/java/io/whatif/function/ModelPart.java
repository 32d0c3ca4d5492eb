/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of one effect of a model: of one arm, in one group.
 *
 * @param keys of the group, empty if the model was not fitted in groups
 * @param report the figures of its fit
 * @param summary its rows of dml_summary
 * @param explain its rows of cate_explain
 */
record ModelPart(
    List<@Nullable String> keys,
    Map<String, @Nullable Object> report,
    List<Map<String, @Nullable Object>> summary,
    List<Map<String, @Nullable Object>> explain) {

  /** All parts, group by group, in the order of the arms. */
  static List<ModelPart> of(StoredModel model) {
    Map<Object, List<Map<String, @Nullable Object>>> summary = byPart(model.summary());
    Map<Object, List<Map<String, @Nullable Object>>> explain = byPart(model.explain());
    List<ModelPart> parts = new ArrayList<>();
    for (Map<String, @Nullable Object> report : model.reports()) {
      parts.add(new ModelPart(keys(report), report, own(summary, report), own(explain, report)));
    }
    return parts;
  }

  private static Map<Object, List<Map<String, @Nullable Object>>> byPart(
      List<Map<String, @Nullable Object>> rows) {
    Map<Object, List<Map<String, @Nullable Object>>> parts = new HashMap<>();
    for (Map<String, @Nullable Object> row : rows) {
      parts.computeIfAbsent(part(row), none -> new ArrayList<>()).add(row);
    }
    return parts;
  }

  /** Those of a report's part; rows that name no contrast are of all. */
  private static List<Map<String, @Nullable Object>> own(
      Map<Object, List<Map<String, @Nullable Object>>> parts,
      Map<String, @Nullable Object> report) {
    return parts.getOrDefault(
        part(report), parts.getOrDefault(Arrays.asList(keys(report), null), List.of()));
  }

  private static Object part(Map<String, @Nullable Object> row) {
    return Arrays.asList(keys(row), row.get("contrast"));
  }

  private static List<@Nullable String> keys(Map<String, @Nullable Object> row) {
    List<@Nullable String> keys = new ArrayList<>();
    if (row.get(GroupRows.KEYS) instanceof List<?> list) {
      list.forEach(key -> keys.add(key == null ? null : key.toString()));
    }
    return keys;
  }

  /** What is compared, empty if it is not known. */
  String contrast() {
    return report.get("contrast") instanceof String text ? text : "";
  }

  /** A figure of the report, NaN if there is none. */
  double figure(String name) {
    return number(report, name);
  }

  static double number(Map<String, @Nullable Object> row, String name) {
    return row.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /** The rows of cate_explain of one kind. */
  List<Map<String, @Nullable Object>> explain(String kind) {
    return explain.stream().filter(row -> kind.equals(row.get("kind"))).toList();
  }
}
