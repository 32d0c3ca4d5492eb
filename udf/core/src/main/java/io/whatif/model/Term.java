/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.util.Arrays;

/**
 * A function of a row's features: one column of a basis. A closed set, so that a basis can be
 * stored, scored and written as SQL.
 */
public sealed interface Term {
  /** How a report names it. */
  String name();

  /**
   * Its value at each row; NaN where it depends on a feature that is NaN.
   *
   * @param columns one array for each feature
   */
  void fill(double[][] columns, int rows, double[] into);

  /** The constant 1. */
  record Intercept() implements Term {
    @Override
    public String name() {
      return "intercept";
    }

    @Override
    public void fill(double[][] columns, int rows, double[] into) {
      Arrays.fill(into, 0, rows, 1);
    }
  }

  /** A numeric feature, \( (x - center) / scale \); center 0 and scale 1 leave it as it is. */
  record Value(int feature, String name, double center, double scale) implements Term {
    @Override
    public void fill(double[][] columns, int rows, double[] into) {
      double[] column = columns[feature];
      for (int i = 0; i < rows; i++) {
        into[i] = (column[i] - center) / scale;
      }
    }
  }

  /** As {@link Value}, with {@code fallback} in the place of NULL. */
  record Imputed(int feature, String name, double center, double scale, double fallback)
      implements Term {
    @Override
    public void fill(double[][] columns, int rows, double[] into) {
      double[] column = columns[feature];
      for (int i = 0; i < rows; i++) {
        double x = Double.isNaN(column[i]) ? fallback : column[i];
        into[i] = (x - center) / scale;
      }
    }
  }

  /** 1 where the feature is NULL, else 0. */
  record Missing(int feature, String name) implements Term {
    @Override
    public void fill(double[][] columns, int rows, double[] into) {
      double[] column = columns[feature];
      for (int i = 0; i < rows; i++) {
        into[i] = Double.isNaN(column[i]) ? 1 : 0;
      }
    }
  }

  /**
   * 1 where a text feature has the category with this code, else 0.
   *
   * @param nullAsZero whether NULL gives 0 instead of NULL
   */
  record Level(int feature, int code, String name, boolean nullAsZero) implements Term {
    @Override
    public void fill(double[][] columns, int rows, double[] into) {
      double[] column = columns[feature];
      for (int i = 0; i < rows; i++) {
        if (Double.isNaN(column[i])) {
          into[i] = nullAsZero ? 0 : Double.NaN;
        } else {
          into[i] = column[i] == code ? 1 : 0;
        }
      }
    }
  }
}
