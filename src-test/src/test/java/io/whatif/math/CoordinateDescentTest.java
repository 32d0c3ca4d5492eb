/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CoordinateDescentTest {
  /** Intercept, correlated columns and a target, row-major in a Gram matrix. */
  private static Gram gram(int rows, int columns, double correlation, int seed) {
    Gram gram = new Gram(columns + 2);
    for (int i = 0; i < rows; i++) {
      double[] row = new double[columns + 2];
      double common = Mix.normal(seed, i);
      row[0] = 1;
      double y = 3 + Mix.normal(seed + 1, i);
      for (int j = 1; j <= columns; j++) {
        double own = Mix.normal(seed + 1 + j, i);
        row[j] = j + correlation * common + Math.sqrt(1 - correlation * correlation) * own;
        y += row[j] / (j * j) * (j % 2 == 0 ? -1 : 1);
      }
      row[columns + 1] = y;
      gram.add(row, 1);
    }
    return gram;
  }

  private static double[] right(Gram gram, int width) {
    double[] right = new double[width];
    Arrays.setAll(right, j -> gram.get(j, width));
    return right;
  }

  private static double objective(
      Gram gram, double[] right, CoordinateDescent.Penalty penalty, double[] b) {
    double sum = penalty.of(b);
    for (int i = 0; i < b.length; i++) {
      for (int j = 0; j < b.length; j++) {
        sum += b[i] * gram.get(i, j) * b[j] / 2;
      }
      sum -= right[i] * b[i];
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({"0,0.1", "0.5,10", "0.5,100", "0.95,30", "0.999,5"})
  void noOtherChoiceOfColumnsAndSignsIsBetter(double correlation, double absolute) {
    int width = 5;
    Gram gram = gram(200, width - 1, correlation, 7);
    double[] right = right(gram, width);
    CoordinateDescent.Penalty penalty = CoordinateDescent.Penalty.even(width, absolute, 2);
    CoordinateDescent.Solution found =
        CoordinateDescent.of(gram, width).solve(right, penalty, new double[width]);
    double best = Double.POSITIVE_INFINITY;
    double[] bestPoint = new double[width];
    for (int code = 0; code < 81; code++) {
      double[] point = forSigns(gram, right, penalty, signs(code));
      double value = objective(gram, right, penalty, point);
      if (value < best) {
        best = value;
        bestPoint = point;
      }
    }
    assertThat(found.converged()).isTrue();
    // both solve the same 5 equations at most, of condition below 1e4
    for (int j = 0; j < width; j++) {
      assertThat(found.coefficients()[j]).isCloseTo(bestPoint[j], within(1e-10));
      assertThat(found.coefficients()[j] == 0).isEqualTo(bestPoint[j] == 0);
    }
  }

  private static int[] signs(int code) {
    int[] signs = new int[5];
    int rest = code;
    for (int j = 1; j < 5; j++) {
      signs[j] = rest % 3 - 1;
      rest /= 3;
    }
    return signs;
  }

  /** The stationary point of the objective with |b_j| written as sign_j b_j. */
  private static double[] forSigns(
      Gram gram, double[] right, CoordinateDescent.Penalty penalty, int[] signs) {
    Gram kept = new Gram(5);
    double[] shifted = right.clone();
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j <= i; j++) {
        boolean both = (i == 0 || signs[i] != 0) && (j == 0 || signs[j] != 0);
        kept.set(i, j, both ? gram.get(i, j) : 0);
      }
      if (i > 0) {
        shifted[i] = signs[i] == 0 ? 0 : right[i] - signs[i] * penalty.absolute()[i];
      }
    }
    return NormalEquations.of(kept, 5, penalty.square()).solve(shifted);
  }

  /** The penalty is a coefficient's pull but for some roundings, as at the start of a path. */
  @ParameterizedTest
  @ValueSource(ints = {-4, -1, 0, 1, 4})
  void aPullThatIsThePenaltyButForRoundingMovesNothing(int roundings) {
    for (int seed = 0; seed < 20; seed++) {
      Gram gram = gram(100, 1, 0, seed);
      double[] right = right(gram, 2);
      double pull = Math.abs(right[1] - gram.get(0, 1) * right[0] / gram.get(0, 0));
      double penalty = pull + roundings * Math.ulp(pull);
      CoordinateDescent descent = CoordinateDescent.of(gram, 2);
      assertThat(coefficient(descent, right, penalty)).isZero();
      assertThat(coefficient(descent, right, 0.999 * penalty)).isNotZero();
    }
  }

  private static double coefficient(CoordinateDescent descent, double[] right, double penalty) {
    return descent.solve(right, CoordinateDescent.Penalty.even(2, penalty, 0), new double[2])
        .coefficients()[1];
  }

  /** |gradient| is the penalty where a coefficient is used, and at most that where it is not. */
  @ParameterizedTest
  @CsvSource({"40,0.3,0.01", "40,0.9,0.1", "40,0.99,0.001", "300,0.9,0.05", "300,0.5,0.0001"})
  void manyColumnsMeetTheOptimalityConditions(int columns, double correlation, double share) {
    int width = columns + 1;
    Gram gram = gram(columns == 300 ? 150 : 500, columns, correlation, 11);
    double[] right = right(gram, width);
    double largest = 0;
    for (int j = 1; j < width; j++) {
      double about = right[j] - gram.get(0, j) * right[0] / gram.get(0, 0);
      largest = Math.max(largest, Math.abs(about));
    }
    double absolute = share * largest;
    CoordinateDescent.Solution found =
        CoordinateDescent.of(gram, width)
            .solve(right, CoordinateDescent.Penalty.even(width, absolute, 0), new double[width]);
    assertThat(found.converged()).isTrue();
    double[] b = found.coefficients();
    // sums of some 500 products of size largest / 10 cancel here
    double tolerance = 1e-9 * largest;
    for (int j = 0; j < width; j++) {
      double gradient = -right[j];
      for (int i = 0; i < width; i++) {
        gradient += gram.get(i, j) * b[i];
      }
      if (j == 0) {
        assertThat(gradient).isCloseTo(0, within(tolerance));
      } else if (b[j] != 0) {
        assertThat(gradient).isCloseTo(-Math.copySign(absolute, b[j]), within(tolerance));
      } else {
        assertThat(Math.abs(gradient)).isLessThanOrEqualTo(absolute + tolerance);
      }
    }
  }

  @Test
  void withoutAbsolutePenaltyItIsRidge() {
    Gram gram = gram(100, 6, 0.6, 3);
    double[] right = right(gram, 7);
    CoordinateDescent.Penalty penalty = CoordinateDescent.Penalty.even(7, 0, 5);
    double[] found =
        CoordinateDescent.of(gram, 7).solve(right, penalty, new double[7]).coefficients();
    double[] ridge = NormalEquations.of(gram, 7, penalty.square()).solve(right);
    for (int j = 0; j < 7; j++) {
      assertThat(found[j]).isCloseTo(ridge[j], within(1e-11 * (1 + Math.abs(ridge[j]))));
    }
  }

  @Test
  void whereItStartsDoesNotMatter() {
    Gram gram = gram(100, 8, 0.8, 5);
    double[] right = right(gram, 9);
    CoordinateDescent.Penalty penalty = CoordinateDescent.Penalty.even(9, 20, 0);
    CoordinateDescent descent = CoordinateDescent.of(gram, 9);
    double[] start = new double[9];
    Arrays.setAll(start, j -> Mix.normal(1, j));
    double[] cold = descent.solve(right, penalty, new double[9]).coefficients();
    double[] warm = descent.solve(right, penalty, start).coefficients();
    for (int j = 0; j < 9; j++) {
      assertThat(warm[j]).isCloseTo(cold[j], within(1e-10));
    }
  }

  @Test
  void constantColumnsAndTwinsAreBorne() {
    Gram gram = new Gram(5);
    for (int i = 0; i < 50; i++) {
      double x = Mix.normal(1, i);
      gram.add(new double[] {1, x, x, 4, 2 * x + Mix.normal(2, i)}, 1);
    }
    CoordinateDescent.Solution found =
        CoordinateDescent.of(gram, 4)
            .solve(right(gram, 4), CoordinateDescent.Penalty.even(4, 1, 0), new double[4]);
    double[] b = found.coefficients();
    assertThat(found.converged()).isTrue();
    assertThat(b[1] + b[2]).isBetween(1.5, 2.5);
    assertThat(b[3]).isZero();
  }

  @Test
  void noRowsGiveNothing() {
    CoordinateDescent.Solution found =
        CoordinateDescent.of(new Gram(4), 3)
            .solve(new double[3], CoordinateDescent.Penalty.even(3, 1, 0), new double[3]);
    assertThat(found.coefficients()).containsOnly(0);
    assertThat(found.converged()).isTrue();
  }
}
