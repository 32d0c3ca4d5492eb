/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import java.util.List;

/** Every estimator there is. A new one is a class and a line here. */
public final class Estimators {
  public static final List<Estimator> ALL =
      List.of(
          new AutoMethod(),
          new ConstantDml(),
          new LinearDml(),
          new DrLearner(),
          new SLearner(),
          new TLearner(),
          new XLearner(),
          new RLearner(),
          new Ols(),
          new CiDml(),
          new SparseDml(),
          new CausalForest(),
          new InstrumentalForest());

  private Estimators() {}

  /** The names of those that take predictions. */
  public static List<String> takingPredictions() {
    return ALL.stream().filter(Estimator::takesPredictions).map(Estimator::name).toList();
  }

  /**
   * Whether the effect is a polynomial in a continuous treatment, so that its terms are predicted.
   */
  public static boolean bends(FitOptions options) {
    return CurveDml.degree(options) > 1;
  }

  /** The estimator of that name; the caller has checked that there is one. */
  public static Estimator named(String name) {
    return ALL.stream().filter(e -> e.name().equals(name)).findFirst().orElseThrow();
  }
}
