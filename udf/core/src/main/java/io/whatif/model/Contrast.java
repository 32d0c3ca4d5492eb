/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One of the effects a model holds: that of an arm against the control, or the only one.
 *
 * @param name what is compared, such as {@code none -> call}
 * @param effect by the row's own features; no feature names an arm
 */
public record Contrast(String name, CateModel effect) {

  /**
   * The effects of a model, in the order of its arms.
   *
   * @param only what a model without several arms compares
   */
  public static List<Contrast> of(CateModel model, String only) {
    if (model instanceof ArmsCate arms) {
      return of(arms);
    }
    if (model instanceof PartitionedCate groups && hasArms(groups)) {
      return of(groups);
    }
    return List.of(new Contrast(only, model));
  }

  /** Whether a model's effect depends on which values of a treatment are compared. */
  public static boolean bends(CateModel model) {
    return model.features().stream().anyMatch(f -> f.sqlType().equals(LinearCate.DOSE_TYPE));
  }

  /** The slope of a bent effect at a value of the treatment, as a model of the row's features. */
  public static CateModel slope(CateModel model, double dose) {
    if (model instanceof PartitionedCate groups) {
      return groups.eachWithoutArms(bent -> slope(bent, dose));
    }
    return model instanceof LinearCate linear && linear.isCurve() ? linear.marginal(dose) : model;
  }

  private static List<Contrast> of(ArmsCate arms) {
    List<Contrast> contrasts = new ArrayList<>();
    for (int a = 0; a < arms.arms().size(); a++) {
      String name = arms.control() + " -> " + arms.arms().get(a);
      contrasts.add(new Contrast(name, arms.models().get(a)));
    }
    return contrasts;
  }

  private static boolean hasArms(PartitionedCate groups) {
    return groups.groups().stream().anyMatch(group -> group.model() instanceof ArmsCate);
  }

  /** Each arm's effect in all groups; a group without the arm has none. */
  private static List<Contrast> of(PartitionedCate groups) {
    List<Feature> features = groups.features().stream().filter(f -> !ArmsCate.namesArm(f)).toList();
    Map<String, List<PartitionedCate.Group>> byName = new LinkedHashMap<>();
    for (PartitionedCate.Group group : groups.groups()) {
      if (group.model() instanceof ArmsCate arms) {
        of(arms).forEach(contrast -> byName.putIfAbsent(contrast.name(), new ArrayList<>()));
      }
    }
    byName.forEach(
        (name, own) -> {
          for (PartitionedCate.Group group : groups.groups()) {
            own.add(
                new PartitionedCate.Group(
                    group.key(),
                    group.model() instanceof ArmsCate arms
                        ? of(arms).stream()
                            .filter(contrast -> contrast.name().equals(name))
                            .map(Contrast::effect)
                            .findFirst()
                            .orElse(null)
                        : null));
          }
        });
    List<Contrast> contrasts = new ArrayList<>();
    byName.forEach(
        (name, own) ->
            contrasts.add(
                new Contrast(
                    name, new PartitionedCate(groups.keys(), own, features, groups.level()))));
    return contrasts;
  }
}
