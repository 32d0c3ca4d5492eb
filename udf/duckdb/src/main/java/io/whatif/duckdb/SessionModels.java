/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.function.ModelColumns;
import io.whatif.model.Feature;
import io.whatif.model.ModelCodec;
import io.whatif.model.StoredModel;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The stored models by which calls of a session read its relation. */
final class SessionModels {
  private SessionModels() {}

  /**
   * The model of a call.
   *
   * @param payload as base64; null if the model is gone since the call was written
   */
  static StoredModel decode(CallSpec call, @Nullable Object payload) {
    String name = String.valueOf(call.model());
    if (!(payload instanceof String text)) {
      throw new WhatifException(
          ErrorCode.UNKNOWN_MODEL,
          "model => '%s': there is no such model any more. Fit it again with cate_fit."
              .formatted(name));
    }
    return ModelCodec.decodeText(name, text);
  }

  /**
   * Checks, before a row is read, that the relation has the model's features, and has their texts
   * known, so that none of them is crowded out by texts that mean nothing to the model.
   *
   * @param texts gives the dictionary of a column by its name in lower case
   */
  static void check(StoredModel model, RelationColumns columns, Function<String, TextCodes> texts) {
    ModelColumns.of(model, columns.read(), columns.allNames());
    for (Feature feature : ModelColumns.needed(model.model().features())) {
      if (feature.isCategorical()) {
        texts.apply(feature.name().toLowerCase(Locale.ROOT)).know(feature.categories());
      }
    }
  }
}
