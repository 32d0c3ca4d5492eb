/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.math.Gram;
import org.jspecify.annotations.Nullable;

/**
 * The products of the influences that rows have on several estimates, \( \sum_c s_c s_c^\top \)
 * with \( s_c = \sum_{i \in c} \psi_i \) over clusters, or over rows where each is its own: up to
 * scale the estimates' joint covariance, and all that a {@link MultiplierBootstrap} needs of the
 * rows.
 *
 * <p>A row whose influence on an estimate is NaN had no part in it and counts as 0. Clustered rows
 * must come with ascending cluster numbers. Cost: {@code width^2 / 2} operations a row or cluster;
 * memory {@code width^2} doubles.
 */
public final class InfluenceProducts implements Mergeable<InfluenceProducts> {
  private final Gram rows;
  private final @Nullable ClusterScatter clusters;

  /** Sums for {@code width} estimates. */
  public InfluenceProducts(int width, boolean clustered) {
    this.rows = new Gram(width);
    this.clusters = clustered ? new ClusterScatter(width) : null;
  }

  /**
   * The products of influences held in memory.
   *
   * @param influences one array for each estimate, one number for each row
   * @param clusters number of each row's cluster, ascending, or null
   */
  public static Gram of(double[][] influences, int @Nullable [] clusters) {
    int width = influences.length;
    InfluenceProducts sum = new InfluenceProducts(width, clusters != null);
    double[] row = new double[width];
    int[] cluster = new int[1];
    for (int i = 0; width > 0 && i < influences[0].length; i++) {
      for (int j = 0; j < width; j++) {
        row[j] = influences[j][i];
      }
      cluster[0] = clusters == null ? 0 : clusters[i];
      sum.add(row, cluster, 1);
    }
    return sum.total();
  }

  /**
   * The products of influences that are the columns of a dataset. One scan.
   *
   * @param clusters number of each row's cluster, ascending, or null
   */
  public static Gram of(Run run, Dataset influences, int @Nullable [] clusters) {
    return influences.scan(run, new Columns(influences.schema().size(), clusters));
  }

  /** Adds all columns of a dataset. */
  private record Columns(int width, int @Nullable [] clusters)
      implements Pass<InfluenceProducts, Gram> {
    private static final int ROWS = 64;

    @Override
    public InfluenceProducts zero() {
      return new InfluenceProducts(width, clusters != null);
    }

    @Override
    public void accumulate(Batch batch, InfluenceProducts sum) {
      double[] block = new double[ROWS * width];
      int[] cluster = new int[ROWS];
      for (int from = 0; from < batch.rows(); from += ROWS) {
        int count = Math.min(ROWS, batch.rows() - from);
        for (int j = 0; j < width; j++) {
          double[] column = batch.column(j);
          for (int r = 0; r < count; r++) {
            block[r * width + j] = column[from + r];
          }
        }
        for (int r = 0; clusters != null && r < count; r++) {
          cluster[r] = clusters[(int) batch.firstRow() + from + r];
        }
        sum.add(block, cluster, count);
      }
    }

    @Override
    public Gram finish(InfluenceProducts total) {
      return total.total();
    }
  }

  /**
   * Adds rows; NaN in them is set to 0.
   *
   * @param influences row-major
   * @param cluster the cluster of each row; not read without clusters
   */
  public void add(double[] influences, int[] cluster, int count) {
    int width = rows.width();
    for (int k = 0; k < count * width; k++) {
      influences[k] = Double.isNaN(influences[k]) ? 0 : influences[k];
    }
    if (clusters == null) {
      rows.add(influences, count);
      return;
    }
    for (int r = 0; r < count; r++) {
      clusters.add(cluster[r], influences, r * width);
    }
  }

  @Override
  public InfluenceProducts merge(InfluenceProducts other) {
    rows.add(other.rows);
    if (clusters != null && other.clusters != null) {
      clusters.merge(other.clusters);
    }
    return this;
  }

  /** The products; nothing may be added afterwards. */
  public Gram total() {
    return clusters == null ? rows : clusters.total();
  }
}
