/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gram matrices of blocks of columns, few and many, whole and short. */
class GramTest {
  private static final int BLOCKS = 30;

  /** Rows of the blocks in turn: each number of parts of 64, and too few for one. */
  private static final List<Integer> ROWS = List.of(256, 154, 1, 64, 65, 128, 192, 255);

  private static int rows(int block) {
    return ROWS.get(block % ROWS.size());
  }

  private static double value(int block, int column, int row) {
    return Mix.normal(block * 100L + column, row);
  }

  private static double @Nullable [] weights(boolean weighted, int block) {
    double[] weights = new double[256];
    Arrays.fill(weights, Double.NaN); // behind the rows
    for (int r = 0; r < rows(block); r++) {
      weights[r] = Mix.uniform(3 + block, r);
    }
    return weighted ? weights : null;
  }

  private static void add(Gram gram, int width, int block, boolean weighted) {
    gram.addBlock(columns(width, block), weights(weighted, block), rows(block));
  }

  private static double[][] columns(int width, int block) {
    double[][] x = Gram.block(width);
    for (int j = 0; j < width; j++) {
      Arrays.fill(x[j], Double.NaN); // behind the rows
      for (int r = 0; r < rows(block); r++) {
        x[j][r] = value(block, j, r);
      }
    }
    return x;
  }

  @ParameterizedTest
  @CsvSource({"1,false", "2,true", "5,false", "22,true", "65,false"})
  void blocksAddTheProductsOfTheirRows(int width, boolean weighted) {
    Gram gram = new Gram(width);
    Gram plain = new Gram(width);
    for (int block = 0; block < BLOCKS; block++) {
      add(gram, width, block, weighted);
      double[] row = new double[width];
      double[] weights = weights(weighted, block);
      for (int r = 0; r < rows(block); r++) {
        for (int j = 0; j < width; j++) {
          row[j] = value(block, j, r);
        }
        plain.add(row, new double[] {weights == null ? 1 : weights[r]}, 1);
      }
    }
    for (int i = 0; i < width; i++) {
      for (int j = 0; j < width; j++) {
        // sums below 4,096 of 2,700 terms, each addition rounded by 2e-13 at most: 52 of them at
        // random
        assertThat(gram.get(i, j)).isCloseTo(plain.get(i, j), within(1e-10));
      }
    }
  }

  /** Lanes of a hundred matrices of 20 columns would take 12 MB: none has them. */
  @Test
  void ofManyMatricesNoneHasLanes() {
    Gram one = new Gram(20, 100);
    Gram plain = new Gram(20);
    for (int block = 0; block < BLOCKS; block++) {
      add(one, 20, block, false);
      plain.addColumns(columns(20, block), rows(block));
    }
    for (int i = 0; i < 20; i++) {
      for (int j = 0; j <= i; j++) {
        assertThat(one.get(i, j)).isEqualTo(plain.get(i, j));
      }
    }
    assertThat(Lanes.bytes(22)).isEqualTo(280L * 22 * 23);
  }

  @Test
  void whatWasAddedCountsWhereverAMatrixIsRead() {
    Gram all = new Gram(3);
    Gram first = new Gram(3);
    Gram second = new Gram(3);
    for (int block = 0; block < 2 * BLOCKS; block++) {
      add(all, 3, block, false);
      add(block < BLOCKS ? first : second, 3, block, false);
    }
    Gram copy = all.copy();
    Gram twice = all.times(2);
    first.add(second);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        assertThat(copy.get(i, j)).isEqualTo(all.get(i, j));
        assertThat(twice.get(i, j)).isEqualTo(2 * all.get(i, j));
        // as above
        assertThat(first.get(i, j)).isCloseTo(all.get(i, j), within(1e-10));
      }
    }
    add(all, 3, 0, false);
    all.set(1, 0, 7);
    assertThat(all.get(0, 1)).isEqualTo(7);
    add(all, 3, 0, false);
    all.clear();
    assertThat(all.get(2, 2)).isZero();
  }
}
