/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.model.ArmsCate;
import io.whatif.model.CateModel;
import io.whatif.model.ForestCate;
import io.whatif.model.ForestMerge;
import io.whatif.model.Kept;
import io.whatif.model.KeptRows;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Forests that were fitted apart, kept as one model. */
final class CateMerge implements Body.Merge {
  private static final Argument MODEL =
      Argument.required(
          "model",
          Argument.Type.TEXT,
          "The name to keep the merged model under; or as first argument.");
  private static final Argument MODELS =
      Argument.required(
          "models",
          Argument.Type.NAMES,
          "The names of the forests, two or more; or as second argument.");

  static final String INSTRUMENTAL = "instrumental_forest";

  private static final Pattern LEAF = Pattern.compile("min_node_size=([0-9]+)");

  /** Arguments that forests must have alike, beside the size of leaves. */
  private static final Set<String> ALIKE =
      Set.of(
          "instrument",
          "cluster",
          "weight",
          "mtry",
          "sample_fraction",
          "honesty",
          "honesty_fraction",
          "min_balance",
          "imbalance_penalty");

  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "cate_merge",
          "Merges causal forests that were fitted apart, to the same rows with other seeds or other"
              + " numbers of trees, into one model with the trees of all, and gives the rows that"
              + " cate_fit would. Those of the same seed, whose numbers (first_tree) do not meet, make"
              + " the forest that would have been grown at once.",
          List.of(MODEL, MODELS, CateFit.IF_EXISTS),
          CateFit.DESCRIPTOR.result(),
          "Athey, Tibshirani and Wager 2019, doi:10.1214/18-AOS1709; grf merge_forests",
          """
          FROM cate_fit(TABLE nsw, model => 'a', outcome => 'earnings_1978', treatment => 'treated',
                        features => ['age', 'education'], method => 'causal_forest', trees => 100);
          FROM cate_fit(TABLE nsw, model => 'b', outcome => 'earnings_1978', treatment => 'treated',
                        features => ['age', 'education'], method => 'causal_forest', trees => 100,
                        first_tree => 100);
          SELECT model, estimate, std_error, learners FROM cate_merge('forest', ['a', 'b']);""",
          List.of(new CateMerge()));

  @Override
  public StoredModel merged(List<StoredModel> models, Arguments arguments) {
    check(models, arguments);
    StoredModel first = models.get(0);
    List<ForestCate> forests = new ArrayList<>(forests(first));
    List<KeptRows> kept = new ArrayList<>(first.kept().rows());
    for (StoredModel other : models.subList(1, models.size())) {
      checkAlike(first, other);
      List<ForestCate> further = forests(other);
      List<KeptRows> rows = other.kept().rows();
      for (int arm = 0; arm < forests.size(); arm++) {
        ForestMerge merge = ForestMerge.of(forests.get(arm), further.get(arm));
        if (merge.overlaps()) {
          throw bad(
              "model '%s' has a tree that is among the others: of the same seed and number it counts once. Fit it with another seed or first_tree.",
              other.name());
        }
        if (INSTRUMENTAL.equals(first.method())) {
          checkAverages(first, other);
        }
        KeptRows of =
            kept.isEmpty() || rows.isEmpty() ? null : merge.kept(kept.get(arm), rows.get(arm));
        forests.set(arm, merge.forest());
        if (of == null) {
          kept.clear();
        } else {
          kept.set(arm, of);
        }
      }
    }
    return new MergedReport(models, arguments.requiredText("model"), trees(forests))
        .of(model(first.model(), forests), Kept.of(kept));
  }

  private static int trees(List<ForestCate> forests) {
    return forests.get(0).forest().trees().size();
  }

  private static CateModel model(CateModel like, List<ForestCate> forests) {
    return like instanceof ArmsCate arms
        ? new ArmsCate(arms.control(), arms.arms(), List.copyOf(forests), arms.cross())
        : forests.get(0);
  }

  /** The forest of each arm. */
  private static List<ForestCate> forests(StoredModel model) {
    List<CateModel> effects =
        model.model() instanceof ArmsCate arms ? arms.models() : List.of(model.model());
    List<ForestCate> forests = new ArrayList<>();
    for (CateModel effect : effects) {
      if (!(effect instanceof ForestCate forest)) {
        throw bad(
            "model '%s' is no forest: its method is '%s'. Only forests that were fitted without partition_by merge.",
            model.name(), model.method());
      }
      if (forest.scales().isEmpty()) {
        throw bad(
            "model '%s' was fitted when forests kept less than it takes to merge them. Fit it again.",
            model.name());
      }
      forests.add(forest);
    }
    return forests;
  }

  private static void check(List<StoredModel> models, Arguments arguments) {
    List<String> names = arguments.names("models");
    if (models.size() < 2) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "models => %s: name two forests or more.".formatted(Arguments.show(names)));
    }
  }

  /** Refuses a model that is not of what the first is of. */
  private static void checkAlike(StoredModel first, StoredModel other) {
    String difference = difference(first, other);
    if (difference == null) {
      List<ForestCate> ones = forests(first);
      List<ForestCate> others = forests(other);
      for (int arm = 0; arm < ones.size() && difference == null; arm++) {
        difference = ForestMerge.difference(ones.get(arm), others.get(arm)).orElse(null);
      }
    }
    if (difference == null) {
      difference = ofRows(first.kept().rows(), other.kept().rows());
    }
    if (difference != null) {
      throw bad(
          "models '%s' and '%s' differ in %s. Forests merge if they are fitted to the same rows with the same arguments but seed, trees and first_tree.",
          first.name(), other.name(), difference);
    }
  }

  private static @Nullable String difference(StoredModel first, StoredModel other) {
    if (!first.method().equals(other.method())) {
      return "their methods, '%s' and '%s'".formatted(first.method(), other.method());
    }
    for (String part : List.of("outcome", "treatment", "contrast", "arms")) {
      if (differ(part, first, other)) {
        return told(part, first, other);
      }
    }
    // Without controls named, all other columns are: features that differ are told as such.
    if (!differ("features", first, other) && differ("controls", first, other)) {
      return told("controls", first, other);
    }
    return ofArguments(first, other);
  }

  private static boolean differ(String part, StoredModel first, StoredModel other) {
    return !Objects.equals(first.provenance().get(part), other.provenance().get(part));
  }

  private static String told(String part, StoredModel first, StoredModel other) {
    return "their %s, %s and %s"
        .formatted(part, shown(first.provenance().get(part)), shown(other.provenance().get(part)));
  }

  /** Arguments of which the trees are, beside their seed and numbers, that are given otherwise. */
  private static @Nullable String ofArguments(StoredModel first, StoredModel other) {
    Map<?, ?> ones = given(first);
    Map<?, ?> others = given(other);
    for (Argument argument : CateFit.DESCRIPTOR.arguments()) {
      String name = argument.name();
      if (!ALIKE.contains(name)) {
        continue;
      }
      Object one = ones.containsKey(name) ? ones.get(name) : argument.fallback();
      Object two = others.containsKey(name) ? others.get(name) : argument.fallback();
      if (!same(one, two)) {
        return "their %s, %s and %s".formatted(name, shown(one), shown(two));
      }
    }
    String leaf = leaf(first);
    return leaf.equals(leaf(other))
        ? null
        : "their min_node_size, %s and %s".formatted(leaf, leaf(other));
  }

  /** The size of leaves that was used, given or not, of each arm. */
  private static String leaf(StoredModel model) {
    return LEAF.matcher(String.valueOf(model.report().get("learners")))
        .results()
        .map(size -> size.group(1))
        .collect(Collectors.joining(", "));
  }

  private static Map<?, ?> given(StoredModel model) {
    return model.provenance().get("arguments") instanceof Map<?, ?> given ? given : Map.of();
  }

  private static boolean same(@Nullable Object one, @Nullable Object two) {
    if (one instanceof Number number && two instanceof Number another) {
      return number.doubleValue() == another.doubleValue();
    }
    if (one instanceof String text && two instanceof String another) {
      return text.equalsIgnoreCase(another);
    }
    return Objects.equals(one, two);
  }

  private static @Nullable String ofRows(List<KeptRows> ones, List<KeptRows> others) {
    for (int arm = 0; arm < Math.min(ones.size(), others.size()); arm++) {
      String difference = ones.get(arm).contradiction(others.get(arm)).orElse(null);
      if (difference != null) {
        return difference + " of the same rows";
      }
    }
    return null;
  }

  /**
   * Averages of an instrumental forest need no trees, and those of equal seeds are equal; of others
   * none is made, as no rows are kept to make it of.
   */
  private static void checkAverages(StoredModel first, StoredModel other) {
    for (String figure : List.of("estimate", "std_error")) {
      if (!Objects.equals(first.report().get(figure), other.report().get(figure))) {
        throw bad(
            "models '%s' and '%s' are instrumental forests, which keep no rows, and their averages differ, so that these cannot be joined. Fit both to the same rows with the same arguments and seed, and another first_tree.",
            first.name(), other.name());
      }
    }
  }

  private static String shown(@Nullable Object value) {
    if (value instanceof Number number) {
      return TreatmentReader.number(number.doubleValue());
    }
    return value == null ? "none" : Arguments.show(value);
  }

  private static WhatifException bad(String format, Object... values) {
    return new WhatifException(ErrorCode.BAD_MODEL, String.format(Locale.ROOT, format, values));
  }
}
