/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import io.whatif.forest.Bins;
import io.whatif.forest.Forest;
import io.whatif.forest.ForestBytes;
import io.whatif.forest.Moments;
import io.whatif.forest.Scale;
import io.whatif.forest.Tree;
import io.whatif.model.ModelJson.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@link ForestCate} as a map, and back; its trees and bins are attachments. */
final class ForestJson {
  private ForestJson() {}

  static Map<String, @Nullable Object> forest(ForestCate model, Attachments attachments) {
    Forest forest = model.forest();
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("kind", "forest");
    map.put("features", model.features().stream().map(ModelJson::feature).toList());
    map.put("nullable", model.nullable());
    map.put("unit", ModelJson.plain(model.unit()));
    map.put("level", ModelJson.plain(model.level()));
    map.put("range", ModelJson.range(model.range()));
    map.put(
        "scales",
        model.scales().stream()
            .map(scale -> ModelJson.list(new double[] {scale.center(), scale.unit()}))
            .toList());
    trees(forest, attachments, map);
    return map;
  }

  static ForestCate forest(Fields fields, Attachments attachments) {
    Forest forest = trees(fields, attachments);
    return new ForestCate(
        fields.list("features").stream().map(f -> ModelJson.feature((Map<?, ?>) f)).toList(),
        LearnedJson.places(fields.list("nullable")),
        forest,
        fields.number("unit"),
        fields.number("level"),
        ModelJson.range(fields),
        scales(fields));
  }

  /** None in models of before there were any. */
  private static List<Scale> scales(Fields fields) {
    List<Scale> scales = new ArrayList<>();
    if (fields.values().get("scales") instanceof List<?> list) {
      for (Object scale : list) {
        double[] numbers = ModelJson.numbers((List<?>) scale);
        scales.add(new Scale(numbers[0], numbers[1]));
      }
    }
    return scales;
  }

  /** Puts a forest into a map. */
  static void trees(Forest forest, Attachments attachments, Map<String, @Nullable Object> into) {
    into.put("responses", forest.layout().responses());
    into.put("weighted", forest.layout().weighted());
    into.put("bins", attachments.add(ForestBytes.bins(forest.bins())));
    into.put("trees", forest.parts().stream().map(attachments::add).toList());
  }

  /** The forest of a map. */
  static Forest trees(Fields fields, Attachments attachments) {
    Moments.Layout layout = new Moments.Layout(fields.index("responses"), fields.flag("weighted"));
    List<Bins> bins = ForestBytes.bins(attachments.get(fields.index("bins")));
    List<Tree> trees = new ArrayList<>();
    for (Object part : fields.list("trees")) {
      int number = ((Number) part).intValue();
      trees.addAll(ForestBytes.trees(attachments.get(number), layout.count()));
    }
    return new Forest(bins, layout, trees);
  }
}
