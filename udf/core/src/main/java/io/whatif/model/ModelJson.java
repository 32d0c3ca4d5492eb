/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Models as maps, lists, strings and numbers, and back. Values that JSON has no number for (NaN and
 * the infinities) stand as an object with the one key {@code $double}.
 */
final class ModelJson {
  private static final String DOUBLE = "$double";

  private ModelJson() {}

  /** The named values of a JSON object; a missing or ill-typed one is an IllegalArgument. */
  record Fields(Map<String, ? extends @Nullable Object> values) {
    Object value(String name) {
      Object value = values.get(name);
      if (value == null) {
        throw new IllegalArgumentException("no " + name);
      }
      return value;
    }

    String text(String name) {
      return value(name).toString();
    }

    long integer(String name) {
      return ((Number) value(name)).longValue();
    }

    int index(String name) {
      return Math.toIntExact(integer(name));
    }

    double number(String name) {
      return ModelJson.number(value(name));
    }

    /** The number, or {@code absent} in models kept before there was one. */
    double number(String name, double absent) {
      Object value = values.get(name);
      return value == null ? absent : ModelJson.number(value);
    }

    boolean flag(String name) {
      return (Boolean) value(name);
    }

    List<?> list(String name) {
      return (List<?>) value(name);
    }

    Map<?, ?> map(String name) {
      return (Map<?, ?>) value(name);
    }

    double[] numbers(String name) {
      return ModelJson.numbers(list(name));
    }
  }

  static Map<String, @Nullable Object> model(CateModel model, Attachments attachments) {
    if (model instanceof LinearCate linear) {
      return linear(linear);
    }
    if (model instanceof ArmsCate arms) {
      return arms(arms, attachments);
    }
    if (model instanceof ClusteredCate clustered) {
      return ClusteredJson.clustered(clustered);
    }
    if (model instanceof LearnedCate learned) {
      return LearnedJson.learned(learned, attachments);
    }
    if (model instanceof ForestCate forest) {
      return ForestJson.forest(forest, attachments);
    }
    if (model instanceof PartitionedCate partitioned) {
      return partitioned(partitioned, attachments);
    }
    throw new AssertionError("no codec for " + model.getClass());
  }

  static CateModel model(Map<?, ?> map, Attachments attachments) {
    Fields fields = fields(map);
    String kind = fields.text("kind");
    return switch (kind) {
      case "linear" -> linear(fields);
      case "clustered" -> ClusteredJson.clustered(fields);
      case "learned" -> LearnedJson.learned(fields, attachments);
      case "forest" -> ForestJson.forest(fields, attachments);
      case "partitioned" -> partitioned(fields, attachments);
      case "arms" -> arms(fields, attachments);
      default -> throw new IllegalArgumentException("unknown kind of model " + kind);
    };
  }

  private static LinearCate linear(Fields fields) {
    return new LinearCate(
        fields.list("features").stream().map(f -> feature((Map<?, ?>) f)).toList(),
        fields.list("basis").stream().map(t -> term((Map<?, ?>) t)).toList(),
        fields.numbers("coefficients"),
        fields.numbers("covariance"),
        fields.number("level"),
        range(fields),
        fields.number("maxLeverage"),
        fields.numbers("leverage"));
  }

