/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of two sets of columns, Gram matrices of many weights, and factors of any rank. */
class ManyGramsTest {

  private static double[] normals(long seed, int count) {
    double[] values = new double[count];
    Arrays.setAll(values, i -> Mix.normal(seed, i));
    return values;
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "3,300,7", "5,2,8", "17,513,41"})
  void crossProductsAreTheSumsOfProducts(int left, int right, int rows) {
    double[] a = normals(1, rows * left);
    double[] b = normals(2, rows * right);
    CrossGram whole = new CrossGram(left, right);
    whole.add(a, b, rows);
    CrossGram parts = new CrossGram(left, right);
    int cut = rows / 3;
    parts.add(a, b, cut);
    CrossGram rest = new CrossGram(left, right);
    rest.add(
        Arrays.copyOfRange(a, cut * left, a.length),
        Arrays.copyOfRange(b, cut * right, b.length),
        rows - cut);
    parts.add(rest);
    for (int i = 0; i < left; i++) {
      for (int j = 0; j < right; j++) {
        double sum = 0;
        for (int r = 0; r < rows; r++) {
          sum += a[r * left + i] * b[r * right + j];
        }
        // 41 products of size 1 at most: rounding is below 1e-13
        assertThat(whole.get(i, j)).isCloseTo(sum, within(1e-12));
        assertThat(parts.get(i, j)).isCloseTo(sum, within(1e-12));
      }
    }
  }

  @Test
  void everyWeightHasTheGramMatrixItWouldHaveAlone() {
    int rows = 77;
    int width = 6;
    int stride = 9;
    int weights = 5;
    double[] x = normals(3, rows * stride);
    double[] w = new double[rows * weights];
    Arrays.setAll(w, i -> Mix.uniform(4, i));
    WeightedGrams grams = new WeightedGrams(width, weights);
    grams.add(x, stride, w, rows);
    WeightedGrams none = new WeightedGrams(width, weights);
    none.add(grams);
    for (int b = 0; b < weights; b++) {
      Gram alone = new Gram(width);
      double[] tight = new double[rows * width];
      double[] own = new double[rows];
      for (int r = 0; r < rows; r++) {
        System.arraycopy(x, r * stride, tight, r * width, width);
        own[r] = w[r * weights + b];
      }
      alone.add(tight, own, rows);
      for (int i = 0; i < width; i++) {
        for (int j = 0; j < width; j++) {
          assertThat(none.gram(b).get(i, j)).isCloseTo(alone.get(i, j), within(1e-12));
        }
      }
    }
  }

  @Test
  void aFactorGivesTheMatrixBackWhateverItsRank() {
    int width = 7;
    for (int rank = 0; rank <= width; rank++) {
      Gram gram = new Gram(width);
      gram.add(normals(5 + rank, rank * width), rank);
      PivotedCholesky factor = PivotedCholesky.of(gram);
      double[] f = factor.toArray();
      assertThat(factor.rank()).isEqualTo(rank);
      for (int i = 0; i < width; i++) {
        for (int j = 0; j < width; j++) {
          double sum = 0;
          for (int k = 0; k < rank; k++) {
            sum += f[k * width + i] * f[k * width + j];
          }
          assertThat(sum).isCloseTo(gram.get(i, j), within(1e-12));
        }
      }
    }
    assertThat(PivotedCholesky.of(new Gram(0)).rank()).isZero();
  }
}
