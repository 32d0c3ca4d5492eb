/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import io.whatif.data.Parallel;
import io.whatif.data.Run;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sums of influences over clusters, of which the error of an estimate is made. A row whose
 * influence is NaN is not counted, nor is a cluster without any other row.
 */
public final class ClusterSums {
  /** Rows that influences are asked for at a time. */
  private static final int BLOCK = RowSums.BLOCK;

  private ClusterSums() {}

  /**
   * The sum over each cluster; the influences themselves if there are no clusters.
   *
   * @param clusters number of each row's cluster, ascending from 0, or null
   */
  public static double[] of(double[] influence, int @Nullable [] clusters) {
    if (clusters == null || clusters.length == 0) {
      return influence;
    }
    double[] sums = new double[clusters[clusters.length - 1] + 1];
    Arrays.fill(sums, Double.NaN);
    for (int i = 0; i < influence.length; i++) {
      if (!Double.isNaN(influence[i])) {
        int c = clusters[i];
        sums[c] = Double.isNaN(sums[c]) ? influence[i] : sums[c] + influence[i];
      }
    }
    return sums;
  }

  /**
   * \( \frac{C}{C-1} \sum_c s_c^2 \), s the sums over C clusters; \( \sum_i \psi_i^2 \) if there
   * are no clusters.
   */
  public static double squares(double[] influence, int @Nullable [] clusters) {
    Influences one = (from, to, into) -> System.arraycopy(influence, from, into[0], 0, to - from);
    Squares all = new Squares(1);
    all.addRange(0, influence.length, one, clusters);
    return all.total(0, clusters != null);
  }

  /**
   * Influences that are not kept, made a few rows at a time. Each range of rows has one of its own,
   * which one thread uses.
   */
  @FunctionalInterface
  public interface Influences {
    /**
     * Writes those of the rows {@code from..to-1}.
     *
     * @param into of each estimate, the first row's first; what it holds is of other rows
     */
    void fill(int from, int to, double[][] into);
  }

  /**
   * The same of several estimates, ranges of rows side by side. Each row is asked for once.
   *
   * @param run whose threads work; null for this thread alone
   * @param influences makes those of a range
   */
  public static double[] squares(
      @Nullable Run run,
      int rows,
      int estimates,
      Supplier<Influences> influences,
      int @Nullable [] clusters) {
    List<Squares> parts =
        Parallel.ofRanges(
            run,
            rows,
            influences,
            (own, from, to) -> {
              Squares part = new Squares(estimates);
              part.addRange(startOf(from, clusters), startOf(to, clusters), own, clusters);
              return part;
            });
    Squares all = new Squares(estimates);
    parts.forEach(all::add);
    double[] squares = new double[estimates];
    Arrays.setAll(squares, k -> all.total(k, clusters != null));
    return squares;
  }

  /** The place itself, or where the cluster that it is in the midst of ends. */
  private static int startOf(int place, int @Nullable [] clusters) {
    int start = place;
    while (clusters != null
        && start > 0
        && start < clusters.length
        && clusters[start] == clusters[start - 1]) {
      start++;
    }
    return start;
  }

  /** Sums of squares of some estimates, over whole clusters. */
  private static final class Squares {
    private final double[] squares;
    private final long[] groups;

    Squares(int estimates) {
      squares = new double[estimates];
      groups = new long[estimates];
    }

    void add(Squares other) {
      for (int k = 0; k < squares.length; k++) {
        squares[k] += other.squares[k];
        groups[k] += other.groups[k];
      }
    }

    double total(int estimate, boolean clustered) {
      double c = groups[estimate];
      return clustered && c > 1 ? squares[estimate] * c / (c - 1) : squares[estimate];
    }

    void addRange(int from, int to, Influences influences, int @Nullable [] clusters) {
      double[][] block = new double[squares.length][Math.min(BLOCK, Math.max(0, to - from))];
      Open[] open = new Open[squares.length];
      for (int k = 0; k < open.length; k++) {
        open[k] = new Open();
      }
      for (int start = from; start < to; start += BLOCK) {
        int end = Math.min(to, start + BLOCK);
        influences.fill(start, end, block);
        for (int k = 0; k < squares.length; k++) {
          if (clusters == null) {
            addRows(k, block[k], end - start);
          } else {
            addClusters(k, block[k], start, end, clusters, open[k]);
          }
        }
      }
      for (int k = 0; k < squares.length; k++) {
        close(k, open[k]);
      }
    }

    private void addRows(int estimate, double[] own, int rows) {
      double sum = 0;
      for (int i = 0; i < rows; i++) {
        double influence = own[i];
        sum += Double.isNaN(influence) ? 0 : influence * influence;
      }
      squares[estimate] += sum;
    }

    /** The cluster that rows are added to. */
    private static final class Open {
      int cluster = -1;
      double sum;
      boolean counts;
    }

    private void addClusters(
        int estimate, double[] own, int from, int to, int[] clusters, Open open) {
      for (int i = from; i < to; i++) {
        if (clusters[i] != open.cluster) {
          close(estimate, open);
          open.cluster = clusters[i];
        }
        double influence = own[i - from];
        if (!Double.isNaN(influence)) {
          open.counts = true;
          open.sum += influence;
        }
      }
    }

    private void close(int estimate, Open open) {
      squares[estimate] += open.sum * open.sum;
      groups[estimate] += open.counts ? 1 : 0;
      open.sum = 0;
      open.counts = false;
    }
  }
}
