/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Finds the best split by one feature of each node of a level of an {@link EffectTree}. */
final class SplitSearch {
  private final int feature;
  private final double[] values;
  private final int categories;
  private final long[] coded;
  private final int[] nodeOf;
  private final int minimum;

  /** The used rows; of a number in the order of its values, NULL last. */
  private final int[] order;

  /** How many of them are not NULL; of a number. */
  private final int known;

  /**
   * A split and what it reaches.
   *
   * @param split null if there is none
   * @param score \( S_L^2 / n_L + S_R^2 / n_R \)
   * @param leftRows how many rows go left
   * @param leftSum the sum of their coded effects
   */
  record Found(@Nullable Split split, double score, long leftRows, long leftSum) {
    static final Found NONE = new Found(null, Double.NEGATIVE_INFINITY, 0, 0);
  }

  /**
   * A search.
   *
   * @param coded the effect of each row as a whole number
   * @param nodeOf the node of each row, as it is when {@link #best} is called
   * @param minimum rows on both sides at least
   */
  SplitSearch(Run run, ScoredRows rows, int feature, long[] coded, int[] nodeOf, int minimum) {
    this.feature = feature;
    this.values = rows.features()[feature];
    this.categories = rows.kinds().get(feature).categories().size();
    this.coded = coded;
    this.nodeOf = nodeOf;
    this.minimum = minimum;
    this.order = categories > 0 ? rows.used() : sorted(run, values, rows.used());
    int end = order.length;
    while (categories == 0 && end > 0 && Double.isNaN(values[order[end - 1]])) {
      end--;
    }
    this.known = end;
  }

  /** Rows between two looks at whether the user wants to stop. */
  private static final int CHECKED_ROWS = 1 << 16;

  /** Rows in the order of their values, NaN last, by counting. */
  private static int[] sorted(Run run, double[] values, int[] rows) {
    double[] distinct = new double[rows.length];
    Arrays.setAll(distinct, j -> values[rows[j]]);
    Arrays.sort(distinct);
    int count = 0;
    for (double value : distinct) {
      if (count == 0 || Double.compare(distinct[count - 1], value) != 0) {
        distinct[count++] = value;
      }
    }
    int[] rank = new int[rows.length];
    int[] start = new int[count + 1];
    for (int j = 0; j < rows.length; j++) {
      if (j % CHECKED_ROWS == 0) {
        run.checkCancelled();
      }
      rank[j] = Arrays.binarySearch(distinct, 0, count, values[rows[j]]);
      start[rank[j] + 1]++;
    }
    for (int r = 0; r < count; r++) {
      start[r + 1] += start[r];
    }
    int[] order = new int[rows.length];
    for (int j = 0; j < rows.length; j++) {
      order[start[rank[j]]++] = rows[j];
    }
    return order;
  }

  /** Rows and sums of coded effects, by number. */
  private record Sums(long[] rows, long[] sums) {
    Sums(int count) {
      this(new long[count], new long[count]);
    }

    void add(int at, long coded) {
      rows[at]++;
      sums[at] += coded;
    }
  }

  /**
   * The best split of each of some nodes.
   *
   * @param first the number of the first node
   * @param nodes how many
   */
  Found[] best(int first, int nodes) {
    return categories > 0 ? byCategory(first, nodes) : byNumber(first, nodes);
  }

  private Found[] byNumber(int first, int nodes) {
    Sums all = new Sums(nodes);
    Sums nulls = new Sums(nodes);
    for (int j = 0; j < order.length; j++) {
      int node = nodeOf[order[j]] - first;
      if (node >= 0) {
        (j < known ? all : nulls).add(node, coded[order[j]]);
      }
    }
    Best[] best = new Best[nodes];
    for (int k = 0; k < nodes; k++) {
      best[k] = new Best(minimum, all.rows[k], all.sums[k], nulls.rows[k], nulls.sums[k]);
    }
    Sums left = new Sums(nodes);
    double[] last = new double[nodes];
    for (int j = 0; j < known; j++) {
      int row = order[j];
      int node = nodeOf[row] - first;
      if (node >= 0) {
        if (left.rows[node] > 0 && values[row] > last[node]) {
          best[node].consider(left.rows[node], left.sums[node], last[node], values[row]);
        }
        left.add(node, coded[row]);
        last[node] = values[row];
      }
    }
    return Arrays.stream(best).map(b -> b.found(feature)).toArray(Found[]::new);
  }

