/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.whatif.math.Mix;
import io.whatif.model.Term;
import io.whatif.model.TreeEnsemble;
import io.whatif.model.Trees;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trees copied out of XGBoost 3.0.4 predict what it predicts itself. */
class BoosterJsonTest {
  private static final int ROWS = 3000;
  private static final int WIDTH = 6;

  /** Values with few decimals, so that many lie exactly on a split; NULLs; huge and tiny ones. */
  private static float[] inputs() {
    float[] inputs = new float[ROWS * WIDTH];
    for (int c = 0; c < inputs.length; c++) {
      double value = Math.rint(20 * Mix.normal(1, c)) / 20;
      int input = c % WIDTH;
      double scaled = input == 4 ? value * 1e30 : input == 5 ? value * 1e-30 : value;
      inputs[c] = input > 1 && Mix.uniform(2, c) < 0.2 ? Float.NaN : (float) scaled;
    }
    return inputs;
  }

  @ParameterizedTest
  @CsvSource({
    "reg:squarederror, 40, 4, 1",
    "binary:logistic, 40, 3, 1",
    "reg:squarederror, 3, 12, 5",
    "binary:logistic, 60, 1, 1",
  })
  void predictionsAgree(String objective, int rounds, int depth, int parallel) throws XGBoostError {
    float[] inputs = inputs();
    float[] labels = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      double x2 = inputs[i * WIDTH + 2];
      double sum =
          inputs[i * WIDTH]
              + (Double.isNaN(x2) ? 1 : x2 * inputs[i * WIDTH + 1])
              + Mix.normal(3, i);
      labels[i] = objective.startsWith("binary") ? (sum > 0 ? 1 : 0) : (float) sum;
    }
    DMatrix matrix = new DMatrix(inputs, ROWS, WIDTH, Float.NaN);
    matrix.setLabel(labels);
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("objective", objective);
    parameters.put("max_depth", depth);
    parameters.put("num_parallel_tree", parallel);
    parameters.put("subsample", 0.8);
    parameters.put("base_score", 0.5);
    parameters.put("verbosity", 0);
    Booster booster = XGBoost.train(matrix, parameters, rounds, Map.of(), null, null);
    float[][] expected = booster.predict(matrix);
    Trees trees = BoosterJson.trees(booster.toByteArray("json"), Integer.MAX_VALUE);
    assertThat(trees.count()).isEqualTo(rounds * parallel);
    boolean binary = objective.startsWith("binary");
    TreeEnsemble ensemble =
        new TreeEnsemble(
            IntStream.range(0, WIDTH).<Term>mapToObj(j -> new Term.Value(j, "x", 0, 1)).toList(),
            trees,
            binary ? 0 : 0.5,
            1,
            binary ? TreeEnsemble.Link.LOGISTIC : TreeEnsemble.Link.VALUE);
    double[][] columns = new double[WIDTH][ROWS];
    for (int c = 0; c < inputs.length; c++) {
      columns[c % WIDTH][c / WIDTH] = inputs[c];
    }
    double[] found = new double[ROWS];
    ensemble.predict(columns, ROWS, found);
    for (int i = 0; i < ROWS; i++) {
      // floats: XGBoost adds 0.5 before the trees, and its exp is a float's
      assertThat(found[i]).isCloseTo(expected[i][0], within(1e-6 * (1 + Math.abs(found[i]))));
    }
    booster.dispose();
    matrix.dispose();
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "5"})
  void onlyTheFirstTreesAreRead(int count) throws XGBoostError {
    float[] inputs = inputs();
    DMatrix matrix = new DMatrix(inputs, ROWS, WIDTH, Float.NaN);
    float[] labels = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      labels[i] = inputs[i * WIDTH];
    }
    matrix.setLabel(labels);
    Map<String, Object> parameters = new HashMap<>(Map.of("base_score", 0.0, "verbosity", 0));
    Booster booster = XGBoost.train(matrix, parameters, 7, Map.of(), null, null);
    Trees trees = BoosterJson.trees(booster.toByteArray("json"), count);
    assertThat(trees.count()).isEqualTo(count);
    float[] found = new float[ROWS];
    trees.add(inputs, WIDTH, ROWS, found);
    float[][] expected = booster.predict(matrix, true, count);
    for (int i = 0; i < ROWS && count > 0; i++) {
      assertThat(found[i]).isEqualTo(expected[i][0]);
    }
    booster.dispose();
    matrix.dispose();
  }

  @Test
  void brokenTreesAreRefused() {
    int[] none = {0};
    assertThatThrownBy(() -> new Trees(none, none, new float[1], none, none, none))
        .hasMessage("node 0 has no way on");
    Trees looksAtThree =
        new Trees(
            none,
            new int[] {3, -1, -1},
            new float[3],
            new int[] {1, 0, 0},
            new int[] {2, 0, 0},
            new int[] {1, 0, 0});
    assertThatThrownBy(
            () -> new TreeEnsemble(List.of(), looksAtThree, 0, 1, TreeEnsemble.Link.VALUE))
        .hasMessage("a tree looks at input 3");
  }
}
