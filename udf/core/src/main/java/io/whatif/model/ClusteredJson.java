/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import io.whatif.model.ModelJson.Fields;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@link ClusteredCate} as a map, and back. */
final class ClusteredJson {
  private ClusteredJson() {}

  static Map<String, @Nullable Object> clustered(ClusteredCate model) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("kind", "clustered");
    map.put("features", model.features().stream().map(ModelJson::feature).toList());
    map.put("basis", model.basis().terms().stream().map(ModelJson::term).toList());
    map.put("projection", matrix(model.basis().projection()));
    map.put("centres", matrix(model.basis().centres()));
    map.put("coefficients", ModelJson.list(model.coefficients()));
    map.put("covariance", ModelJson.list(model.covariance()));
    map.put("level", ModelJson.plain(model.level()));
    map.put("range", ModelJson.range(model.range()));
    map.put("maxDistance", ModelJson.plain(model.maxDistance()));
    return map;
  }

  static ClusteredCate clustered(Fields fields) {
    return new ClusteredCate(
        fields.list("features").stream().map(f -> ModelJson.feature((Map<?, ?>) f)).toList(),
        new ClusterBasis(
            fields.list("basis").stream().map(t -> ModelJson.term((Map<?, ?>) t)).toList(),
            matrix(fields.list("projection")),
            matrix(fields.list("centres"))),
        fields.numbers("coefficients"),
        fields.numbers("covariance"),
        fields.number("level"),
        ModelJson.range(fields),
        fields.number("maxDistance"));
  }

  private static List<List<@Nullable Object>> matrix(double[][] rows) {
    return Arrays.stream(rows).map(ModelJson::list).toList();
  }

  private static double[][] matrix(List<?> rows) {
    return rows.stream().map(row -> ModelJson.numbers((List<?>) row)).toArray(double[][]::new);
  }
}
