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
    throw new WhatifException(
        ErrorCode.BAD_MODEL,
        model.model() instanceof PartitionedCate
            ? "model '%s' was fitted in groups, and such models keep no rows. Fit one group with cate_fit(..., method => 'causal_forest', id => 'column')."
                .formatted(model.name())
            : "model '%s' keeps no rows: those of method '%s' are not kept. Fit it with cate_fit(..., method => 'causal_forest', id => 'column')."
                .formatted(model.name(), model.reports().get(0).get("method")));
  }
}
