/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TreeEnsembleTest {
  private static final double TENTH = 0.1f;

  /** Two trees: x0 below .1f, then x1 below -0; and a lone leaf. */
  private static TreeEnsemble ensemble(TreeEnsemble.Link link) {
    Trees trees =
        new Trees(
            new int[] {0, 5},
            new int[] {0, -1, 1, -1, -1, -1},
            new float[] {0.1f, 1, -0f, 0.3f, Float.MIN_VALUE, 1 / 3f},
            new int[] {1, 0, 3, 0, 0, 0},
            new int[] {2, 0, 4, 0, 0, 0},
            new int[] {2, 0, 3, 0, 0, 0});
    List<Term> looks = List.of(new Term.Value(1, "b", 0, 1), new Term.Level(0, 2, "a=2", true));
    return new TreeEnsemble(looks, trees, 0.5, 2, link);
  }

  private static double[] predict(TreeEnsemble ensemble, double[]... columns) {
    double[] into = new double[columns[0].length];
    ensemble.predict(columns, into.length, into);
    return into;
  }

  @Test
  void rowsGoLeftBelowTheValueAndAsTheNodeSaysIfNull() {
    double[] a = {2, 0, 2, Double.NaN, 2};
    double[] b = {Math.nextDown(TENTH), 0, TENTH, Double.NaN, 7};
    // a value just below .1f is .1f when it is rounded to a float
    double right = 0.5 + 2 * (double) (Float.MIN_VALUE + 1 / 3f);
    double left = 0.5 + 2 * (double) (1f + 1 / 3f);
    assertThat(predict(ensemble(TreeEnsemble.Link.VALUE), a, b))
        .containsExactly(right, left, right, right, right);
    assertThat(ensemble(TreeEnsemble.Link.VALUE).inputs()).isEqualTo(2);
  }

  @Test
  void linksKeepWhatIsPredicted() {
    double[] a = {2};
    double[] b = {0};
    double sum = 0.5 + 2 * (double) (1f + 1 / 3f);
    assertThat(predict(ensemble(TreeEnsemble.Link.LOGISTIC), a, b))
        .containsExactly(1 / (1 + Math.exp(-sum)));
    assertThat(predict(ensemble(TreeEnsemble.Link.SHARE), a, b)).containsExactly(1);
  }

  @Test
  void whatIsStoredComesBackToTheSameBits() {
    for (TreeEnsemble.Link link : TreeEnsemble.Link.values()) {
      TreeEnsemble ensemble = ensemble(link);
      LearnedCate.Part part = new LearnedCate.Part(1, null, ensemble, List.of(1, 0), 1);
      LearnedCate cate =
          new LearnedCate(
              List.of(
                  new Feature("x", "DOUBLE", List.of()),
                  new Feature("y", "VARCHAR", List.of("p", "q", "r"))),
              List.of(0, 1),
              List.of(part),
              0.95,
              Map.of());
      Map<String, @Nullable Object> nothing = Map.of();
      byte[] payload =
          ModelCodec.encode(
              new StoredModel("m", "t", 1, cate, nothing, List.of(), List.of(), nothing));
      LearnedCate back = (LearnedCate) ModelCodec.decode("m", payload).model();
      TreeEnsemble read = (TreeEnsemble) back.parts().get(0).predictor();
      assertThat(read.trees().value()).isEqualTo(ensemble.trees().value());
      double[] a = {2, 0, Double.NaN};
      double[] b = {0, 0.5, Double.NaN};
      assertThat(predict(read, a, b)).isEqualTo(predict(ensemble, a, b));
    }
  }

  @Test
  void aTreeThatGoesInCirclesIsRefused() {
    int[] none = {0};
    assertThatThrownBy(() -> new Trees(none, none, new float[1], none, none, none))
        .hasMessage("node 0 has no way on");
  }
}
