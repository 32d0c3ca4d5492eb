/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearnersTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ridge | ridge(alpha=1.0)",
        "Ridge( ALPHA => 0.5 ) | ridge(alpha=0.5)",
        "ridge(alpha := 2) | ridge(alpha=2.0)",
        "ridge(alpha: 3) | ridge(alpha=3.0)",
        "ridge(4) | ridge(alpha=4.0)",
        "ols() | ols",
        "logit | logit",
        "logistic(c=1) | logistic(c=1.0)",
        "ridge(alpha=auto) | ridge(alpha=auto)",
        "lasso | lasso(lambda=auto)",
        "gbt | gbt(trees=200, depth=3, rate=0.1)",
        "gbt(100) | gbt(trees=100, depth=3, rate=0.1)",
        "gbt( rate=.05 , Trees=500, depth=4) | gbt(trees=500, depth=4, rate=0.05)",
        "forest | forest(trees=200, depth=8)",
        "lasso(0.1) | lasso(lambda=0.1)",
        "elastic_net | elastic_net(lambda=auto, l1_ratio=0.5)",
        "Elastic_Net(l1_ratio => 0.2, lambda: 1e-3) | elastic_net(lambda=0.001, l1_ratio=0.2)",
        "spline | spline",
        "auto | auto",
        "isotonic( gbt(100, depth = 2) ) | isotonic(gbt(trees=100, depth=2, rate=0.1))",
        "isotonic(logit) | isotonic(logit)",
      })
  void spellingsMeanOneLearner(String text, String name) {
    Learner learner = Learners.parse("treatment_learner", text, Target.Kind.PROBABILITY);
    assertThat(learner.name()).isEqualTo(name);
    assertThat(Learners.parse("x", name, Target.Kind.PROBABILITY)).isEqualTo(learner);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rigde | there is no such learner. Did you mean ridge?",
        "oracle | there is no such learner. Use auto, spline, linear, ols, ridge, lasso, elastic_net, gbt,"
            + " forest, honest_forest, logit, logistic, multinomial or"
            + " isotonic.",
        "gbt(trees=0) | trees must be a whole number from 1 to 10000. "
            + "Write gbt(trees=200, depth=3, rate=0.1).",
        "gbt(depth=2.5) | depth must be a whole number from 1 to 20. "
            + "Write gbt(trees=200, depth=3, rate=0.1).",
        "gbt(rate=2) | rate must be above 0 and at most 1. "
            + "Write gbt(trees=200, depth=3, rate=0.1).",
        "forest(rate=0.1) | forest has no option 'rate'. Write forest(trees=200, depth=8).",
        "lasso(lambda=0) | lambda must be positive and finite. Write lasso(lambda=0.1).",
        "elastic_net(l1_ratio=0) | l1_ratio must be above 0 and at most 1. "
            + "Write elastic_net(lambda=0.1, l1_ratio=0.5).",
        "elastic_net(1, 0.5) | only the first option can stand without its name. "
            + "Write elastic_net(lambda=0.1, l1_ratio=0.5).",
        "elastic_net(1, lambda=2) | lambda is given twice. "
            + "Write elastic_net(lambda=0.1, l1_ratio=0.5).",
        "ridge(beta=1) | ridge has no option 'beta'. Write ridge(alpha=1).",
        "ridge(alpha=x) | 'x' is not a number. Write ridge(alpha=1).",
        "ridge(alpha=-1) | alpha must be positive and finite. Write ridge(alpha=1).",
        "ols(alpha=1) | ols takes no options. Write 'ols'.",
        "ridge( | this is not a learner. Use one such as spline or ridge(alpha=1).",
        "logit | logit predicts the chance of a 0/1 column, and this one is not. "
            + "Use spline, ridge(alpha=1) or ols.",
        "isotonic(gbt) | isotonic predicts the chance of a 0/1 column, and this one is not. "
            + "Use spline, ridge(alpha=1) or ols.",
      })
  void mistakesAreToldInOneLine(String text, String message) {
    assertThatThrownBy(() -> Learners.parse("outcome_learner", text, Target.Kind.VALUE))
        .hasToString("outcome_learner => '" + text + "': " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "isotonic | isotonic calibrates a learner. Write isotonic(gbt).",
        "isotonic(a=gbt) | isotonic calibrates a learner. Write isotonic(gbt).",
        "isotonic(gbd) | there is no such learner. Did you mean gbt?",
        "isotonic(gbt(trees=no)) | 'no' is not a number. Write gbt(trees=200, depth=3, rate=0.1).",
        "isotonic(gbt)) | this is not a learner. Use one such as spline or ridge(alpha=1).",
      })
  void mistakesWithinAreToldToo(String text, String message) {
    assertThatThrownBy(() -> Learners.parse("treatment_learner", text, Target.Kind.PROBABILITY))
        .hasToString("treatment_learner => '" + text + "': " + message);
  }
}
