/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.Profile;
import io.whatif.data.Run;
import io.whatif.model.Feature;
import io.whatif.model.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The basis \( \phi(x) \) an effect is linear in: the intercept, each numeric feature, and each
 * category but the first.
 */
final class EffectBasis implements RowBasis {
  private final List<Integer> columns;
  private final List<Feature> features = new ArrayList<>();
  private final List<Term> terms = new ArrayList<>();

  /** Whether it is known that every row has all terms. */
  private final boolean full;

  EffectBasis(Study study, FitOptions options) {
    columns = new ArrayList<>(study.features());
    full = columns.stream().allMatch(column -> study.profile().nulls(column) == 0);
    terms.add(new Term.Intercept());
    for (int f = 0; f < columns.size(); f++) {
      Column column = study.data().schema().column(columns.get(f));
      boolean imputed = options.imputeFeatures() && study.profile().nulls(columns.get(f)) > 0;
      if (column instanceof Column.Categorical text) {
        features.add(new Feature(text.name(), text.sqlType(), text.categories()));
        for (int code = 1; code < text.categories().size(); code++) {
          String name = text.name() + "=" + text.categories().get(code);
          terms.add(new Term.Level(f, code, name, imputed));
        }
      } else {
        features.add(new Feature(column.name(), column.sqlType(), List.of()));
        terms.add(numeric(f, column.name(), study.profile(), options, imputed));
      }
      if (imputed) {
        terms.add(new Term.Missing(f, column.name() + " is null"));
      }
    }
  }

  private EffectBasis(EffectBasis other, List<Term> terms, boolean full) {
    this.columns = new ArrayList<>(other.columns);
    this.full = full;
    this.features.addAll(other.features);
    this.terms.addAll(terms);
  }

  /**
   * The same about its means, so that the intercept is the effect at the features' means.
   *
   * @param means of each term over the rows that have all
   */
  EffectBasis centred(double[] means) {
    List<Term> centred = new ArrayList<>();
    for (int t = 0; t < means.length; t++) {
      centred.add(terms.get(t).centred(means[t]));
    }
    return new EffectBasis(this, centred, full);
  }

  /**
   * The same features with other terms, which stand in columns of the dataset.
   *
   * @param values dataset columns, one for each term
   */
  EffectBasis replaced(int... values) {
    EffectBasis other = new EffectBasis(this, List.of(), false);
    other.columns.clear();
    for (int j = 0; j < values.length; j++) {
      other.columns.add(values[j]);
      other.terms.add(new Term.Value(j, "term " + j, 0, 1));
    }
    return other;
  }

  /**
   * Each term times the numbers of further columns: all terms times the first, then times the next.
   *
   * @param factors dataset columns
   */
  EffectBasis times(int... factors) {
    EffectBasis other = new EffectBasis(this, List.of(), false);
    for (int column : factors) {
      Term factor = new Term.Value(other.columns.size(), "factor", 0, 1);
      other.columns.add(column);
      for (Term term : terms) {
        boolean plain = term instanceof Term.Intercept;
        other.terms.add(plain ? factor : new Term.Product(factor, term));
      }
    }
    return other;
  }

  private Term numeric(int f, String name, Profile profile, FitOptions options, boolean imputed) {
    int column = columns.get(f);
    double sd = profile.standardDeviation(column);
    double scale = options.scale().perStandardDeviation() && sd > 0 ? sd : 1;
    return imputed
        ? new Term.Imputed(f, name, 0, scale, profile.quantile(column, 0.5))
        : new Term.Value(f, name, 0, scale);
  }

  List<Feature> features() {
    return features;
  }

  List<Term> terms() {
    return terms;
  }

  @Override
  public int width() {
    return terms.size();
  }

  /**
   * The values of the terms at each row of the batch, one array for each term; entries from {@link
   * Batch#rows()} on are stale. A term that is a column as it stands is the batch's own array: it
   * is not changed, nor kept.
   */
  @Override
  public double[][] fill(Batch batch) {
    double[][] values = new double[terms.size()][];
    double[][] inputs = new double[columns.size()][];
    for (int f = 0; f < inputs.length; f++) {
      inputs[f] = batch.column(columns.get(f));
    }
    for (int t = 0; t < values.length; t++) {
      if (terms.get(t) instanceof Term.Value value && value.isPlain()) {
        values[t] = inputs[value.feature()];
      } else {
        values[t] = new double[batch.rows()];
        terms.get(t).fill(inputs, batch.rows(), values[t]);
      }
    }
    return values;
  }

  /** As {@link #complete} of what {@link #fill} gave, which is not looked at without NULLs. */
  boolean[] hasAll(double[][] values, int rows) {
    if (!full) {
      return complete(values, rows);
    }
    boolean[] all = new boolean[rows];
    Arrays.fill(all, true);
    return all;
  }

  /** Whether each row of a dataset has all its terms, a byte a row. One scan. */
  boolean[] complete(Run run, Dataset data) {
    boolean[] complete = new boolean[Math.toIntExact(data.rows())];
    data.forEachBatch(
        run,
        batch -> {
          boolean[] own = complete(fill(batch), batch.rows());
          System.arraycopy(own, 0, complete, (int) batch.firstRow(), own.length);
        });
    return complete;
  }

  /** Whether each row has all its terms. */
  static boolean[] complete(double[][] values, int rows) {
    boolean[] complete = new boolean[rows];
    Arrays.fill(complete, true);
    for (double[] term : values) {
      for (int i = 0; i < rows; i++) {
        complete[i] &= !Double.isNaN(term[i]);
      }
    }
    return complete;
  }
}