  private static Map<String, @Nullable Object> linear(LinearCate model) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("kind", "linear");
    map.put("features", model.features().stream().map(ModelJson::feature).toList());
    map.put("basis", model.basis().stream().map(ModelJson::term).toList());
    map.put("coefficients", list(model.coefficients()));
    map.put("covariance", list(model.covariance()));
    map.put("level", plain(model.level()));
    map.put("range", range(model.range()));
    map.put("maxLeverage", plain(model.maxLeverage()));
    map.put("leverage", list(model.leverage()));
    return map;
  }

  private static ArmsCate arms(Fields fields, Attachments attachments) {
    List<CateModel> models = new ArrayList<>();
    fields.list("models").forEach(m -> models.add(model((Map<?, ?>) m, attachments)));
    return new ArmsCate(
        fields.text("control"),
        fields.list("arms").stream().map(String::valueOf).toList(),
        models,
        fields.list("cross").stream().map(c -> numbers((List<?>) c)).toArray(double[][]::new));
  }

  private static Map<String, @Nullable Object> arms(ArmsCate model, Attachments attachments) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("kind", "arms");
    map.put("control", model.control());
    map.put("arms", model.arms());
    map.put("models", model.models().stream().map(m -> model(m, attachments)).toList());
    map.put("cross", Arrays.stream(model.cross()).map(ModelJson::list).toList());
    return map;
  }

  static Map<String, @Nullable Object> range(Map<String, double[]> range) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    range.forEach((name, ends) -> map.put(name, list(ends)));
    return map;
  }

  static Map<String, double[]> range(Fields fields) {
    Map<String, double[]> range = new LinkedHashMap<>();
    fields
        .map("range")
        .forEach((name, ends) -> range.put(String.valueOf(name), numbers((List<?>) ends)));
    return range;
  }

  private static PartitionedCate partitioned(Fields fields, Attachments attachments) {
    return new PartitionedCate(
        fields.list("keys").stream().map(f -> feature((Map<?, ?>) f)).toList(),
        fields.list("groups").stream().map(g -> group(fields((Map<?, ?>) g), attachments)).toList(),
        fields.list("features").stream().map(f -> feature((Map<?, ?>) f)).toList(),
        fields.number("level"));
  }

  private static PartitionedCate.Group group(Fields fields, Attachments attachments) {
    return new PartitionedCate.Group(
        fields.numbers("key"),
        fields.values().get("model") instanceof Map<?, ?> model ? model(model, attachments) : null);
  }

  private static Map<String, @Nullable Object> partitioned(
      PartitionedCate model, Attachments attachments) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("kind", "partitioned");
    map.put("keys", model.keys().stream().map(ModelJson::feature).toList());
    map.put("features", model.features().stream().map(ModelJson::feature).toList());
    map.put("level", plain(model.level()));
    List<Map<String, @Nullable Object>> groups = new ArrayList<>();
    for (PartitionedCate.Group group : model.groups()) {
      Map<String, @Nullable Object> one = new LinkedHashMap<>();
      one.put("key", list(group.key()));
      CateModel fitted = group.model();
      one.put("model", fitted == null ? null : model(fitted, attachments));
      groups.add(one);
    }
    map.put("groups", groups);
    return map;
  }

  static Map<String, @Nullable Object> feature(Feature feature) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("name", feature.name());
    map.put("type", feature.sqlType());
    map.put("categories", feature.categories());
    return map;
  }

  static Feature feature(Map<?, ?> map) {
    Fields fields = fields(map);
    return new Feature(
        fields.text("name"),
        fields.text("type"),
        fields.list("categories").stream().map(String::valueOf).toList());
  }

  static Map<String, @Nullable Object> term(Term term) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    if (term instanceof Term.Intercept) {
      map.put("term", "intercept");
    } else if (term instanceof Term.Value value) {
      map.put("term", "value");
      map.put("feature", value.feature());
      map.put("center", plain(value.center()));
      map.put("scale", plain(value.scale()));
    } else if (term instanceof Term.Imputed imputed) {
      map.put("term", "imputed");
      map.put("feature", imputed.feature());
      map.put("center", plain(imputed.center()));
      map.put("scale", plain(imputed.scale()));
      map.put("fallback", plain(imputed.fallback()));
    } else if (term instanceof Term.Missing missing) {
      map.put("term", "missing");
      map.put("feature", missing.feature());
      map.put("center", plain(missing.center()));
    } else if (term instanceof Term.Level level) {
      map.put("term", "level");
      map.put("feature", level.feature());
      map.put("code", level.code());
      map.put("nullAsZero", level.nullAsZero());
      map.put("center", plain(level.center()));
    } else if (term instanceof Term.Scaled scaled) {
      map.put("term", "scaled");
      map.put("of", term(scaled.of()));
      map.put("shift", plain(scaled.shift()));
      map.put("factor", plain(scaled.factor()));
    } else if (term instanceof Term.Clamped clamped) {
      map.put("term", "clamped");
      map.put("of", term(clamped.of()));
      map.put("low", plain(clamped.low()));
      map.put("high", plain(clamped.high()));
    } else if (term instanceof Term.Spike spike) {
      map.put("term", "spike");
      map.put("of", term(spike.of()));
      map.put("value", plain(spike.value()));
    } else if (term instanceof Term.Hinge hinge) {
      map.put("term", "hinge");
      map.put("of", term(hinge.of()));
      map.put("knot", plain(hinge.knot()));
    } else if (term instanceof Term.Power power) {
      map.put("term", "power");
      map.put("of", term(power.of()));
      map.put("exponent", power.exponent());
    } else if (term instanceof Term.Difference difference) {
      map.put("term", "difference");
      map.put("left", term(difference.left()));
      map.put("right", term(difference.right()));
    } else if (term instanceof Term.Product product) {
      map.put("term", "product");
      map.put("left", term(product.left()));
      map.put("right", term(product.right()));
    } else {
      throw new AssertionError("no codec for " + term.getClass());
    }
    map.put("name", term.name());
    return map;
  }

  static Term term(Map<?, ?> map) {
    Fields fields = fields(map);
    String name = fields.text("name");
    String kind = fields.text("term");
    return switch (kind) {
      case "intercept" -> new Term.Intercept();
      case "value" ->
          new Term.Value(
              fields.index("feature"), name, fields.number("center"), fields.number("scale"));
      case "imputed" ->
          new Term.Imputed(
              fields.index("feature"),
              name,
              fields.number("center"),
              fields.number("scale"),
              fields.number("fallback"));
      case "missing" -> new Term.Missing(fields.index("feature"), name, fields.number("center", 0));
      case "level" ->
          new Term.Level(
              fields.index("feature"),
              fields.index("code"),
              name,
              fields.flag("nullAsZero"),
              fields.number("center", 0));
      case "scaled" ->
          new Term.Scaled(term(fields.map("of")), fields.number("shift"), fields.number("factor"));
      case "clamped" ->
          new Term.Clamped(term(fields.map("of")), fields.number("low"), fields.number("high"));
      case "spike" -> new Term.Spike(term(fields.map("of")), fields.number("value"));
      case "hinge" -> new Term.Hinge(term(fields.map("of")), fields.number("knot"));
      case "power" -> new Term.Power(term(fields.map("of")), fields.index("exponent"));
      case "difference" -> new Term.Difference(term(fields.map("left")), term(fields.map("right")));
      case "product" -> new Term.Product(term(fields.map("left")), term(fields.map("right")));
      default -> throw new IllegalArgumentException("unknown term " + kind);
    };
  }

  /** A value with its numbers as JSON can hold them. */
  static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof Double number && !Double.isFinite(number)) {
      return Map.of(DOUBLE, number.toString());
    }
    if (value instanceof double[] numbers) {
      return list(numbers);
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((name, inner) -> copy.put(String.valueOf(name), plain(inner)));
      return copy;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      list.forEach(inner -> copy.add(plain(inner)));
      return copy;
    }
    return value;
  }

  /** The inverse of {@link #plain}; whole numbers come back as Long. */
  static @Nullable Object restore(@Nullable Object value) {
    if (value instanceof Integer whole) {
      return whole.longValue();
    }
    if (value instanceof Map<?, ?> map) {
      return map.size() == 1 && map.get(DOUBLE) != null ? (Object) number(map) : restoreMap(map);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      list.forEach(inner -> copy.add(restore(inner)));
      return copy;
    }
    return value;
  }

  static Map<String, @Nullable Object> restoreMap(Map<?, ?> map) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach((name, inner) -> copy.put(String.valueOf(name), restore(inner)));
    return copy;
  }

  static List<Map<String, @Nullable Object>> restoreRows(List<?> rows) {
    List<Map<String, @Nullable Object>> copy = new ArrayList<>();
    rows.forEach(row -> copy.add(restoreMap((Map<?, ?>) row)));
    return copy;
  }

  static Fields fields(Map<?, ?> map) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach((name, value) -> copy.put(String.valueOf(name), value));
    return new Fields(copy);
  }

  static List<@Nullable Object> list(double[] numbers) {
    List<@Nullable Object> list = new ArrayList<>(numbers.length);
    for (double number : numbers) {
      list.add(plain(number));
    }
    return list;
  }

  static double[] numbers(List<?> list) {
    return list.stream().mapToDouble(ModelJson::number).toArray();
  }

  private static double number(Object value) {
    if (value instanceof Map<?, ?> map) {
      return Double.parseDouble(String.valueOf(map.get(DOUBLE)));
    }
    return ((Number) value).doubleValue();
  }
}
