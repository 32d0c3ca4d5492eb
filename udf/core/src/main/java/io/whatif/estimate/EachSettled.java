/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Dataset;
import io.whatif.data.Run;
import io.whatif.learn.Covariates;
import io.whatif.learn.Folds;
import io.whatif.learn.Learner;
import io.whatif.learn.OutOfFold;
import io.whatif.learn.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fits many targets of a call again and again with other folds: a learner that has to choose does
 * so for each of them, the first time; what predicts a dose need not predict its square.
 */
final class EachSettled {
  private final Map<Target, Learner> settled = new HashMap<>();

  /** The data, and what predicts. */
  record Ground(Run run, Dataset data, Covariates covariates) {}

  /** One prediction for each target, in their order. */
  List<OutOfFold> fit(Ground ground, Learner learner, List<Target> targets, Folds folds) {
    if (learner.isSettled()) {
      return learner.fitOutOfFold(ground.run(), ground.data(), ground.covariates(), targets, folds);
    }
    List<OutOfFold> all = new ArrayList<>();
    for (Target target : targets) {
      List<Target> one = List.of(target);
      Learner own = settled.get(target);
      if (own == null) {
        own = learner.settled(ground.run(), ground.data(), ground.covariates(), one, folds);
        settled.put(target, own);
      }
      all.addAll(own.fitOutOfFold(ground.run(), ground.data(), ground.covariates(), one, folds));
    }
    return all;
  }
}
