/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.export;

import io.whatif.model.LearnedCate.Part;
import io.whatif.model.Term;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.calcite.sql.SqlNode;

/**
 * Terms as SQL, of rows whose features are known where the terms need them.
 *
 * @param columns the features
 * @param inputs for each place that a term may name, that of the feature, or {@link Part#ARM}
 * @param arm what stands in the place of the arm
 */
record TermSql(FeatureColumns columns, List<Integer> inputs, double arm, SqlBuilder sql) {

  SqlNode value(Term term) {
    if (ofArm(term)) {
      return sql.freeNumber(atArm(term));
    }
    if (term instanceof Term.Value value) {
      return scaled(
          columns.numberOrNull(inputs.get(value.feature())), value.center(), value.scale());
    }
    if (term instanceof Term.Imputed value) {
      SqlNode known =
          sql.coalesce(
              columns.numberOrNull(inputs.get(value.feature())), sql.number(value.fallback()));
      return scaled(known, value.center(), value.scale());
    }
    if (term instanceof Term.Missing missing) {
      return flag(sql.isNull(given(inputs.get(missing.feature()))), missing.center());
    }
    if (term instanceof Term.Level level) {
      int feature = inputs.get(level.feature());
      String category = columns.feature(feature).categories().get(level.code());
      return flag(sql.equal(columns.text(feature), sql.string(category)), level.center());
    }
    return composed(term);
  }

  private SqlNode composed(Term term) {
    if (term instanceof Term.Scaled scaled) {
      SqlNode shifted = less(value(scaled.of()), scaled.shift());
      return scaled.factor() == 1 ? shifted : sql.times(shifted, sql.number(scaled.factor()));
    }
    if (term instanceof Term.Clamped clamped) {
      SqlNode least = sql.greatest(value(clamped.of()), sql.freeNumber(clamped.low()));
      return sql.least(least, sql.freeNumber(clamped.high()));
    }
    if (term instanceof Term.Spike spike) {
      return flag(sql.equal(value(spike.of()), sql.freeNumber(spike.value())), 0);
    }
    if (term instanceof Term.Hinge hinge) {
      return sql.greatest(less(value(hinge.of()), hinge.knot()), sql.freeNumber(0));
    }
    if (term instanceof Term.Product product) {
      return sql.times(value(product.left()), value(product.right()));
    }
    if (term instanceof Term.Difference difference) {
      return sql.minus(value(difference.left()), value(difference.right()));
    }
    if (term instanceof Term.Power power && power.exponent() > 0) {
      SqlNode product = value(power.of());
      for (int k = 1; k < power.exponent(); k++) {
        product = sql.times(product, value(power.of()));
      }
      return product;
    }
    return sql.freeNumber(1);
  }

  private SqlNode given(int feature) {
    return columns.feature(feature).isCategorical()
        ? columns.text(feature)
        : columns.numberOrNull(feature);
  }

  private SqlNode flag(SqlNode condition, double center) {
    return sql.toDouble(
        sql.cases(
            null, List.of(Map.entry(condition, sql.number(1 - center))), sql.number(0 - center)));
  }

  private SqlNode less(SqlNode value, double by) {
    if (by == 0) {
      return value;
    }
    return by < 0 ? sql.plus(value, sql.number(-by)) : sql.minus(value, sql.number(by));
  }

  /** \( (value - center) / scale \). */
  SqlNode scaled(SqlNode value, double center, double scale) {
    SqlNode shifted = less(value, center);
    return scale == 1 ? shifted : sql.dividedBy(shifted, sql.number(scale));
  }

  /** Whether a term depends on the arm alone. */
  private boolean ofArm(Term term) {
    int[] places = places(term).mapToInt(Integer::intValue).toArray();
    return places.length > 0
        && java.util.Arrays.stream(places).allMatch(place -> inputs.get(place) == Part.ARM);
  }

  private double atArm(Term term) {
    double[][] row = new double[inputs.size()][];
    java.util.Arrays.fill(row, new double[] {arm});
    double[] value = new double[1];
    term.fill(row, 1, value);
    return value[0];
  }

  /** The places of the features that a term reads. */
  static Stream<Integer> places(Term term) {
    if (term instanceof Term.Value value) {
      return Stream.of(value.feature());
    }
    if (term instanceof Term.Imputed value) {
      return Stream.of(value.feature());
    }
    if (term instanceof Term.Missing value) {
      return Stream.of(value.feature());
    }
    if (term instanceof Term.Level value) {
      return Stream.of(value.feature());
    }
    return parts(term).flatMap(TermSql::places);
  }

  /** The terms that a term is made of; none of a plain one. */
  static Stream<Term> parts(Term term) {
    if (term instanceof Term.Scaled scaled) {
      return Stream.of(scaled.of());
    }
    if (term instanceof Term.Clamped clamped) {
      return Stream.of(clamped.of());
    }
    if (term instanceof Term.Spike spike) {
      return Stream.of(spike.of());
    }
    if (term instanceof Term.Hinge hinge) {
      return Stream.of(hinge.of());
    }
    if (term instanceof Term.Power power) {
      return Stream.of(power.of());
    }
    if (term instanceof Term.Difference difference) {
      return Stream.of(difference.left(), difference.right());
    }
    return term instanceof Term.Product product
        ? Stream.of(product.left(), product.right())
        : Stream.empty();
  }

  /** Whether a term is known where a feature is NULL. */
  static boolean knowsNull(Term term, int feature) {
    if (parts(term).findAny().isPresent()) {
      return parts(term).allMatch(part -> knowsNull(part, feature));
    }
    return places(term).noneMatch(place -> place == feature)
        || term instanceof Term.Imputed
        || term instanceof Term.Missing
        || (term instanceof Term.Level level && level.nullAsZero());
  }
}
