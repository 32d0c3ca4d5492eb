/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Run;
import io.whatif.model.TreeEnsemble;
import java.util.HashMap;
import java.util.Map;

/**
 * Gradient boosted trees: each tree is grown on the gradient of the loss at the sum of those before
 * it, on {@value #SHARE} of the rows drawn at random, and {@code rate} times the tree is added.
 * Squared loss for a value, log-loss for a probability; a leaf holds a Hessian of at least {@value
 * #LEAF_WEIGHT} rows of a value, and its value is shrunk as by one row more of no effect (XGBoost's
 * lambda of 1). Weights are counted in their mean.
 *
 * <p>How many trees: at most {@code trees}. Growth on four fifths of the rows, divided by the hash
 * of keys, stops when the loss on the last fifth has not fallen for {@value #PATIENCE} trees; then
 * as many trees as did best there are grown on all of them.
 *
 * <p>Source: Friedman 2001, doi:10.1214/aos/1013203451, and 2002,
 * doi:10.1016/S0167-9473(01)00065-2.
 */
record BoostedTrees(int trees, int depth, double rate) implements TreeFit {
  /** What {@code gbt} is without options. */
  static final BoostedTrees STANDARD = new BoostedTrees(200, 3, 0.1);

  private static final int PATIENCE = 20;
  private static final double SHARE = 0.7;
  private static final int LEAF_WEIGHT = 10;

  @Override
  public String name() {
    return "gbt(trees=" + trees + ", depth=" + depth + ", rate=" + rate + ")";
  }

  @Override
  public TreeEnsemble grow(Run run, TrainingRows rows) {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("max_depth", depth);
    parameters.put("eta", rate);
    parameters.put("objective", rows.binary() ? "binary:logistic" : "reg:squarederror");
    parameters.put("eval_metric", rows.binary() ? "logloss" : "rmse");
    parameters.put("base_score", rows.binary() ? rows.mean() : 0.0);
    parameters.put("min_child_weight", LEAF_WEIGHT);
    parameters.put("subsample", SHARE);
    parameters.put("seed", rows.seed());
    parameters.put("seed_per_iteration", true);
    int rounds = rounds(run, rows, parameters);
    TreeGrower.Rows all = rows.binary() ? rows.plain() : rows.standardized();
    try (TreeGrower grower = TreeGrower.of(all, null, parameters)) {
      for (int i = 0; i < rounds; i++) {
        run.checkCancelled();
        grower.grow(i);
      }
      double odds = Math.log(rows.mean() / (1 - rows.mean()));
      return new TreeEnsemble(
          rows.source().terms(),
          grower.trees(rounds),
          rows.binary() ? odds : rows.mean(),
          rows.binary() ? 1 : rows.deviation(),
          rows.binary() ? TreeEnsemble.Link.LOGISTIC : TreeEnsemble.Link.VALUE);
    }
  }

  private int rounds(Run run, TrainingRows rows, Map<String, Object> parameters) {
    if (!rows.canBeJudged()) {
      return trees;
    }
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    try (TreeGrower grower = TreeGrower.of(rows.part(false), rows.part(true), parameters)) {
      for (int i = 0; i < trees && i - best < PATIENCE; i++) {
        run.checkCancelled();
        grower.grow(i);
        double loss = grower.loss(i);
        if (loss < least) {
          least = loss;
          best = i + 1;
        }
      }
    }
    return Math.max(1, best);
  }
}
