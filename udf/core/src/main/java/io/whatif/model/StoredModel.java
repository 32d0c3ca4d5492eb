/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model as it is kept: the effect, and everything its reports are made of.
 *
 * @param name the user's name for it
 * @param method how it was fitted
 * @param rows how many rows it was fitted on
 * @param model the effect
 * @param report the figures of the fit, by column name of cate_fit's result; of groups see {@link
 *     #reports}
 * @param summary the rows dml_summary gives
 * @param explain the rows cate_explain gives
 * @param provenance arguments, relation, seed and versions
 * @param kept what is kept of the rows it was fitted on
 */
public record StoredModel(
    String name,
    String method,
    long rows,
    CateModel model,
    Map<String, @Nullable Object> report,
    List<Map<String, @Nullable Object>> summary,
    List<Map<String, @Nullable Object>> explain,
    Map<String, @Nullable Object> provenance,
    Kept kept) {
  private static final String GROUPS = "groups";

  /** A model of which no rows are kept. */
  public StoredModel(
      String name,
      String method,
      long rows,
      CateModel model,
      Map<String, @Nullable Object> report,
      List<Map<String, @Nullable Object>> summary,
      List<Map<String, @Nullable Object>> explain,
      Map<String, @Nullable Object> provenance) {
    this(name, method, rows, model, report, summary, explain, provenance, Kept.NONE);
  }

  /** The same with some rows kept. */
  public StoredModel keeping(Kept rowsKept) {
    return new StoredModel(
        name, method, rows, model, report, summary, explain, provenance, rowsKept);
  }

  /** The report of a fit of groups, one row for each. */
  public static Map<String, @Nullable Object> reportOf(List<Map<String, @Nullable Object>> groups) {
    Map<String, @Nullable Object> report = new LinkedHashMap<>();
    report.put(GROUPS, groups);
    return report;
  }

  /** The rows that cate_fit gave: the report, or those of each group. */
  public List<Map<String, @Nullable Object>> reports() {
    if (!(report.get(GROUPS) instanceof List<?> groups)) {
      return List.of(report);
    }
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (Object group : groups) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      ((Map<?, ?>) group).forEach((name, value) -> row.put(String.valueOf(name), value));
      rows.add(row);
    }
    return rows;
  }
}
