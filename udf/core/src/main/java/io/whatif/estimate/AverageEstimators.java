/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import java.util.List;

/** Every way to estimate an average effect. A new one is a class and a line here. */
public final class AverageEstimators {
  public static final List<AverageEstimator> ALL =
      List.of(
          new Aipw(),
          new DmlAverage(),
          new Ipw(),
          new RegressionAverage(),
          new DifferenceOfMeans(),
          new CiPo());

  private AverageEstimators() {}

  /** The estimator of that name; the caller has checked that there is one. */
  public static AverageEstimator named(String name) {
    return ALL.stream().filter(e -> e.name().equals(name)).findFirst().orElseThrow();
  }

  /** The names of those that give an estimand, to choose from. */
  static List<String> giving(Estimand estimand, Treatment treatment) {
    return ALL.stream()
        .filter(e -> e.estimands().contains(estimand))
        .filter(e -> e.takesContinuous() || !treatment.continuous())
        .filter(e -> e.takesArms() || treatment.kind() != Treatment.Kind.ARMS)
        .map(AverageEstimator::name)
        .toList();
  }
}
