/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.model.KeptRows;
import io.whatif.model.PartitionedCate;
import io.whatif.model.StoredModel;
import java.util.List;

/** The rows that are kept with a stored model. */
final class ModelRowsKept {
  private ModelRowsKept() {}

  /**
   * Those of each contrast, in the order of the arms.
   *
   * @throws WhatifException if the model keeps none
   */
  static List<KeptRows> of(StoredModel model) {
    List<KeptRows> rows = model.kept().rows();
    if (!rows.isEmpty()) {
      return rows;
    }
    throw new WhatifException(ErrorCode.BAD_MODEL, why(model));
  }

  private static String why(StoredModel model) {
    String name = model.name();
    String method = String.valueOf(model.reports().get(0).get("method"));
    if (model.model() instanceof PartitionedCate) {
      return "model '%s' was fitted in groups, and such models keep no rows. Fit one group with cate_fit(..., method => 'causal_forest', id => 'column')."
          .formatted(name);
    }
    if (method.equals(CateMerge.INSTRUMENTAL)) {
      return "model '%s' keeps no rows: an instrumental forest keeps no scores. Its average is in dml_summary('%s'); cate_population('%s', TABLE name) averages its effects over rows."
          .formatted(name, name, name);
    }
    if (model.provenance().get("merged") instanceof List<?> merged) {
      return "model '%s' keeps no rows: it was merged of forests of rows that differ, %s. Merge forests of the same rows."
          .formatted(name, Arguments.show(merged));
    }
    if (method.equals("causal_forest")) {
      return "model '%s' keeps no rows: it was fitted without features, and has no trees, or when forests kept none. Fit it again with cate_fit(..., features => [...], id => 'column')."
          .formatted(name);
    }
    return "model '%s' keeps no rows: those of method '%s' are not kept. Fit it with cate_fit(..., method => 'causal_forest', id => 'column')."
        .formatted(name, method);
  }
}
