/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Treatment;
import io.whatif.model.ArmsCate;
import io.whatif.model.CateModel;
import io.whatif.model.Feature;
import io.whatif.model.PartitionedCate;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** cate_fit with partition_by: a fit for each group, kept as one model with the keys first. */
final class GroupFit {
  private final Arguments arguments;
  private final String method;
  private final GroupKeys keys;
  private final List<Feature> keyFeatures;
  private final List<PartitionedCate.Group> models = new ArrayList<>();

  /** The treatment of each group that was answered, by the place of its model. */
  private final Map<Integer, Treatment> treatments = new LinkedHashMap<>();

  /** Of each group, one row for each arm. */
  private final List<List<Map<String, @Nullable Object>>> rows = new ArrayList<>();

  private final List<Map<String, @Nullable Object>> summary = new ArrayList<>();
  private final List<Map<String, @Nullable Object>> explain = new ArrayList<>();
  private long used;

  private GroupFit(Arguments arguments, String method, GroupKeys keys) {
    this.arguments = arguments;
    this.method = method;
    this.keys = keys;
    this.keyFeatures = keys.features();
  }

  /** What is kept of a group: no more than its rows and its model. */
  private record Kept(
      List<Map<String, @Nullable Object>> rows,
      List<Map<String, @Nullable Object>> summary,
      List<Map<String, @Nullable Object>> explain,
      CateModel model,
      Treatment treatment,
      long count,
      Map<String, @Nullable Object> provenance) {

    static Kept of(Run run, RawTable relation, Arguments arguments) {
      CateFit.Fitted fitted = CateFit.Fitted.of(run, relation, arguments);
      EffectCall call = fitted.call();
      return new Kept(
          fitted.rows(),
          call.summary(),
          call.explain(run).stream().filter(row -> !"figure".equals(row.get("kind"))).toList(),
          call.model(),
          call.study().treatment(),
          call.study().rows(),
          call.provenance());
    }
  }

  static Body.Answer answer(Run run, RawTable relation, Arguments arguments) {
    Arguments alike = EffectCall.alike(relation, arguments);
    Partitions partitions = Partitions.of(run, relation, arguments);
    GroupFit fit = new GroupFit(arguments, alike.requiredText("method"), partitions.keys());
    Map<String, @Nullable Object> provenance = null;
    WhatifException refusal = null;
    for (Partitions.Outcome<Kept> outcome :
        partitions.answer((alone, group) -> Kept.of(alone, group, alike))) {
      Kept kept = outcome.result();
      if (kept == null) {
        fit.refused(outcome);
        refusal = refusal == null ? outcome.refusal() : refusal;
      } else {
        fit.add(outcome.group(), kept);
        boolean more = provenance == null || provenance.get("arms") == null;
        provenance = more ? kept.provenance() : provenance;
      }
    }
    if (provenance == null) {
      throw new WhatifException(
          ErrorCode.BAD_RELATION,
          "partition_by => %s: no group can be fitted; the first: %s"
              .formatted(
                  Arguments.show(fit.keys.names()), refusal == null ? "" : refusal.message()));
    }
    return fit.answer(provenance);
  }

  private void refused(Partitions.Outcome<?> outcome) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("model", arguments.requiredText("model"));
    row.put("method", method);
    row.put("warnings", List.of(outcome.warning().row()));
    row.put("verdict", io.whatif.estimate.Warning.verdict(List.of(outcome.warning())));
    rows.add(List.of(row));
    summary.addAll(
        GroupRows.keyed(List.of(GroupRows.refused(outcome)), keys.texts(outcome.group())));
    models.add(new PartitionedCate.Group(keys.coded(outcome.group(), keyFeatures), null));
  }

  private void add(int group, Kept kept) {
    for (Map<String, @Nullable Object> row : kept.rows()) {
      List<String> features = new ArrayList<>(keys.names());
      if (row.get("features") instanceof List<?> own) {
        own.forEach(name -> features.add(String.valueOf(name)));
      }
      row.put("features", features);
    }
    rows.add(kept.rows());
    List<@Nullable String> texts = keys.texts(group);
    summary.addAll(GroupRows.keyed(kept.summary(), texts));
    explain.addAll(GroupRows.keyed(kept.explain(), texts));
    models.add(new PartitionedCate.Group(keys.coded(group, keyFeatures), kept.model()));
    treatments.put(models.size() - 1, kept.treatment());
    used += kept.count();
  }

  /**
   * Where some groups have several arms, a group of two has them too: its control and one other.
   */
  private void alignArms() {
    if (models.stream().noneMatch(group -> group.model() instanceof ArmsCate)) {
      return;
    }
    treatments.forEach(
        (place, treatment) -> {
          PartitionedCate.Group group = models.get(place);
          CateModel own = group.model();
          if (own != null && !(own instanceof ArmsCate)) {
            CateModel arms =
                new ArmsCate(
                    treatment.control(),
                    treatment.arms().subList(1, 2),
                    List.of(own),
                    new double[1][0]);
            models.set(place, new PartitionedCate.Group(group.key(), arms));
          }
        });
  }

  private Body.Answer answer(Map<String, @Nullable Object> provenance) {
    alignArms();
    GroupRows.shrink(rows.stream().flatMap(List::stream).toList());
    GroupRows.shrink(summary);
    List<Map<String, @Nullable Object>> told = new ArrayList<>();
    List<Map<String, @Nullable Object>> reports = new ArrayList<>();
    for (int g = 0; g < rows.size(); g++) {
      told.addAll(GroupRows.numbered(rows.get(g), keys.first(g)));
      for (Map<String, @Nullable Object> row : rows.get(g)) {
        Map<String, @Nullable Object> report = new LinkedHashMap<>(row);
        report.remove("seconds");
        reports.addAll(GroupRows.keyed(List.of(report), keys.texts(g)));
      }
    }
    Map<String, @Nullable Object> origin = new LinkedHashMap<>(provenance);
    origin.put("partition_by", keys.names());
    origin.put("rows", used);
    origin.put("arguments", arguments.given());
    StoredModel model =
        new StoredModel(
            arguments.requiredText("model"),
            method,
            used,
            PartitionedCate.of(keyFeatures, models),
            StoredModel.reportOf(reports),
            summary,
            explain,
            origin);
    return new Body.Answer(told, List.of(model));
  }
}
