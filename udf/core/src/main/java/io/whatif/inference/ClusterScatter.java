/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import io.whatif.data.Mergeable;
import io.whatif.math.Gram;
import org.jspecify.annotations.Nullable;

/**
 * The scatter of sums over clusters, \( \sum_c s_c s_c^\top \) with \( s_c = \sum_{i \in c} x_i \):
 * the meat of a cluster-robust covariance. Rows must come with ascending cluster numbers; a cluster
 * that is cut by the border between two partial sums is joined when they merge.
 */
public final class ClusterScatter implements Mergeable<ClusterScatter> {
  private final int width;
  private final Gram closed;
  private int clusters;
  private int first = -1;
  private int last = -1;
  private double @Nullable [] firstSum;
  private double[] lastSum;

  public ClusterScatter(int width) {
    this.width = width;
    this.closed = new Gram(width);
    this.lastSum = new double[width];
  }

  /** Adds the row of {@code width} numbers from {@code at} on to its cluster. */
  public void add(int cluster, double[] x, int at) {
    if (cluster != last) {
      open(cluster);
    }
    for (int j = 0; j < width; j++) {
      lastSum[j] += x[at + j];
    }
  }

  private void open(int cluster) {
    if (last < 0) {
      first = cluster;
    } else if (firstSum == null) {
      firstSum = lastSum;
    } else {
      close(lastSum);
    }
    lastSum = new double[width];
    last = cluster;
  }

  private void close(double[] sum) {
    closed.add(sum, 1);
    clusters++;
  }

  @Override
  public ClusterScatter merge(ClusterScatter other) {
    if (other.last < 0) {
      return this;
    }
    double[] head = other.firstSum == null ? other.lastSum : other.firstSum;
    add(other.first, head, 0);
    closed.add(other.closed);
    clusters += other.clusters;
    if (other.firstSum != null) {
      open(other.last);
      lastSum = other.lastSum;
    }
    return this;
  }

  /** The scatter of all clusters seen; nothing may be added afterwards. */
  public Gram total() {
    if (firstSum != null) {
      close(firstSum);
      firstSum = null;
    }
    if (last >= 0) {
      close(lastSum);
      last = -1;
    }
    return closed;
  }

  /** How many clusters the total counts. */
  public int clusters() {
    return clusters;
  }
}
