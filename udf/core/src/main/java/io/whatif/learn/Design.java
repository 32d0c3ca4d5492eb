/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Column;
import io.whatif.data.Schema;
import io.whatif.model.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The covariates as they are: the intercept; a number as itself, NULL filled, with its indicator of
 * NULL behind it; a category as one 0/1 column for each level but the first, NULL as the last level
 * where it has one. A code that is no level, or a NULL not seen at fit, is the first level.
 */
public final class Design implements Basis {
  /** Levels beyond which most of a category's columns are 0. */
  private static final int FEW_LEVELS = 4;

  private final List<Covariate> covariates;

  /** Whether it is known that no number is NULL. */
  private final boolean full;

  /** Whether no category has more than a few levels. */
  private final boolean dense;

  private final List<String> names = new ArrayList<>();
  private final List<Integer> sources = new ArrayList<>();

  public Design(Covariates covariates, Schema schema) {
    this.covariates = covariates.columns();
    this.full = covariates.profile() != null;
    names.add("intercept");
    sources.add(-1);
    boolean few = true;
    for (int c = 0; c < this.covariates.size(); c++) {
      Covariate covariate = this.covariates.get(c);
      few &= covariate.levels() <= FEW_LEVELS;
      names.addAll(encodedNames(covariate, schema.column(covariate.column())));
      while (sources.size() < names.size()) {
        sources.add(c);
      }
    }
    this.dense = few;
  }

  private static List<String> encodedNames(Covariate covariate, Column column) {
    List<String> names = new ArrayList<>();
    if (covariate.levels() == 0) {
      names.add(covariate.name());
    } else if (column instanceof Column.Categorical categorical) {
      for (int level = 1; level < covariate.levels(); level++) {
        names.add(covariate.name() + "=" + categorical.categories().get(level));
      }
    } else {
      for (int level = 1; level < covariate.levels(); level++) {
        names.add(covariate.name() + "=" + level);
      }
    }
    if (covariate.indicator()) {
      names.add(covariate.name() + (covariate.levels() == 0 ? " is null" : "=(missing)"));
    }
    return names;
  }

  /** Of the same covariates, which make the same columns. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other == this
        || (other instanceof Design design
            && covariates.equals(design.covariates)
            && names.equals(design.names));
  }

  @Override
  public int hashCode() {
    return names.hashCode();
  }

  @Override
  public int width() {
    return names.size();
  }

  @Override
  public List<String> names() {
    return List.copyOf(names);
  }

  @Override
  public List<Term> terms() {
    List<Term> terms = new ArrayList<>();
    terms.add(new Term.Intercept());
    for (int c = 0; c < covariates.size(); c++) {
      Covariate covariate = covariates.get(c);
      String name = covariate.name();
      if (covariate.levels() == 0) {
        terms.add(
            covariate.indicator()
                ? new Term.Imputed(c, name, 0, 1, covariate.fill())
                : new Term.Value(c, name, 0, 1));
      }
      for (int level = 1; level < covariate.levels(); level++) {
        terms.add(new Term.Level(c, level, names.get(terms.size()), covariate.indicator()));
      }
      if (covariate.indicator()) {
        terms.add(new Term.Missing(c, names.get(terms.size())));
      }
    }
    return terms;
  }

  @Override
  public List<Integer> columns() {
    return covariates.stream().map(Covariate::column).toList();
  }

  /** Which covariate the column {@code index} comes from; -1 for the intercept. */
  public int source(int index) {
    return sources.get(index);
  }

  @Override
  public void fill(Batch batch, int[] rows, int from, int to, Block into) {
    double[] out = into.values();
    int stride = into.stride();
    int count = to - from;
    for (int r = 0; r < count; r++) {
      out[r * stride] = 1;
    }
    int at = 1;
    for (Covariate covariate : covariates) {
      double[] values = batch.column(covariate.column());
      if (covariate.levels() == 0) {
        fillNumeric(covariate, values, new Places(rows, from, count), out, stride, at);
      } else {
        fillLevels(covariate, values, new Places(rows, from, count), out, stride, at);
      }
      at += covariate.width();
    }
  }

  @Override
  public boolean isDense() {
    return dense;
  }

  @Override
  public void fillColumns(Batch batch, int[] rows, int from, int to, double[][] into) {
    Arrays.fill(into[0], 0, to - from, 1);
    int at = 1;
    for (Covariate covariate : covariates) {
      double[] values = batch.column(covariate.column());
      if (full) {
        gather(values, new Places(rows, from, to - from), into[at]);
      } else if (covariate.levels() == 0) {
        fillNumber(covariate, values, new Places(rows, from, to - from), into, at);
      } else {
        fillLevels(covariate, values, new Places(rows, from, to - from), into, at);
      }
      at += covariate.width();
    }
  }

  private static void gather(double[] values, Places places, double[] into) {
    int[] rows = places.rows();
    int from = places.from();
    for (int r = 0; r < places.count(); r++) {
      into[r] = values[rows[from + r]];
    }
  }

  private static void fillNumber(
      Covariate covariate, double[] values, Places places, double[][] into, int at) {
    double fill = Double.isNaN(covariate.fill()) ? 0 : covariate.fill();
    int[] rows = places.rows();
    int from = places.from();
    double[] own = into[at];
    for (int r = 0; r < places.count(); r++) {
      double value = values[rows[from + r]];
      own[r] = Double.isNaN(value) ? fill : value;
    }
    if (covariate.indicator()) {
      for (int r = 0; r < places.count(); r++) {
        into[at + 1][r] = Double.isNaN(values[rows[from + r]]) ? 1 : 0;
      }
    }
  }

  private static void fillLevels(
      Covariate covariate, double[] values, Places places, double[][] into, int at) {
    int width = covariate.width();
    for (int level = 1; level <= width; level++) {
      Arrays.fill(into[at + level - 1], 0, places.count(), 0);
    }
    for (int r = 0; r < places.count(); r++) {
      double value = values[places.rows()[places.from() + r]];
      int level = Double.isNaN(value) ? covariate.levels() : (int) value;
      if (level >= 1 && level <= width) {
        into[at + level - 1][r] = 1;
      }
    }
  }

  private record Places(int[] rows, int from, int count) {}

  private static void fillNumeric(
      Covariate covariate, double[] values, Places places, double[] out, int stride, int at) {
    double fill = Double.isNaN(covariate.fill()) ? 0 : covariate.fill();
    int[] rows = places.rows();
    int from = places.from();
    for (int r = 0; r < places.count(); r++) {
      double value = values[rows[from + r]];
      out[r * stride + at] = Double.isNaN(value) ? fill : value;
    }
    if (covariate.indicator()) {
      for (int r = 0; r < places.count(); r++) {
        out[r * stride + at + 1] = Double.isNaN(values[rows[from + r]]) ? 1 : 0;
      }
    }
  }

  private static void fillLevels(
      Covariate covariate, double[] values, Places places, double[] out, int stride, int at) {
    int width = covariate.width();
    for (int r = 0; r < places.count(); r++) {
      int start = r * stride + at;
      Arrays.fill(out, start, start + width, 0);
      double value = values[places.rows()[places.from() + r]];
      int level = Double.isNaN(value) ? covariate.levels() : (int) value;
      if (level >= 1 && level <= width) {
        out[start + level - 1] = 1;
      }
    }
  }
}
