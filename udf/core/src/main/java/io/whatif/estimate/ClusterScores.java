/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ArrayTiles;
import io.whatif.data.Batch;
import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.ErrorCode;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import io.whatif.data.Schema;
import io.whatif.data.StoredDataset;
import io.whatif.data.WhatifException;
import io.whatif.learn.KMeans;
import io.whatif.learn.SampleTiles;
import io.whatif.math.Gram;
import io.whatif.math.PrincipalComponents;
import io.whatif.model.ClusterBasis;
import io.whatif.model.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cluster scores of a study's features: the terms of an {@link EffectBasis} but the intercept are
 * standardised and projected on their first principal components, rows are clustered there by
 * K-means, and a row's scores are its {@link ClusterBasis}. Neither outcome nor treatment is looked
 * at.
 *
 * <p>Of the rows that have all features; beyond {@value #SAMPLE} rows of a sample of them. A term
 * that does not vary is left out. Cost: two scans of O(p^2) a row, and those of {@link KMeans} over
 * M coordinates. Memory: 16 M bytes a row of the sample, while they are found.
 *
 * <p>Source: "Double Machine Learning at Scale to Predict Causal Impact of Customer Actions", sec.
 * 3.3.
 */
final class ClusterScores implements RowBasis {
  /** Rows that clusters are found from at most. */
  private static final int SAMPLE = 50_000;

  /** Variance, as a share of the mean's square, below which a term does not vary. */
  private static final double CONSTANT = 1e-14;

  private final List<Integer> columns;
  private final ClusterBasis basis;
  private final double share;
  private final KMeans clusters;

  private ClusterScores(List<Integer> columns, ClusterBasis basis, double share, KMeans clusters) {
    this.columns = columns;
    this.basis = basis;
    this.share = share;
    this.clusters = clusters;
  }

  /**
   * How clusters are made.
   *
   * @param clusters how many
   * @param components below 1 the share of variance that the components hold, else how many they
   *     are
   * @param seed draws the first centres
   */
  record Plan(int clusters, double components, long seed) {}

  static ClusterScores of(Run run, Study study, EffectBasis terms, Plan plan) {
    RowSample drawn = RowSample.of(study.rows(), SAMPLE);
    Dataset sample =
        drawn.isAll()
            ? study.data()
            : SampleTiles.sample(run, study.data(), study.features(), drawn);
    int p = terms.width();
    Means means = sample.scan(run, new MeanPass(terms));
    double[] centre = new double[p];
    for (int t = 0; t < p; t++) {
      centre[t] = means.rows == 0 ? 0 : means.totals[t] / means.rows;
    }
    EffectBasis centred = terms.centred(centre);
    Gram gram = sample.scan(run, new ProductPass(centred)).gram;
    for (int t = 0; t < p - 1; t++) {
      if (gram.get(t, t) <= CONSTANT * means.rows * centre[t + 1] * centre[t + 1]) {
        gram.set(t, t, 0);
      }
    }
    PrincipalComponents components = PrincipalComponents.of(gram);
    if (components.count() == 0) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "features: none of them differs between the usable rows, so there are no clusters. Name others, or leave features out.");
    }
    double[][] projection = projection(components, gram, means.rows, plan);
    int kept = projection.length;
    List<Term> functions = centred.terms().subList(1, p);
    ClusterBasis place = new ClusterBasis(functions, projection, new double[1][kept]);
    long bytes = 16L * kept * sample.rows();
    run.memory().take(bytes, "the rows' principal components");
    try {
      Dataset points = points(run, sample, new Place(study.features(), place), means.rows);
      KMeans found = KMeans.of(run, points, plan.clusters(), plan.seed());
      ClusterBasis basis = new ClusterBasis(functions, projection, found.centres());
      return new ClusterScores(study.features(), basis, components.share(kept), found);
    } finally {
      run.memory().giveBack(bytes);
    }
  }

  /** Loadings over standard deviations, of as many components as the plan asks for. */
  private static double[][] projection(
      PrincipalComponents components, Gram gram, long rows, Plan plan) {
    int kept =
        plan.components() < 1
            ? components.countFor(plan.components())
            : Math.min((int) plan.components(), components.count());
    double[][] projection = new double[kept][];
    for (int m = 0; m < kept; m++) {
      projection[m] = components.loadings(m);
      for (int t = 0; t < gram.width(); t++) {
        double sd = Math.sqrt(gram.get(t, t) / rows);
        projection[m][t] = sd > 0 ? projection[m][t] / sd : 0;
      }
    }
    return projection;
  }

  /** A basis, and the dataset columns of the features it takes. */
  private record Place(List<Integer> columns, ClusterBasis basis) {
    double[][] inputs(Batch batch) {
      double[][] inputs = new double[columns.size()][];
      for (int f = 0; f < inputs.length; f++) {
        inputs[f] = batch.column(columns.get(f));
      }
      return inputs;
    }
  }

  /** The coordinates of the rows that have all features, as a dataset. */
  private static Dataset points(Run run, Dataset sample, Place place, long rows) {
    int width = place.basis().projection().length;
    double[][] all = new double[width][Math.toIntExact(sample.rows())];
    sample.forEachBatch(
        run,
        batch -> {
          double[][] own = place.basis().coordinates(place.inputs(batch), batch.rows());
          for (int m = 0; m < width; m++) {
            System.arraycopy(own[m], 0, all[m], (int) batch.firstRow(), batch.rows());
          }
        });
    ArrayTiles tiles = new ArrayTiles(width);
    tiles.reserve(rows);
    List<Column> schema = new ArrayList<>();
    for (int m = 0; m < width; m++) {
      double[] known = Arrays.stream(all[m]).filter(v -> !Double.isNaN(v)).toArray();
      tiles.write(m, 0, known, known.length);
      schema.add(new Column.Numeric("component " + (m + 1), "DOUBLE"));
    }
    return new StoredDataset(new Schema(schema), tiles, rows);
  }

  private static final class Means implements Mergeable<Means> {
    private final double[] totals;
    private long rows;

    Means(int width) {
      totals = new double[width];
    }

    @Override
    public Means merge(Means other) {
      rows += other.rows;
      for (int t = 0; t < totals.length; t++) {
        totals[t] += other.totals[t];
      }
      return this;
    }
  }

  private record MeanPass(EffectBasis terms) implements Pass<Means, Means> {
    @Override
    public Means zero() {
      return new Means(terms.width());
    }

    @Override
    public void accumulate(Batch batch, Means sum) {
      double[][] phi = terms.fill(batch);
      boolean[] complete = EffectBasis.complete(phi, batch.rows());
      for (int i = 0; i < complete.length; i++) {
        for (int t = 0; t < phi.length && complete[i]; t++) {
          sum.totals[t] += phi[t][i];
        }
        sum.rows += complete[i] ? 1 : 0;
      }
    }

    @Override
    public Means finish(Means total) {
      return total;
    }
  }

  private static final class Products implements Mergeable<Products> {
    private final Gram gram;

    Products(int width) {
      gram = new Gram(width);
    }

    @Override
    public Products merge(Products other) {
      gram.add(other.gram);
      return this;
    }
  }

  /** Products of the terms but the intercept. */
  private record ProductPass(EffectBasis terms) implements Pass<Products, Products> {
    @Override
    public Products zero() {
      return new Products(terms.width() - 1);
    }

    @Override
    public void accumulate(Batch batch, Products sum) {
      double[][] phi = terms.fill(batch);
      boolean[] complete = EffectBasis.complete(phi, batch.rows());
      int p = phi.length - 1;
      double[] block = new double[batch.rows() * p];
      int filled = 0;
      for (int i = 0; i < complete.length; i++) {
        if (complete[i]) {
          for (int t = 0; t < p; t++) {
            block[filled * p + t] = phi[t + 1][i];
          }
          filled++;
        }
      }
      sum.gram.add(block, filled);
    }

    @Override
    public Products finish(Products total) {
      return total;
    }
  }

  @Override
  public int width() {
    return basis.width();
  }

  @Override
  public double[][] fill(Batch batch) {
    return basis.scores(new Place(columns, basis).inputs(batch), batch.rows());
  }

  ClusterBasis basis() {
    return basis;
  }

  /** How many principal components rows are clustered by. */
  int components() {
    return basis.projection().length;
  }

  /** The share of the features' variance that these hold. */
  double share() {
    return share;
  }

  /** Whether K-means settled. */
  boolean converged() {
    return clusters.converged();
  }
}
