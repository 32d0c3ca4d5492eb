/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Every function there is. Registration, planning, checks and documentation derive from it. */
public final class Catalog {
  public static final List<FunctionDescriptor> ALL = all();

  private Catalog() {}

  /** The function of that name, compared without case. */
  public static Optional<FunctionDescriptor> find(String name) {
    return ALL.stream().filter(f -> f.name().equalsIgnoreCase(name)).findFirst();
  }

  private static List<FunctionDescriptor> all() {
    List<FunctionDescriptor> all = new ArrayList<>();
    all.add(CateFit.DESCRIPTOR);
    all.add(CateMerge.DESCRIPTOR);
    all.add(DmlSummary.DESCRIPTOR);
    all.add(Ate.DESCRIPTOR);
    all.add(PropensityTrimFunction.DESCRIPTOR);
    all.add(TrimSummary.DESCRIPTOR);
    all.add(BalanceFunction.DESCRIPTOR);
    all.add(CatePopulation.DESCRIPTOR);
    all.add(CateTree.DESCRIPTOR);
    all.add(CateInsights.DESCRIPTOR);
    all.add(CateImportance.DESCRIPTOR);
    all.add(CalibrationReport.DESCRIPTOR);
    all.add(CateOob.DESCRIPTOR);
    all.add(CateProjection.DESCRIPTOR);
    all.add(CateExplain.DESCRIPTOR);
    all.add(CateModels.DESCRIPTOR);
    all.add(CateDrop.DESCRIPTOR);
    all.add(CatePublish.DESCRIPTOR);
    all.add(CateSql.DESCRIPTOR);
    Arrays.stream(ModelScore.values()).map(ModelScore::descriptor).forEach(all::add);
    return List.copyOf(all);
  }
}
