/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

/**
 * The S-learner: \( \hat\tau(x) = \hat\mu(x, 1) - \hat\mu(x, 0) \), one model of the outcome with
 * the treatment among its covariates.
 *
 * <p>The effect varies only as far as the learner lets it interact: {@code spline} has products of
 * the treatment with each covariate unless there are too many; {@code linear}, {@code ols} and
 * {@code ridge} give every row the same effect. With controls beyond the features as {@link
 * TLearner}.
 *
 * <p>Source: Künzel, Sekhon, Bickel and Yu 2019, doi:10.1073/pnas.1804597116.
 */
final class SLearner implements EffectLearner {
  @Override
  public String name() {
    return "s";
  }

  @Override
  public boolean joint() {
    return true;
  }

  @Override
  public LearnedEffect learn(Ground ground, int arm) {
    return TLearner.difference(ground, arm, true);
  }
}
