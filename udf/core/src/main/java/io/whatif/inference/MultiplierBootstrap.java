/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.math.CrossGram;
import io.whatif.math.Gram;
import io.whatif.math.Mix;
import io.whatif.math.PivotedCholesky;
import io.whatif.math.Quantiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The joint law of many estimates under the multiplier bootstrap, for intervals that hold all at
 * once and for p-values that heed how the estimates depend on each other.
 *
 * <p>Definition: draw b gives estimate j the statistic \( t^*_{bj} = \sum_c \xi_{bc} s_{cj} /
 * \sqrt{\sum_c s_{cj}^2} \), \( s_{cj} \) the sum of the influences \( \psi_j \) over cluster c (a
 * row where each is its own) and \( \xi_{bc} \sim N(0, 1) \), one multiplier a cluster. {@link
 * #criticalValue} is the quantile over b of \( \max_j |t^*_{bj}| \), so that all the intervals \(
 * \hat\theta_j \pm c \, \hat\sigma_j \) hold together with the probability asked for; {@link
 * #adjusted} are the p-values of {@link RomanoWolf}.
 *
 * <p>Method: given the data, \( t^*_b \) is a linear map of normal multipliers, so its law is
 * exactly \( N(0, R) \), R the correlation matrix of the s. R comes from one Gram matrix ({@link
 * InfluenceProducts}); draws are made from its factor. So the rows are read once, the cost of a
 * draw does not depend on how many there are, and no influence is kept: n multipliers a draw would
 * give the same law for n J operations each. Statistics have variance 1, whatever correction for
 * small samples the standard errors carry.
 *
 * <p>Edge cases: an estimate on which no row has an influence has no statistic and takes no part.
 * Of one estimate the critical value tends to the normal quantile. Estimates that repeat each other
 * count once: R may be singular.
 *
 * <p>Cost: J^3 / 3 operations once, J^2 for each draw, in matrix products over blocks of draws;
 * memory J^2 doubles and {@value #BLOCK} J for each thread. A draw is a function of the seed and
 * its number, so results do not depend on threads.
 *
 * <p>Sources: Chernozhukov, Chetverikov and Kato 2013, doi:10.1214/13-AOS1161; Belloni,
 * Chernozhukov, Chetverikov and Wei 2018, doi:10.1214/17-AOS1671.
 */
public final class MultiplierBootstrap {
  /** Draws made at once. */
  private static final int BLOCK = 64;

  private final int draws;
  private final long seed;
  private final int width;
  private final int[] defined;
  private final int rank;
  private final double[] factor;

  private MultiplierBootstrap(Gram products, int draws, long seed) {
    this.draws = draws;
    this.seed = seed;
    this.width = products.width();
    this.defined = IntStream.range(0, width).filter(j -> products.get(j, j) > 0).toArray();
    Gram correlation = new Gram(defined.length);
    double[] scale =
        Arrays.stream(defined).mapToDouble(j -> Math.sqrt(products.get(j, j))).toArray();
    for (int a = 0; a < defined.length; a++) {
      for (int b = 0; b < a; b++) {
        correlation.set(a, b, products.get(defined[a], defined[b]) / scale[a] / scale[b]);
      }
      correlation.set(a, a, 1);
    }
    PivotedCholesky cholesky = PivotedCholesky.of(correlation);
    this.rank = cholesky.rank();
    this.factor = cholesky.toArray();
  }

  /**
   * The bootstrap of estimates with the given products of influences.
   *
   * @param products as {@link InfluenceProducts} gives them; only their correlations count
   */
  public static MultiplierBootstrap of(Gram products, int draws, long seed) {
    if (draws < 1) {
      throw new IllegalArgumentException("draws: " + draws);
    }
    return new MultiplierBootstrap(products, draws, seed);
  }

  /**
   * What the largest absolute statistic stays below with probability {@code level}; NaN if no
   * estimate has a statistic.
   */
  public double criticalValue(Run run, double level) {
    if (defined.length == 0) {
      return Double.NaN;
    }
    double[] largest = new double[draws];
    forEachBlock(
        run,
        (from, count, statistics) -> {
          for (int b = 0; b < count; b++) {
            double max = 0;
            for (int j = 0; j < defined.length; j++) {
              max = Math.max(max, Math.abs(statistics.get(b, j)));
            }
            largest[from + b] = max;
          }
        });
    Arrays.sort(largest);
    return Quantiles.sorted(largest, level);
  }

  /**
   * The p-values of the statistics {@code t} = estimate / standard error, adjusted by Romano and
   * Wolf's rule; NaN for one that is NaN or on which no row has an influence.
   */
  public double[] adjusted(Run run, double[] t) {
    if (t.length != width) {
      throw new IllegalArgumentException(t.length + " statistics for " + width + " estimates");
    }
    double[] observed = Arrays.stream(defined).mapToDouble(j -> t[j]).toArray();
    List<RomanoWolf> blocks = new ArrayList<>();
    for (int k = 0; k < blocks(); k++) {
      blocks.add(new RomanoWolf(observed));
    }
    forEachBlock(
        run,
        (from, count, statistics) -> {
          double[] draw = new double[defined.length];
          for (int b = 0; b < count; b++) {
            for (int j = 0; j < draw.length; j++) {
              draw[j] = statistics.get(b, j);
            }
            blocks.get(from / BLOCK).add(draw);
          }
        });
    RomanoWolf total = new RomanoWolf(observed);
    blocks.forEach(total::merge);
    double[] adjusted = new double[width];
    Arrays.fill(adjusted, Double.NaN);
    double[] found = total.adjusted();
    for (int a = 0; a < defined.length; a++) {
      adjusted[defined[a]] = found[a];
    }
    return adjusted;
  }

  /** Something done with draws {@code from} to {@code from + count - 1}, the first at row 0. */
  @FunctionalInterface
  private interface Block {
    void take(int from, int count, CrossGram statistics);
  }

  private int blocks() {
    return (draws + BLOCK - 1) / BLOCK;
  }

  private void forEachBlock(Run run, Block block) {
    Parallel.forEach(
        run,
        blocks(),
        k -> {
          int from = k * BLOCK;
          int count = Math.min(BLOCK, draws - from);
          double[] normal = new double[rank * count];
          for (int b = 0; b < count; b++) {
            long stream = Mix.mix(seed, from + b);
            for (int r = 0; r < rank; r++) {
              normal[r * count + b] = Mix.normal(stream, r);
            }
          }
          CrossGram statistics = new CrossGram(count, defined.length);
          statistics.add(normal, factor, rank);
          block.take(from, count, statistics);
        });
  }
}
