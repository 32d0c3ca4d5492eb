/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Column;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.model.LinearCate;
import io.whatif.model.Term;
import java.util.ArrayList;
import java.util.List;

/**
 * Means and standard deviations (divisor n, rows counted by their weights) of the features of an
 * effect, and of the terms of its basis, over the rows of the fit; NULL counts nowhere. One scan,
 * none where the study's profile knows them: rows count once, and terms are the numbers themselves.
 */
public final class FeatureMoments {
  private final Sums sums;
  private final int features;

  private FeatureMoments(Sums sums, int features) {
    this.sums = sums;
    this.features = features;
  }

  /**
   * Reads the study once, if it must.
   *
   * @param terms of the basis, over the study's features; empty of an effect without one
   */
  public static FeatureMoments of(Run run, Study study, List<Term> terms) {
    boolean known =
        study.weighting() == null
            && terms.stream().allMatch(t -> t instanceof Term.Intercept || t instanceof Term.Value);
    Sums sums =
        known
            ? profiled(study, terms)
            : study.data().scan(run, new MomentPass(study, List.copyOf(terms)));
    return new FeatureMoments(sums, study.features().size());
  }

  private static Sums profiled(Study study, List<Term> terms) {
    int width = study.features().size();
    Sums sums = new Sums(width + terms.size());
    for (int f = 0; f < width; f++) {
      if (isNumeric(study, f)) {
        sums.columns.get(f).add(profiled(study, f, 0, 1));
      }
    }
    for (int t = 0; t < terms.size(); t++) {
      Moments into = sums.columns.get(width + t);
      if (terms.get(t) instanceof Term.Value value) {
        into.add(profiled(study, value.feature(), value.center(), value.scale()));
      } else {
        into.weight = study.rows();
        into.mean = 1;
      }
    }
    return sums;
  }

  private static boolean isNumeric(Study study, int feature) {
    return study.data().schema().column(study.features().get(feature)) instanceof Column.Numeric;
  }

  /** Of a feature less {@code center}, over {@code scale}. */
  private static Moments profiled(Study study, int feature, double center, double scale) {
    int column = study.features().get(feature);
    Moments moments = new Moments();
    moments.weight = study.rows() - study.profile().nulls(column);
    if (moments.weight > 0) {
      double deviation = study.profile().standardDeviation(column) / scale;
      moments.mean = (study.profile().mean(column) - center) / scale;
      moments.squares = moments.weight * deviation * deviation;
    }
    return moments;
  }

  /** The basis of an effect, empty if it has none over the features alone. */
  public static List<Term> terms(io.whatif.model.CateModel model) {
    return model instanceof LinearCate linear && !linear.isCurve() ? linear.basis() : List.of();
  }

  /** The mean of a numeric feature, NaN of a text. */
  public double featureMean(int feature) {
    return sums.columns.get(feature).mean();
  }

  public double featureDeviation(int feature) {
    return sums.columns.get(feature).deviation();
  }

  public double termMean(int term) {
    return sums.columns.get(features + term).mean();
  }

  public double termDeviation(int term) {
    return sums.columns.get(features + term).deviation();
  }

  /** Weight, mean and squared deviations of a column, merged by Chan's update. */
  private static final class Moments {
    double weight;
    double mean;
    double squares;

    void add(Moments other) {
      if (other.weight == 0) {
        return;
      }
      double whole = weight + other.weight;
      double delta = other.mean - mean;
      squares += other.squares + delta * delta * (weight * other.weight / whole);
      mean += delta * other.weight / whole;
      weight = whole;
    }

    void add(double[] values, double[] weights, int rows) {
      Moments batch = new Moments();
      double total = 0;
      for (int i = 0; i < rows; i++) {
        if (!Double.isNaN(values[i])) {
          batch.weight += weights[i];
          total += weights[i] * values[i];
        }
      }
      batch.mean = batch.weight > 0 ? total / batch.weight : 0;
      for (int i = 0; i < rows; i++) {
        double d = values[i] - batch.mean;
        batch.squares += Double.isNaN(d) ? 0 : weights[i] * d * d;
      }
      add(batch);
    }

    double mean() {
      return weight > 0 ? mean : Double.NaN;
    }

    double deviation() {
      return weight > 0 ? Math.sqrt(squares / weight) : Double.NaN;
    }
  }

  private static final class Sums implements Mergeable<Sums> {
    final List<Moments> columns = new ArrayList<>();

    Sums(int width) {
      for (int c = 0; c < width; c++) {
        columns.add(new Moments());
      }
    }

    @Override
    public Sums merge(Sums other) {
      for (int c = 0; c < columns.size(); c++) {
        columns.get(c).add(other.columns.get(c));
      }
      return this;
    }
  }

  private record MomentPass(Study study, List<Term> terms) implements Pass<Sums, Sums> {
    @Override
    public Sums zero() {
      return new Sums(study.features().size() + terms.size());
    }

    @Override
    public void accumulate(Batch batch, Sums sum) {
      int rows = batch.rows();
      double[] weights = new double[rows];
      for (int i = 0; i < rows; i++) {
        weights[i] = study.weight((int) batch.firstRow() + i);
      }
      int width = study.features().size();
      double[][] columns = new double[width][];
      for (int f = 0; f < width; f++) {
        columns[f] = batch.column(study.features().get(f));
        if (isNumeric(study, f)) {
          sum.columns.get(f).add(columns[f], weights, rows);
        }
      }
      double[] values = new double[rows];
      for (int t = 0; t < terms.size(); t++) {
        terms.get(t).fill(columns, rows, values);
        sum.columns.get(width + t).add(values, weights, rows);
      }
    }

    @Override
    public Sums finish(Sums total) {
      return total;
    }
  }
}
