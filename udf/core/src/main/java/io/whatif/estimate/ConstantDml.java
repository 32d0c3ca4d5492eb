/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import io.whatif.model.LinearCate;
import java.util.List;

/**
 * The same effect for every row, whatever its features: the regression of the outcome's residual on
 * the treatment's, as {@link LinearDml} has it without features. It estimates the overlap-weighted
 * average effect, of a continuous treatment the variance-weighted average slope; the average effect
 * is estimated apart.
 *
 * <p>A row that lacks a feature has the effect too.
 *
 * <p>Source: Robinson 1988, doi:10.2307/1912705.
 */
final class ConstantDml implements Estimator {
  @Override
  public String name() {
    return "constant";
  }

  @Override
  public boolean takesPredictions() {
    return true;
  }

  @Override
  public Fit fit(Run run, Study study, FitOptions options) {
    Fit fit = new LinearDml().fit(run, study.withoutFeatures(), options);
    LinearCate effect = (LinearCate) fit.model();
    LinearCate ofFeatures =
        new LinearCate(
            new EffectBasis(study, options).features(),
            effect.basis(),
            effect.coefficients(),
            effect.covariance(),
            effect.level(),
            Support.ranges(study),
            0,
            new double[0]);
    return fit.with(ofFeatures);
  }

  @Override
  public List<Effect> effects(Run run, Study study, FitOptions options) {
    return new LinearDml().effects(run, study.withoutFeatures(), options);
  }
}
