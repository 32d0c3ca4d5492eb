/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.export;

import io.whatif.function.Body;
import io.whatif.function.Catalog;
import io.whatif.function.Figure;
import io.whatif.model.CateModel;
import io.whatif.model.Feature;
import io.whatif.model.LearnedCate;
import io.whatif.model.LinearCate;
import io.whatif.model.LinearPredictor;
import io.whatif.model.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Models of every kind of term, rows of every kind of value, and what Java scores them. */
final class ExportedModels {
  static final List<String> REGIONS = List.of("a'b", "north", "süd\\x");

  /** One row: a number, an integer, a flag, a date, a text. */
  record Row(Double x, Integer n, Boolean flag, String date, String region) {}

  private ExportedModels() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    Random random = new Random(7);
    for (int i = 0; i < 400; i++) {
      Double x = i % 7 == 0 ? null : i % 11 == 0 ? Double.NaN : random.nextGaussian() * 3;
      Integer n = i % 13 == 0 ? null : random.nextInt(100) - 50;
      Boolean flag = i % 17 == 0 ? null : random.nextBoolean();
      String date = i % 19 == 0 ? null : "20%02d-0%d-1%d".formatted(i % 30, 1 + i % 9, i % 10);
      String region = i % 5 == 0 ? null : i % 23 == 0 ? "unseen" : REGIONS.get(random.nextInt(3));
      rows.add(new Row(x, n, flag, date, region));
    }
    rows.add(new Row(0.1, 3, true, "1969-12-31", "north"));
    rows.add(new Row(-0.0, 0, false, "1970-01-01", "a'b"));
    rows.add(new Row(1e300, 1, false, "1970-01-01", "a'b"));
    return rows;
  }

  private static final List<Feature> FEATURES =
      List.of(
          new Feature("x", "DOUBLE", List.of()),
          new Feature("n", "INTEGER", List.of()),
          new Feature("flag", "BOOLEAN", List.of()),
          new Feature("date", "DATE", List.of()),
          new Feature("region", "VARCHAR", REGIONS));

  /** A row as a model takes it. */
  static double[][] columns(List<Row> rows) {
    double[][] columns = new double[FEATURES.size()][rows.size()];
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      columns[0][i] = row.x() == null ? Double.NaN : row.x();
      columns[1][i] = row.n() == null ? Double.NaN : row.n();
      columns[2][i] = row.flag() == null ? Double.NaN : row.flag() ? 1 : 0;
      columns[3][i] =
          row.date() == null ? Double.NaN : java.time.LocalDate.parse(row.date()).toEpochDay();
      columns[4][i] = row.region() == null ? Double.NaN : code(row.region());
    }
    return columns;
  }

  private static int code(String region) {
    int code = REGIONS.indexOf(region);
    return code < 0 ? REGIONS.size() : code;
  }

  static LinearCate plain() {
    return model(
        new Term.Intercept(),
        new Term.Value(0, "x", 0, 1),
        new Term.Value(1, "n", 0, 1),
        new Term.Value(2, "flag", 0, 1),
        new Term.Value(3, "date", 0, 1),
        new Term.Level(4, 1, "region=north", false),
        new Term.Level(4, 2, "region=süd", false));
  }

  static LinearCate scaled() {
    return model(
        new Term.Intercept(),
        new Term.Value(0, "x", 0.3, 2.7),
        new Term.Value(1, "n", -7, 28.9),
        new Term.Value(2, "flag", 0.4, 1),
        new Term.Value(3, "date", 10957.25, 3651),
        new Term.Level(4, 1, "region=north", false, 0.31),
        new Term.Level(4, 2, "region=süd", false, 0.22));
  }

  static LinearCate imputed() {
    return model(
        new Term.Intercept(),
        new Term.Imputed(0, "x", 0.3, 2.7, -0.1),
        new Term.Missing(0, "x is null", 0.2),
        new Term.Imputed(1, "n", 0, 1, 4),
        new Term.Missing(1, "n is null"),
        new Term.Imputed(2, "flag", 0, 1, 1),
        new Term.Imputed(3, "date", 0, 1, 12000),
        new Term.Level(4, 1, "region=north", true),
        new Term.Level(4, 2, "region=süd", true),
        new Term.Missing(4, "region is null"));
  }

  /** One term of each kind that has no NULL. */
  static LinearCate small() {
    return new LinearCate(
        FEATURES,
        List.of(
            new Term.Intercept(),
            new Term.Value(0, "x", 0, 1),
            new Term.Value(2, "flag", 0.25, 2),
            new Term.Value(3, "date", 0, 1)),
        new double[] {1.5, -0.25, 3e-30, 0.1},
        new double[] {4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1e-4},
        0.9,
        Map.of(),
        1,
        new double[0]);
  }

  /** Nothing but a number. */
  static LinearCate intercept(double number) {
    return new LinearCate(
        List.of(),
        List.of(new Term.Intercept()),
        new double[] {number},
        new double[] {0},
        0.9,
        Map.of(),
        1,
        new double[0]);
  }

  static LinearCate constant() {
    return model(new Term.Intercept());
  }

  static List<LinearCate> all() {
    return List.of(plain(), scaled(), imputed(), constant());
  }

  /** A bent feature, as the spline has it. */
  private static final Term BENT =
      new Term.Scaled(
          new Term.Clamped(new Term.Imputed(0, "x", 0, 1, -0.1), -4.5, 5.25), 0.125, 1.75);

  /** A predictor of every kind of term, of the features in their order and of the arm. */
  private static LinearPredictor predictor(boolean probability, double scale) {
    Term number = new Term.Imputed(1, "n", 0, 1, 4);
    Term north = new Term.Level(4, 1, "region=north", true);
    Term arm = new Term.Value(5, "arm", 0.5, 1);
    List<Term> terms =
        List.of(
            new Term.Intercept(),
            BENT,
            new Term.Spike(number, 4),
            new Term.Hinge(number, -10.5),
            new Term.Hinge(number, 20),
            new Term.Scaled(new Term.Hinge(new Term.Value(3, "date", 0, 1), 11000), 300, 0.001),
            new Term.Product(BENT, new Term.Scaled(north, 0.31, 2.5)),
            new Term.Product(arm, BENT),
            new Term.Level(5, 2, "arm=2", false),
            arm,
            new Term.Missing(0, "x is null"),
            north,
            new Term.Value(2, "flag", 0, 1));
    double[] coefficients = new Random(terms.size()).doubles(terms.size(), -scale, scale).toArray();
    return new LinearPredictor(terms, coefficients, probability);
  }

  /** The sum of a difference of arms and of a weighted effect. */
  static LearnedCate learned() {
    List<Integer> inputs = List.of(0, 1, 2, 3, 4, LearnedCate.Part.ARM);
    LinearPredictor outcome = predictor(false, 1);
    LearnedCate.Weight weight = new LearnedCate.Weight(predictor(true, 0.1), 0.2, 0.8, false);
    LearnedCate.Weight rest = new LearnedCate.Weight(predictor(true, 0.1), 0.2, 0.8, true);
    return new LearnedCate(
        FEATURES,
        List.of(0, 4),
        List.of(
            new LearnedCate.Part(1, null, outcome, inputs, 2),
            new LearnedCate.Part(-1, null, outcome, inputs, 0),
            new LearnedCate.Part(1, weight, predictor(false, 0.5), inputs, 1),
            new LearnedCate.Part(0.5, rest, outcome, inputs, 1)),
        0.9,
        Map.of("x", new double[] {-3, 3}));
  }

  /** As learned as can be read. */
  static LearnedCate smallLearned() {
    List<Term> terms =
        List.of(
            new Term.Intercept(),
            new Term.Hinge(new Term.Clamped(new Term.Value(0, "x", 0, 1), -4.5, 5.25), 1.5),
            new Term.Level(1, 1, "region=north", false));
    LinearPredictor effect = new LinearPredictor(terms, new double[] {1, -0.5, 2}, false);
    LinearPredictor chance = new LinearPredictor(terms, new double[] {0, 0.25, 1}, true);
    return new LearnedCate(
        List.of(FEATURES.get(0), FEATURES.get(4)),
        List.of(),
        List.of(
            new LearnedCate.Part(
                1, new LearnedCate.Weight(chance, 0.01, 0.99, true), effect, List.of(0, 1), 0)),
        0.9,
        Map.of());
  }

  /** A linear effect whose terms are made of others. */
  static LinearCate composed() {
    return model(
        new Term.Intercept(),
        new Term.Hinge(new Term.Value(0, "x", 0, 1), 0.5),
        new Term.Product(new Term.Value(0, "x", 0, 1), new Term.Imputed(1, "n", 0, 1, 4)),
        new Term.Product(BENT, new Term.Level(4, 1, "region=north", true)),
        new Term.Spike(new Term.Value(1, "n", 0, 1), 3));
  }

  private static LinearCate model(Term... terms) {
    int p = terms.length;
    Random random = new Random(p);
    double[] beta = random.doubles(p, -1, 1).toArray();
    double[] root = random.doubles((long) p * p, -1, 1).toArray();
    double[] covariance = new double[p * p];
    for (int s = 0; s < p; s++) {
      for (int t = 0; t < p; t++) {
        for (int k = 0; k < p; k++) {
          covariance[s * p + t] += root[s * p + k] * root[t * p + k] * 1e-3;
        }
      }
    }
    return new LinearCate(
        FEATURES, List.of(terms), beta, covariance, 0.9, Map.of(), 1, new double[0]);
  }

  static double[] scored(CateModel model, Figure figure, double[][] columns) {
    double[] scores = new double[columns[0].length];
    Catalog.find(figure.function())
        .flatMap(f -> f.body(Body.Scalar.class))
        .orElseThrow()
        .score(model, columns, scores.length, scores);
    return scores;
  }
}
