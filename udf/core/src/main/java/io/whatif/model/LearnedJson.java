/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import io.whatif.math.Isotonic;
import io.whatif.model.ModelJson.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@link LearnedCate} and its predictors as maps, and back. */
final class LearnedJson {
  private LearnedJson() {}

  static Map<String, @Nullable Object> learned(LearnedCate model, Attachments attachments) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("kind", "learned");
    map.put("features", model.features().stream().map(ModelJson::feature).toList());
    map.put("nullable", model.nullable());
    map.put("parts", model.parts().stream().map(p -> part(p, attachments)).toList());
    map.put("level", ModelJson.plain(model.level()));
    map.put("range", ModelJson.range(model.range()));
    return map;
  }

  static LearnedCate learned(Fields fields, Attachments attachments) {
    return new LearnedCate(
        fields.list("features").stream().map(f -> ModelJson.feature((Map<?, ?>) f)).toList(),
        places(fields.list("nullable")),
        fields.list("parts").stream()
            .map(p -> part(ModelJson.fields((Map<?, ?>) p), attachments))
            .toList(),
        fields.number("level"),
        ModelJson.range(fields));
  }

  static List<Integer> places(List<?> list) {
    return list.stream().map(place -> ((Number) place).intValue()).toList();
  }

  private static Map<String, @Nullable Object> part(
      LearnedCate.Part part, Attachments attachments) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("factor", ModelJson.plain(part.factor()));
    LearnedCate.Weight weight = part.weight();
    map.put("weight", weight == null ? null : weight(weight, attachments));
    map.put("predictor", predictor(part.predictor(), attachments));
    map.put("inputs", part.inputs());
    map.put("arm", ModelJson.plain(part.arm()));
    return map;
  }

  private static LearnedCate.Part part(Fields fields, Attachments attachments) {
    return new LearnedCate.Part(
        fields.number("factor"),
        fields.values().get("weight") instanceof Map<?, ?> weight
            ? weight(ModelJson.fields(weight), attachments)
            : null,
        predictor(ModelJson.fields(fields.map("predictor")), attachments),
        places(fields.list("inputs")),
        fields.number("arm"));
  }

  private static Map<String, @Nullable Object> weight(
      LearnedCate.Weight weight, Attachments attachments) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("propensity", predictor(weight.propensity(), attachments));
    map.put("low", ModelJson.plain(weight.low()));
    map.put("high", ModelJson.plain(weight.high()));
    map.put("complement", weight.complement());
    return map;
  }

  private static LearnedCate.Weight weight(Fields fields, Attachments attachments) {
    return new LearnedCate.Weight(
        predictor(ModelJson.fields(fields.map("propensity")), attachments),
        fields.number("low"),
        fields.number("high"),
        fields.flag("complement"));
  }

  private static Map<String, @Nullable Object> predictor(
      Predictor predictor, Attachments attachments) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    if (predictor instanceof LinearPredictor linear) {
      map.put("predictor", "linear");
      map.put("terms", linear.terms().stream().map(ModelJson::term).toList());
      map.put("coefficients", ModelJson.list(linear.coefficients()));
      map.put("probability", linear.probability());
      return map;
    }
    if (predictor instanceof TreeEnsemble trees) {
      map.put("predictor", "trees");
      map.putAll(TreesJson.trees(trees));
      return map;
    }
    if (predictor instanceof ForestPredictor forest) {
      map.put("predictor", "forest");
      map.put("center", ModelJson.plain(forest.center()));
      map.put("unit", ModelJson.plain(forest.unit()));
      map.put("probability", forest.probability());
      ForestJson.trees(forest.forest(), attachments, map);
      return map;
    }
    if (predictor instanceof CalibratedPredictor calibrated) {
      map.put("predictor", "calibrated");
      map.put("of", predictor(calibrated.of(), attachments));
      map.put("at", ModelJson.list(calibrated.map().at()));
      map.put("value", ModelJson.list(calibrated.map().value()));
      return map;
    }
    throw new AssertionError("no codec for " + predictor.getClass());
  }

  private static Predictor predictor(Fields fields, Attachments attachments) {
    String kind = fields.text("predictor");
    if (kind.equals("linear")) {
      return new LinearPredictor(
          fields.list("terms").stream().map(t -> ModelJson.term((Map<?, ?>) t)).toList(),
          fields.numbers("coefficients"),
          fields.flag("probability"));
    }
    if (kind.equals("trees")) {
      return TreesJson.trees(fields);
    }
    if (kind.equals("forest")) {
      return new ForestPredictor(
          ForestJson.trees(fields, attachments),
          fields.number("center"),
          fields.number("unit"),
          fields.flag("probability"));
    }
    if (kind.equals("calibrated")) {
      return new CalibratedPredictor(
          predictor(ModelJson.fields(fields.map("of")), attachments),
          new Isotonic(fields.numbers("at"), fields.numbers("value")));
    }
    throw new IllegalArgumentException("unknown predictor " + kind);
  }
}
