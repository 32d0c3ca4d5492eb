/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.Parallel;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import io.whatif.model.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The bent columns of {@code spline}: every encoded column by its {@link SplineColumn}, and, where
 * they are at most {@value #MAX_PRODUCTS}, the products of pairs of winsorised standardised columns
 * of different covariates. Its shape comes from the covariates alone, over all rows, or every
 * so-manieth where there are more than {@value #MAX_VALUES}. With so many covariates that they
 * would bend into more than {@value #MAX_COLUMNS} columns, each keeps fewer hinges, in the end
 * none.
 */
final class SplineBasis implements Basis {
  static final int MAX_PRODUCTS = 500;
  static final int MAX_VALUES = 200_000;

  /** Bent columns beyond which hinges are thinned: the time to solve grows with their cube. */
  static final int MAX_COLUMNS = 500;

  /** Hinges a column keeps when they are thinned, tried in this order. */
  private static final int[] FEWER_HINGES = {5, 3, 1, 0};

  private final Design design;
  private final SplineColumn[] columns;
  private final int[] left;
  private final int[] right;
  private final List<String> names = new ArrayList<>();

  private SplineBasis(Design design, SplineColumn[] columns) {
    this.design = design;
    this.columns = columns;
    List<String> encoded = design.names();
    names.add("intercept");
    for (int c = 0; c < columns.length; c++) {
      names.addAll(columns[c].names(encoded.get(c + 1)));
    }
    List<int[]> pairs = pairs();
    left = pairs.stream().mapToInt(p -> p[0]).toArray();
    right = pairs.stream().mapToInt(p -> p[1]).toArray();
    for (int[] pair : pairs) {
      names.add(encoded.get(pair[0] + 1) + "*" + encoded.get(pair[1] + 1));
    }
  }

  private List<int[]> pairs() {
    long varying = Arrays.stream(columns).filter(c -> c.factor() > 0).count();
    List<int[]> pairs = new ArrayList<>();
    if (varying * (varying - 1) / 2 > MAX_PRODUCTS) {
      return pairs;
    }
    for (int i = 0; i < columns.length; i++) {
      for (int j = i + 1; j < columns.length; j++) {
        boolean vary = columns[i].factor() > 0 && columns[j].factor() > 0;
        if (vary && design.source(i + 1) != design.source(j + 1)) {
          pairs.add(new int[] {i, j});
        }
      }
    }
    return pairs;
  }

  static SplineBasis of(Run run, Dataset data, Design design) {
    RowSample drawn = RowSample.of(data.rows(), MAX_VALUES);
    SplineColumn[] columns = new SplineColumn[design.width() - 1];
    long bytes = 8L * drawn.size() * design.width();
    run.memory().take(bytes, "the quantiles of the covariates");
    try {
      Dataset sample = SampleTiles.sample(run, data, design.columns(), drawn);
      double[][] values = encoded(run, sample, design);
      Parallel.forEach(run, columns.length, c -> columns[c] = SplineColumn.of(values[c + 1]));
    } finally {
      run.memory().giveBack(bytes);
    }
    return new SplineBasis(design, thinned(columns));
  }

  /** One array for each column of a basis, of a dataset that is small enough. One scan. */
  private static double[][] encoded(Run run, Dataset data, Basis basis) {
    double[][] values = new double[basis.width()][Math.toIntExact(data.rows())];
    int[] all = FoldRows.all();
    data.forEachBatch(
        run,
        batch -> {
          double[][] own = new double[values.length][batch.rows()];
          basis.fillColumns(batch, all, 0, batch.rows(), own);
          for (int j = 0; j < own.length; j++) {
            System.arraycopy(own[j], 0, values[j], (int) batch.firstRow(), batch.rows());
          }
        });
    return values;
  }

  /** The columns as they are, or with as many hinges as fit {@link #MAX_COLUMNS}. */
  private static SplineColumn[] thinned(SplineColumn[] columns) {
    SplineColumn[] fewer = columns;
    for (int hinges : FEWER_HINGES) {
      if (Arrays.stream(fewer).mapToInt(SplineColumn::width).sum() <= MAX_COLUMNS) {
        break;
      }
      fewer = Arrays.stream(columns).map(c -> c.thinned(hinges)).toArray(SplineColumn[]::new);
    }
    return fewer;
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
    List<Term> encoded = design.terms();
    List<Term> terms = new ArrayList<>();
    terms.add(encoded.get(0));
    for (int c = 0; c < columns.length; c++) {
      terms.addAll(columns[c].terms(encoded.get(c + 1)));
    }
    for (int p = 0; p < left.length; p++) {
      terms.add(
          new Term.Product(
              columns[left[p]].standardized(encoded.get(left[p] + 1)),
              columns[right[p]].standardized(encoded.get(right[p] + 1))));
    }
    return terms;
  }

  @Override
  public List<Integer> columns() {
    return design.columns();
  }

  @Override
  public void fill(Batch batch, int[] rows, int from, int to, Block into) {
    int encoded = design.width();
    double[] plain = new double[(to - from) * encoded];
    double[] standardized = new double[columns.length];
    design.fill(batch, rows, from, to, plain);
    double[] out = into.values();
    for (int r = 0; r < to - from; r++) {
      int at = r * into.stride();
      out[at++] = 1;
      for (int c = 0; c < columns.length; c++) {
        double value = plain[r * encoded + c + 1];
        columns[c].fill(value, out, at);
        at += columns[c].width();
        standardized[c] = columns[c].standardized(value);
      }
      for (int p = 0; p < left.length; p++) {
        out[at++] = standardized[left[p]] * standardized[right[p]];
      }
    }
  }
}
