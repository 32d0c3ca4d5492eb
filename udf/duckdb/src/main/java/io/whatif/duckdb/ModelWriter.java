/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.function.Arguments;
import io.whatif.math.Mix;
import io.whatif.model.Feature;
import io.whatif.model.ModelCodec;
import io.whatif.model.PartitionedCate;
import io.whatif.model.StoredModel;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a fitted model ready to be stored. */
final class ModelWriter {
  private ModelWriter() {}

  /** Adds arguments and relation to the provenance, encodes the model and gives it its key. */
  static FittedModel fitted(
      StoredModel model, Arguments arguments, @Nullable String relation, boolean replace) {
    Map<String, @Nullable Object> provenance = new LinkedHashMap<>(model.provenance());
    provenance.putIfAbsent("arguments", arguments.given());
    provenance.putIfAbsent("relation", relation);
    StoredModel complete =
        new StoredModel(
            model.name(),
            model.method(),
            model.rows(),
            model.model(),
            model.report(),
            model.summary(),
            model.explain(),
            provenance,
            model.kept());
    return merged(complete, arguments.given(), replace);
  }

  /**
   * A model whose provenance is complete.
   *
   * @param arguments of the fit that it stands for
   */
  static FittedModel merged(
      StoredModel model, Map<String, ? extends @Nullable Object> arguments, boolean replace) {
    byte[] payload = ModelCodec.encode(model);
    return new FittedModel(key(payload), model, spec(model, arguments), payload, replace);
  }

  private static String spec(StoredModel model, Map<String, ? extends @Nullable Object> arguments) {
    Map<String, @Nullable Object> spec = new LinkedHashMap<>();
    spec.put("outcome", arguments.get("outcome"));
    boolean together = model.provenance().get("together") != null; // several, by their names
    spec.put("treatment", (together ? model.provenance() : arguments).get("treatment"));
    spec.put("features", model.model().features().stream().map(ModelWriter::feature).toList());
    if (model.model() instanceof PartitionedCate groups) {
      spec.put("keys", groups.keys().size());
    }
    if (model.provenance().get("arms") != null) {
      spec.put("arms", model.provenance().get("arms")); // the control first
    }
    spec.put("arguments", arguments);
    spec.put("relation", model.provenance().get("relation"));
    return JsonText.write(spec);
  }

  private static Map<String, Object> feature(Feature feature) {
    return Map.of(
        "name", feature.name(), "type", feature.sqlType(), "categories", feature.categories());
  }

  /**
   * A number of 63 bits, equal for two payloads with probability 2^-63. It is no protection against
   * forgery: who may store models may write any key.
   */
  private static long key(byte[] payload) {
    ByteBuffer bytes = ByteBuffer.wrap(payload);
    long hash = payload.length;
    while (bytes.remaining() >= Long.BYTES) {
      hash = Mix.mix(hash, bytes.getLong());
    }
    while (bytes.hasRemaining()) {
      hash = Mix.mix(hash, bytes.get());
    }
    return hash >>> 1;
  }
}
