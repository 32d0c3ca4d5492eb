/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.function.Arguments;
import io.whatif.function.GroupRows;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a session does for answers whose rows belong to groups. */
final class SessionGroups {
  private SessionGroups() {}

  /** The report of a model that spares the fit. */
  static List<Map<String, @Nullable Object>> kept(StoredModel model, long groups) {
    if (groups > 0) {
      // What the statement was written for; a fresh one is written for the model.
      throw new WhatifException(
          ErrorCode.MODEL_EXISTS,
          "model => '%s': was stored after this statement was prepared. Prepare it again."
              .formatted(model.name()));
    }
    return model.reports();
  }

  /** Refuses keys of which some are one to us and two to DuckDB, or the other way round. */
  static void check(List<Map<String, @Nullable Object>> rows, long groups, Arguments arguments) {
    long seen = rows.stream().map(row -> row.get(GroupRows.ROW)).distinct().count();
    if (seen != groups) {
      String argument = arguments.isGiven("by") ? "by" : "partition_by";
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          String.format(
              Locale.ROOT,
              "%s => '%s': DuckDB finds %d groups and Whatif, which reads keys as doubles or texts, %d. Cast them to VARCHAR.",
              argument,
              String.join("', '", arguments.names(argument)),
              groups,
              seen));
    }
  }

  /** The rows, each with its place, so that a join cannot lose their order. */
  static List<Map<String, @Nullable Object>> ordered(List<Map<String, @Nullable Object>> rows) {
    List<Map<String, @Nullable Object>> numbered = new ArrayList<>();
    for (Map<String, @Nullable Object> row : rows) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>(row);
      copy.put("whatif order", (long) numbered.size());
      numbered.add(copy);
    }
    return numbered;
  }
}
