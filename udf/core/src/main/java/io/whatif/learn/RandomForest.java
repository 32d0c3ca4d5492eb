/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Run;
import io.whatif.model.TreeEnsemble;
import java.util.HashMap;
import java.util.Map;

/**
 * A random forest: the mean of trees grown by squared error, each on {@value #SHARE} of the rows
 * drawn at random without replacement, with a third of the inputs, or three where that is more,
 * drawn anew at every split. A probability is the mean of the trees' shares of 1, so it needs no
 * other loss.
 *
 * <p>Source: Breiman 2001, doi:10.1023/A:1010933404324; a third of the inputs and five rows to a
 * leaf are his for regression.
 */
record RandomForest(int trees, int depth) implements TreeFit {
  private static final double SHARE = 0.632;
  private static final int INPUTS = 3;
  private static final int LEAF_WEIGHT = 5;

  @Override
  public String name() {
    return "forest(trees=" + trees + ", depth=" + depth + ")";
  }

  @Override
  public TreeEnsemble grow(Run run, TrainingRows rows) {
    int width = rows.source().all().width();
    double inputs = Math.min(1, Math.max(INPUTS, width / 3.0) / width);
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("max_depth", depth);
    parameters.put("eta", 1.0);
    parameters.put("lambda", 0.0);
    parameters.put("min_child_weight", LEAF_WEIGHT);
    parameters.put("subsample", SHARE);
    parameters.put("colsample_bynode", inputs);
    parameters.put("base_score", 0.0);
    parameters.put("seed", rows.seed());
    parameters.put("seed_per_iteration", true);
    TreeGrower.Rows all = rows.standardized();
    // every tree sees the gradient at 0, not at the sum of the trees before it
    float[] gradient = new float[all.labels().length];
    for (int r = 0; r < gradient.length; r++) {
      gradient[r] = -all.labels()[r] * all.weights()[r];
    }
    try (TreeGrower grower = TreeGrower.of(all, null, parameters)) {
      for (int i = 0; i < trees; i++) {
        run.checkCancelled();
        grower.grow(i, gradient, all.weights());
      }
      double share = rows.deviation() / trees;
      TreeEnsemble.Link link = rows.binary() ? TreeEnsemble.Link.SHARE : TreeEnsemble.Link.VALUE;
      return new TreeEnsemble(rows.source().terms(), grower.trees(trees), rows.mean(), share, link);
    }
  }
}
