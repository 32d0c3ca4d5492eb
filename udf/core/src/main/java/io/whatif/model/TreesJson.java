/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import io.whatif.model.ModelJson.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@link TreeEnsemble} as a map, and back. Floats stand as the doubles that equal them. */
final class TreesJson {
  private TreesJson() {}

  static Map<String, @Nullable Object> trees(TreeEnsemble ensemble) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("looks", ensemble.looks().stream().map(ModelJson::term).toList());
    map.put("shift", ModelJson.plain(ensemble.shift()));
    map.put("factor", ModelJson.plain(ensemble.factor()));
    map.put("link", ensemble.link().name());
    Trees trees = ensemble.trees();
    map.put("roots", list(trees.roots()));
    map.put("input", list(trees.input()));
    List<@Nullable Object> values = new ArrayList<>(trees.value().length);
    for (float value : trees.value()) {
      values.add(ModelJson.plain((double) value));
    }
    map.put("value", values);
    map.put("left", list(trees.left()));
    map.put("right", list(trees.right()));
    map.put("missing", list(trees.missing()));
    return map;
  }

  static TreeEnsemble trees(Fields fields) {
    double[] wide = fields.numbers("value");
    float[] values = new float[wide.length];
    for (int n = 0; n < wide.length; n++) {
      values[n] = (float) wide[n];
    }
    Trees trees =
        new Trees(
            whole(fields, "roots"),
            whole(fields, "input"),
            values,
            whole(fields, "left"),
            whole(fields, "right"),
            whole(fields, "missing"));
    return new TreeEnsemble(
        fields.list("looks").stream().map(term -> ModelJson.term((Map<?, ?>) term)).toList(),
        trees,
        fields.number("shift"),
        fields.number("factor"),
        TreeEnsemble.Link.valueOf(fields.text("link")));
  }

  private static List<Integer> list(int[] numbers) {
    List<Integer> list = new ArrayList<>(numbers.length);
    for (int number : numbers) {
      list.add(number);
    }
    return list;
  }

  private static int[] whole(Fields fields, String name) {
    return fields.list(name).stream().mapToInt(n -> ((Number) n).intValue()).toArray();
  }
}
