/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.SharingRun;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Warning;
import io.whatif.inference.Holm;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The average effects of each pair of a treatment and an outcome, treatments in the order they are
 * listed and in each the outcomes: every pair as a call for it alone estimates it, p-values
 * adjusted for all rows. The outcomes of a treatment share rows and propensities. Other treatments
 * are no controls of a treatment unless they are listed.
 *
 * <p>A pair that its rows keep from being estimated has a row that says why.
 */
final class AveragePairs {
  private static final Set<ErrorCode> OF_ROWS =
      EnumSet.of(ErrorCode.BAD_RELATION, ErrorCode.BAD_COLUMN);

  private AveragePairs() {}

  static List<Map<String, @Nullable Object>> rows(Run run, RawTable relation, Arguments arguments) {
    AverageCall.checkDivision(arguments);
    RelationRoles roles = RelationRoles.of(relation, arguments);
    RelationRoles.Listed listed = roles.listed();
    if (listed.pairs() <= 1) {
      List<Map<String, @Nullable Object>> rows = AverageCall.of(run, relation, arguments).rows();
      return rows.stream()
          .map(row -> named(relation, listed.treatments().get(0), listed.outcomes().get(0), row))
          .toList();
    }
    Predictions.refuseSeveral(arguments);
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    int done = 0;
    for (int treatment : listed.treatments()) {
      try (SharingRun shared = SharingRun.within(run)) {
        for (int outcome : listed.outcomes()) {
          Run pair = shared.step("pair", done++, listed.pairs());
          Arguments single = single(relation, arguments, roles, treatment, outcome);
          rows.addAll(
              pair(pair, relation, single).stream()
                  .map(row -> named(relation, treatment, outcome, row))
                  .toList());
        }
      }
    }
    relation.tiles().close();
    adjust(rows);
    return rows;
  }

  private static Map<String, @Nullable Object> named(
      RawTable relation, int treatment, int outcome, Map<String, @Nullable Object> row) {
    return SummaryRows.named(
        row, relation.columns().get(outcome).name(), relation.columns().get(treatment).name());
  }

  /** The arguments of a pair alone. */
  private static Arguments single(
      RawTable relation, Arguments arguments, RelationRoles roles, int treatment, int outcome) {
    List<String> controls = new ArrayList<>();
    for (int control : roles.controls()) {
      if (control != treatment && control != outcome) {
        controls.add(relation.columns().get(control).name());
      }
    }
    return arguments
        .with("treatment", relation.columns().get(treatment).name())
        .with("outcome", relation.columns().get(outcome).name())
        .with("controls", controls);
  }

  private static List<Map<String, @Nullable Object>> pair(
      Run run, RawTable relation, Arguments single) {
    try {
      return AverageCall.of(run, relation.lent(), single).rows();
    } catch (WhatifException e) {
      if (!OF_ROWS.contains(e.code())) {
        throw e;
      }
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      Warning refused = new Warning("pair_refused", Warning.Severity.SEVERE, e.message());
      row.put("warnings", List.of(refused.row()));
      row.put("verdict", Warning.WORST);
      return List.of(row);
    }
  }

  private static void adjust(List<Map<String, @Nullable Object>> rows) {
    double[] adjusted =
        Holm.adjust(
            rows.stream()
                .mapToDouble(row -> row.get("p_value") instanceof Double p ? p : Double.NaN)
                .toArray());
    for (int i = 0; i < adjusted.length; i++) {
      rows.get(i).put("p_adjusted", adjusted[i]);
    }
  }
}
