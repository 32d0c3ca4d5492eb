/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.model.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What can be read of a stored model without its payload: its spec, a JSON text in the store that
 * {@link ModelWriter} writes.
 *
 * @param features what it takes, in order
 * @param keyCount how many of them, the first, tell the group a row belongs to
 * @param control what the arms of the treatment are compared with, empty if it has no arms
 * @param id the column that told the rows of the fit apart, empty if none was named
 */
record ModelSpec(List<Feature> features, int keyCount, String control, String id) {

  /** Reads the spec of the model {@code name}; throws BAD_MODEL if it is not one of ours. */
  static ModelSpec parse(String name, String json) {
    try {
      Map<String, @Nullable Object> spec = JsonText.object(json);
      return new ModelSpec(
          features(name, spec),
          spec.get("keys") instanceof Number keys ? keys.intValue() : 0,
          spec.get("arms") instanceof List<?> arms && !arms.isEmpty()
              ? String.valueOf(arms.get(0))
              : "",
          spec.get("arguments") instanceof Map<?, ?> arguments
                  && arguments.get("id") instanceof String id
              ? id
              : "");
    } catch (IllegalStateException e) {
      throw damaged(name);
    }
  }

  private static List<Feature> features(String name, Map<String, @Nullable Object> spec) {
    List<Feature> features = new ArrayList<>();
    if (spec.get("features") instanceof List<?> list) {
      for (Object item : list) {
        if (!(item instanceof Map<?, ?> feature)) {
          throw damaged(name);
        }
        features.add(feature(feature));
      }
    }
    return features;
  }

  private static Feature feature(Map<?, ?> feature) {
    List<?> categories = feature.get("categories") instanceof List<?> values ? values : List.of();
    return new Feature(
        String.valueOf(feature.get("name")),
        String.valueOf(feature.get("type")),
        categories.stream().map(String::valueOf).toList());
  }

  private static WhatifException damaged(String name) {
    return new WhatifException(
        ErrorCode.BAD_MODEL,
        "model '%s': its spec is damaged. Fit it again with if_exists => 'replace'."
            .formatted(name));
  }
}
