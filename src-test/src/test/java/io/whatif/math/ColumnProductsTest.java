/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of columns and vectors are to the bit those of the plain loops. */
class ColumnProductsTest {
  private static final int SPARE = 5;

  private static double[] normal(long stream, int size) {
    double[] values = new double[size];
    Arrays.setAll(values, i -> Mix.normal(stream, i));
    return values;
  }

  /** Columns of which one more is there than is asked for, and longer than the rows. */
  private static double[][] columns(int width, int rows) {
    double[][] x = new double[width + 1][];
    Arrays.setAll(x, j -> normal(j, rows + SPARE));
    return x;
  }

  @ParameterizedTest
  @CsvSource({"0,7", "1,256", "2,65", "3,1", "4,64", "7,0", "8,100", "13,154", "14,255", "21,256"})
  void rowsAreCombinedInTheOrderOfColumns(int width, int rows) {
    double[][] x = columns(width, rows);
    double[] b = normal(99, width);
    double[] into = normal(98, rows + SPARE);
    double[] before = into.clone();
    ColumnProducts.combine(x, b, rows, into);
    for (int r = 0; r < into.length; r++) {
      double sum = 0;
      for (int j = 0; j < width; j++) {
        sum += b[j] * x[j][r];
      }
      assertThat(into[r]).isEqualTo(r < rows ? sum : before[r]);
    }
  }

  @ParameterizedTest
  @CsvSource({"0,7", "1,256", "3,65", "4,1", "6,64", "7,0", "8,100", "13,154", "18,255", "21,256"})
  void columnsAreSummedInTheOrderOfRows(int width, int rows) {
    double[][] x = columns(width, rows);
    double[] a = normal(99, rows + SPARE);
    double[] into = normal(98, width);
    double[] before = into.clone();
    ColumnProducts.addSums(x, a, rows, into);
    for (int j = 0; j < width; j++) {
      double sum = 0;
      for (int r = 0; r < rows; r++) {
        sum += a[r] * x[j][r];
      }
      assertThat(into[j]).isEqualTo(before[j] + sum);
    }
  }
}