  /** The best border found so far in one node. */
  private static final class Best {
    private final int minimum;
    private final long knownRows;
    private final long knownSum;
    private final long nullRows;
    private final long nullSum;
    private double score = Double.NEGATIVE_INFINITY;
    private double low;
    private double high;
    private boolean nullLeft;
    private long leftRows;
    private long leftSum;

    Best(int minimum, long knownRows, long knownSum, long nullRows, long nullSum) {
      this.minimum = minimum;
      this.knownRows = knownRows;
      this.knownSum = knownSum;
      this.nullRows = nullRows;
      this.nullSum = nullSum;
    }

    /** A border between two values, with NULL on either side. */
    void consider(long rows, long sum, double below, double above) {
      improve(rows, sum, below, above, false);
      if (nullRows > 0) {
        improve(rows + nullRows, sum + nullSum, below, above, true);
      }
    }

    private void improve(long rows, long sum, double below, double above, boolean withNull) {
      double reached =
          score(rows, sum, knownRows + nullRows - rows, knownSum + nullSum - sum, minimum);
      if (reached > score) {
        score = reached;
        low = below;
        high = above;
        nullLeft = withNull;
        leftRows = rows;
        leftSum = sum;
      }
    }

    Found found(int feature) {
      double apart = score(knownRows, knownSum, nullRows, nullSum, minimum);
      if (apart > score) {
        return new Found(new Split.Presence(feature), apart, knownRows, knownSum);
      }
      if (score == Double.NEGATIVE_INFINITY) {
        return Found.NONE;
      }
      Split split = new Split.Threshold(feature, low, high, nullRows > 0, nullLeft);
      return new Found(split, score, leftRows, leftSum);
    }
  }

  /** What two sides reach, nothing if one is too small. */
  private static double score(long rows, long sum, long others, long otherSum, int minimum) {
    if (rows < minimum || others < minimum) {
      return Double.NEGATIVE_INFINITY;
    }
    return (double) sum / rows * sum + (double) otherSum / others * otherSum;
  }

  /** NULL counts as the category after the last. */
  private Found[] byCategory(int first, int nodes) {
    int width = categories + 1;
    Sums sums = new Sums(Math.multiplyExact(nodes, width));
    for (int row : order) {
      int node = nodeOf[row] - first;
      if (node >= 0) {
        int code = Double.isNaN(values[row]) ? categories : (int) values[row];
        sums.add(node * width + code, coded[row]);
      }
    }
    Found[] found = new Found[nodes];
    for (int k = 0; k < nodes; k++) {
      found[k] = ofCategories(sums, k * width);
    }
    return found;
  }

  private Found ofCategories(Sums sums, int from) {
    List<Integer> present =
        IntStream.rangeClosed(0, categories)
            .filter(c -> sums.rows[from + c] > 0)
            .boxed()
            .sorted(
                Comparator.comparingDouble(c -> (double) sums.sums[from + c] / sums.rows[from + c]))
            .toList();
    long rows = present.stream().mapToLong(c -> sums.rows[from + c]).sum();
    long sum = present.stream().mapToLong(c -> sums.sums[from + c]).sum();
    long leftRows = 0;
    long leftSum = 0;
    Found best = Found.NONE;
    for (int c = 0; c + 1 < present.size(); c++) {
      leftRows += sums.rows[from + present.get(c)];
      leftSum += sums.sums[from + present.get(c)];
      double score = score(leftRows, leftSum, rows - leftRows, sum - leftSum, minimum);
      if (score > best.score()) {
        best = new Found(split(present, c + 1), score, leftRows, leftSum);
      }
    }
    return best;
  }

  private Split split(List<Integer> present, int cut) {
    List<Integer> left = known(present.subList(0, cut));
    List<Integer> right = known(present.subList(cut, present.size()));
    boolean nullLeft = left.size() < cut;
    boolean hasNull = present.contains(categories);
    return new Split.Category(feature, left, right, hasNull, nullLeft);
  }

  private List<Integer> known(List<Integer> places) {
    List<Integer> known = new ArrayList<>(places);
    known.remove(Integer.valueOf(categories));
    known.sort(Comparator.naturalOrder());
    return known;
  }
}
