/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.Profile;
import io.whatif.data.Schema;
import io.whatif.function.Relations;
import io.whatif.learn.Covariates;
import io.whatif.math.Mix;
import io.whatif.model.Feature;
import io.whatif.model.LinearCate;
import io.whatif.model.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Importances of effects that are known, over features that are known. */
class ImportanceTest {
  private static final int ROWS = 20_000;

  private static Study study(Study.@Nullable Weighting weighting, double[]... features) {
    int n = features[0].length;
    List<Column> columns = new ArrayList<>();
    columns.add(new Column.Numeric("y", "DOUBLE"));
    columns.add(new Column.Numeric("t", "DOUBLE"));
    double[][] values = new double[2 + features.length][];
    values[0] = new double[n];
    values[1] = new double[n];
    List<Integer> places = new ArrayList<>();
    for (int f = 0; f < features.length; f++) {
      columns.add(new Column.Numeric("x" + f, "DOUBLE"));
      values[2 + f] = features[f];
      places.add(2 + f);
    }
    Dataset data = Dataset.of(new Schema(columns), values);
    Profile profile = Profile.of(Relations.run(1), data);
    long[] keys = new long[n];
    return new Study(
        data,
        profile,
        new Treatment("t", Treatment.Kind.BINARY, List.of("0", "1")),
        "y",
        places,
        new Covariates(List.of()),
        new Study.Units(keys, null, null, 0, null, 0),
        weighting,
        0,
        Study.Shared.NOTHING);
  }

  private static LinearCate model(double[] coefficients, int features, Term... terms) {
    List<Feature> names = new ArrayList<>();
    for (int f = 0; f < features; f++) {
      names.add(new Feature("x" + f, "DOUBLE", List.of()));
    }
    int p = terms.length;
    return new LinearCate(
        names, List.of(terms), coefficients, new double[p * p], .95, Map.of(), 0, new double[0]);
  }

  private static Term x(int feature) {
    return new Term.Value(feature, "x" + feature, 0, 1);
  }

  private static double[] normal(long seed, int n) {
    double[] values = new double[n];
    java.util.Arrays.setAll(values, i -> Mix.normal(seed, i));
    return values;
  }

  private static double[] importance(Study study, LinearCate model) {
    return Importance.of(Relations.run(2), study, model);
  }

  @Test
  void independentLinearFeaturesShareByTheirVariances() {
    // 2 x0 + x1 + 0 x2: 4/5, 1/5, 0; noise of a share at 20,000 rows is about .005
    Study study = study(null, normal(1, ROWS), normal(2, ROWS), normal(3, ROWS));
    double[] shares =
        importance(study, model(new double[] {7, 2, 1}, 3, new Term.Intercept(), x(0), x(1)));
    assertThat(shares[0]).isCloseTo(.8, within(.015));
    assertThat(shares[1]).isCloseTo(.2, within(.015));
    assertThat(shares[2]).isCloseTo(0, within(.005));
  }

  @Test
  void aFeatureThatDecidesAllHasAll() {
    Study study = study(null, normal(1, ROWS), normal(2, ROWS));
    double[] shares = importance(study, model(new double[] {1, 3}, 2, new Term.Intercept(), x(0)));
    assertThat(shares[0]).isCloseTo(1, withinPercentage(1e-9));
  }

  @Test
  void correlatedFeaturesBothHaveWhatTheyShare() {
    // x1 = .6 x0 + .8 z, effect x0: 1 and .36
    double[] first = normal(1, ROWS);
    double[] second = normal(2, ROWS);
    for (int i = 0; i < ROWS; i++) {
      second[i] = .6 * first[i] + .8 * second[i];
    }
    double[] shares = importance(study(null, first, second), model(new double[] {1}, 2, x(0)));
    assertThat(shares[1]).isCloseTo(.36, within(.02));
  }

  @Test
  void whatFeaturesDoTogetherIsInNoneOfThem() {
    double[] shares =
        importance(
            study(null, normal(1, ROWS), normal(2, ROWS)),
            model(new double[] {1}, 2, new Term.Product(x(0), x(1))));
    assertThat(shares[0]).isCloseTo(0, within(.01));
    assertThat(shares[1]).isCloseTo(0, within(.01));
  }

  @Test
  void aBendIsSeen() {
    // max(0, x0) + x1: variances (1/2 - 1/(2 pi)) = .3408 and 1
    double[] shares =
        importance(
            study(null, normal(1, ROWS), normal(2, ROWS)),
            model(new double[] {1, 1}, 2, new Term.Hinge(x(0), 0), x(1)));
    assertThat(shares[0]).isCloseTo(.3408 / 1.3408, within(.015));
  }

  @Test
  void fewRowsThatTellNothingHaveNothing() {
    // on average, for what chance explains is taken off; at least 0 each
    double sum = 0;
    for (int r = 0; r < 200; r++) {
      double[] shares =
          importance(
              study(null, normal(100 + r, 300), normal(900 + r, 300)),
              model(new double[] {1}, 2, x(0)));
      sum += shares[1];
    }
    assertThat(sum / 200).isLessThan(.015);
  }

  @Test
  void ofAConstantEffectNothingIsSaid() {
    double[] shares =
        importance(study(null, normal(1, 500)), model(new double[] {3}, 1, new Term.Intercept()));
    assertThat(shares[0]).isNaN();
  }

  @Test
  void missingValuesAreAValue() {
    // the effect is 1 where x0 is NULL, else 0
    double[] values = normal(1, ROWS);
    for (int i = 0; i < ROWS; i += 4) {
      values[i] = Double.NaN;
    }
    double[] shares =
        importance(
            study(null, values, normal(2, ROWS)),
            model(new double[] {1}, 2, new Term.Missing(0, "x0 is null")));
    assertThat(shares[0]).isCloseTo(1, withinPercentage(1e-9));
  }

  @Test
  void rowsThatStandForSeveralCountAsThose() {
    int n = 500;
    double[][] features = {normal(1, n), normal(2, n)};
    double[] counts = new double[n];
    int all = 0;
    for (int i = 0; i < n; i++) {
      counts[i] = 1 + Mix.bucket(5, i, 4);
      all += (int) counts[i];
    }
    double[][] expanded = new double[2][all];
    int at = 0;
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < counts[i]; c++) {
        expanded[0][at] = features[0][i];
        expanded[1][at++] = features[1][i];
      }
    }
    double[] ones = new double[n];
    java.util.Arrays.fill(ones, 1);
    Study weighted = study(new Study.Weighting(ones, counts, new double[n], counts, 4), features);
    LinearCate model = model(new double[] {1, 1}, 2, x(0), x(1));
    double[] few = importance(weighted, model);
    double[] many = importance(study(null, expanded), model);
    for (int f = 0; f < 2; f++) {
      // the same sums in another grouping
      assertThat(few[f]).isCloseTo(many[f], withinPercentage(1e-8));
    }
  }
}
