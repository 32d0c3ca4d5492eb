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

  /**
   * Adds {@code weight} times its values to {@code into}.
   *
   * @param scratch as long as {@code into}, for the term's own use
   */
  default void add(double weight, double[][] columns, int rows, double[] into, double[] scratch) {
    fill(columns, rows, scratch);
    for (int i = 0; i < rows; i++) {
      into[i] += weight * scratch[i];
    }
  }

  /** How many features it reads at least: one more than the largest place of one. */
  int inputs();

  /** This term less {@code mean}; the intercept stays as it is. */
  Term centred(double mean);

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

    @Override
    public void add(double weight, double[][] columns, int rows, double[] into, double[] scratch) {
      for (int i = 0; i < rows; i++) {
        into[i] += weight;
      }
    }

    @Override
    public int inputs() {
      return 0;
    }

    @Override
    public Term centred(double mean) {
      return this;
    }
  }

  /** A numeric feature, \( (x - center) / scale \); center 0 and scale 1 leave it as it is. */
  record Value(int feature, String name, double center, double scale) implements Term {
    /** Whether it is the feature as it stands. */
    public boolean isPlain() {
      return center == 0 && scale == 1;
    }

    @Override
    public void fill(double[][] columns, int rows, double[] into) {
      double[] column = columns[feature];
      if (isPlain()) {
        System.arraycopy(column, 0, into, 0, rows);
        return;
      }
      for (int i = 0; i < rows; i++) {
        into[i] = (column[i] - center) / scale;
      }
    }

    @Override
    public void add(double weight, double[][] columns, int rows, double[] into, double[] scratch) {
      if (!isPlain()) {
        Term.super.add(weight, columns, rows, into, scratch);
        return;
      }
      double[] column = columns[feature];
      for (int i = 0; i < rows; i++) {
        into[i] += weight * column[i];
      }
    }

    @Override
    public int inputs() {
      return feature + 1;
    }

    @Override
    public Term centred(double mean) {
      return new Value(feature, name, center + mean * scale, scale);
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

    @Override
    public int inputs() {
      return feature + 1;
    }

    @Override
    public Term centred(double mean) {
      return new Imputed(feature, name, center + mean * scale, scale, fallback);
    }
  }

  /** 1 where the feature is NULL, else 0; less {@code center}. */
  record Missing(int feature, String name, double center) implements Term {
    public Missing(int feature, String name) {
      this(feature, name, 0);
    }

    @Override
    public void fill(double[][] columns, int rows, double[] into) {
      double[] column = columns[feature];
      for (int i = 0; i < rows; i++) {
        into[i] = (Double.isNaN(column[i]) ? 1 : 0) - center;
      }
    }

    @Override
    public int inputs() {
      return feature + 1;
    }

    @Override
    public Term centred(double mean) {
      return new Missing(feature, name, center + mean);
    }
  }

  /** Another term less {@code shift}, times {@code factor}. */
  record Scaled(Term of, double shift, double factor) implements Term {
    @Override
    public String name() {
      return of.name();
    }

    @Override
    public void fill(double[][] columns, int rows, double[] into) {
      of.fill(columns, rows, into);
      for (int i = 0; i < rows; i++) {
        into[i] = (into[i] - shift) * factor;
      }
    }

    @Override
    public int inputs() {
      return of.inputs();
    }

    @Override
    public Term centred(double mean) {
      return factor == 0 ? this : new Scaled(of, shift + mean / factor, factor);
    }
  }

  /** Another term kept between {@code low} and {@code high}. */
  record Clamped(Term of, double low, double high) implements Term {
    @Override
    public String name() {
      return of.name();
    }

    @Override
    public void fill(double[][] columns, int rows, double[] into) {
      of.fill(columns, rows, into);
      for (int i = 0; i < rows; i++) {
        into[i] = Math.min(high, Math.max(low, into[i]));
      }
    }

    @Override
    public int inputs() {
      return of.inputs();
    }

    @Override
    public Term centred(double mean) {
      return new Scaled(this, mean, 1);
    }
  }

  /** 1 where another term is {@code value}, else 0. */
  record Spike(Term of, double value) implements Term {
    @Override
    public String name() {
      return of.name() + "=" + value;
    }

    @Override
    public void fill(double[][] columns, int rows, double[] into) {
      of.fill(columns, rows, into);
      for (int i = 0; i < rows; i++) {
        into[i] = Double.isNaN(into[i]) ? Double.NaN : into[i] == value ? 1 : 0;
      }
    }

    @Override
    public int inputs() {
      return of.inputs();
    }

    @Override
    public Term centred(double mean) {
      return new Scaled(this, mean, 1);
    }
  }

  /** How far another term is above {@code knot}, 0 below. */
  record Hinge(Term of, double knot) implements Term {
    @Override
    public String name() {
      return "max(0," + of.name() + "-" + knot + ")";
    }

    @Override
    public void fill(double[][] columns, int rows, double[] into) {
      of.fill(columns, rows, into);
      for (int i = 0; i < rows; i++) {
        into[i] = Math.max(0, into[i] - knot);
      }
    }

    @Override
    public int inputs() {
      return of.inputs();
    }

    @Override
    public Term centred(double mean) {
      return new Scaled(this, mean, 1);
    }
  }

  /** A power of another term. */
  record Power(Term of, int exponent) implements Term {
    @Override
    public String name() {
      return exponent == 1 ? of.name() : of.name() + "^" + exponent;
    }

    @Override
    public int inputs() {
      return of.inputs();
    }

    @Override
    public void fill(double[][] columns, int rows, double[] into) {
      of.fill(columns, rows, into);
      for (int i = 0; i < rows; i++) {
        double base = into[i];
        double power = Double.isNaN(base) ? Double.NaN : 1;
        for (int k = 0; k < exponent; k++) {
          power *= base;
        }
        into[i] = power;
      }
    }

    @Override
    public Term centred(double mean) {
      return new Scaled(this, mean, 1);
    }
  }

  /** One term less another. */
  record Difference(Term left, Term right) implements Term {
    @Override
    public String name() {
      return left.name();
    }

    @Override
    public int inputs() {
      return Math.max(left.inputs(), right.inputs());
    }

    @Override
    public void fill(double[][] columns, int rows, double[] into) {
      double[] other = new double[rows];
      left.fill(columns, rows, into);
      right.fill(columns, rows, other);
      for (int i = 0; i < rows; i++) {
        into[i] -= other[i];
      }
    }

    @Override
    public Term centred(double mean) {
      return new Scaled(this, mean, 1);
    }
  }

  /** The product of two terms. */
  record Product(Term left, Term right) implements Term {
    @Override
    public String name() {
      return left.name() + "*" + right.name();
    }

    @Override
    public void fill(double[][] columns, int rows, double[] into) {
      double[] other = new double[rows];
      left.fill(columns, rows, into);
      right.fill(columns, rows, other);
      for (int i = 0; i < rows; i++) {
        into[i] *= other[i];
      }
    }

    @Override
    public int inputs() {
      return Math.max(left.inputs(), right.inputs());
    }

    @Override
    public Term centred(double mean) {
      return new Scaled(this, mean, 1);
    }
  }

  /**
   * 1 where a text feature has the category with this code, else 0; less {@code center}.
   *
   * @param nullAsZero whether NULL counts as another category instead of giving NULL
   */
  record Level(int feature, int code, String name, boolean nullAsZero, double center)
      implements Term {
    public Level(int feature, int code, String name, boolean nullAsZero) {
      this(feature, code, name, nullAsZero, 0);
    }

    @Override
    public void fill(double[][] columns, int rows, double[] into) {
      double[] column = columns[feature];
      for (int i = 0; i < rows; i++) {
        if (Double.isNaN(column[i])) {
          into[i] = nullAsZero ? 0 - center : Double.NaN;
        } else {
          into[i] = (column[i] == code ? 1 : 0) - center;
        }
      }
    }

    @Override
    public int inputs() {
      return feature + 1;
    }

    @Override
    public Term centred(double mean) {
      return new Level(feature, code, name, nullAsZero, center + mean);
    }
  }
}
