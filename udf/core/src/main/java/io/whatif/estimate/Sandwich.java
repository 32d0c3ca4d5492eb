/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.inference.ClusterScatter;
import io.whatif.math.Gram;
import io.whatif.math.PseudoInverse;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The joint covariance of the coefficients of a {@link FinalStage}, \( A^+ M_{jl} A^+ \) for
 * responses j and l that share the regressors \( z = \phi v \), with residuals \( r_j \) and the
 * meat of {@code kind}: nonrobust \( \frac{N}{N-p} \frac{\sum r_j r_l}{N} A^+ \); HC0 \( \sum r_j
 * r_l z z^\top \); HC1 times \( N/(N-p) \); HC2 and HC3 with \( r_j r_l/(1-h) \) and \( r_j
 * r_l/(1-h)^2 \), \( h = z^\top A^+ z \); clusters \( \frac{C}{C-1} \sum_c (\sum z r_j)(\sum z
 * r_l)^\top \), whenever the study has any.
 *
 * <p>With weights w and counts n, A is of \( n w z z^\top \), and \( n w^2 (r_j r_l + s c_j c_l) \)
 * stands for \( r_j r_l \), s the outcome's variance among the rows that a row stands for, \( c_j
 * \) how far the response moves with the outcome. One scan, O(p^2) a row and pair of responses.
 *
 * <p>Sources: White 1980, doi:10.2307/1912934; MacKinnon and White 1985,
 * doi:10.1016/0304-4076(85)90158-7.
 */
final class Sandwich {
  private Sandwich() {}

  /**
   * A covariance.
   *
   * @param matrix row by row, the coefficients of the first response first
   * @param name what it is called
   */
  record Covariance(double[] matrix, String name) {}

  /** The covariance, by a pass over the study's rows. */
  static Pass<?, Covariance> pass(Study study, Response response, FinalStage stage, String kind) {
    return new MeatPass(study, response, stage, kind, power(kind));
  }

  private static Covariance of(MeatSums sums, Response response, FinalStage stage, String kind) {
    int p = stage.basis.width();
    double dof = stage.count > p ? stage.count / (stage.count - p) : 1;
    double factor = kind.equals("HC1") || kind.equals("nonrobust") ? dof : 1;
    if (sums.clusters != null) {
      Gram meat = sums.clusters.total();
      double c = sums.clusters.clusters();
      double[] matrix = byCluster(stage.bread, meat, response.count());
      return new Covariance(scaled(matrix, c > 1 ? c / (c - 1) : 1), "cluster");
    }
    int responses = response.count();
    double[] matrix = new double[responses * p * responses * p];
    for (int pair = 0; pair < sums.meat.length; pair++) {
      int j = first(pair);
      int l = pair - j * (j + 1) / 2;
      double[] block =
          kind.equals("nonrobust")
              ? scaled(stage.bread.toArray(), factor * sums.products[pair] / stage.count)
              : scaled(stage.bread.sandwich(sums.meat[pair]), factor);
      place(block, matrix, p, responses, j, l);
      place(block, matrix, p, responses, l, j);
    }
    return new Covariance(matrix, kind);
  }

  /** The larger response of a pair; pairs are counted (0,0), (1,0), (1,1), (2,0), ... */
  private static int first(int pair) {
    int j = 0;
    while ((j + 1) * (j + 2) / 2 <= pair) {
      j++;
    }
    return j;
  }

  /** Writes the symmetric block of the coefficients of j and l. */
  private static void place(double[] block, double[] matrix, int p, int responses, int j, int l) {
    for (int s = 0; s < p; s++) {
      System.arraycopy(block, s * p, matrix, (j * p + s) * responses * p + l * p, p);
    }
  }

  /** The blocks of two responses' cluster sums are not symmetric. */
  private static double[] byCluster(PseudoInverse bread, Gram meat, int responses) {
    if (responses == 1) {
      return bread.sandwich(meat);
    }
    int p = bread.width();
    int width = responses * p;
    double[] a = bread.toArray();
    double[] half = new double[width * width];
    for (int i = 0; i < width; i++) {
      for (int k = 0; k < width; k++) {
        double sum = 0;
        for (int t = 0; t < p; t++) {
          sum += a[i % p * p + t] * meat.get(i / p * p + t, k);
        }
        half[i * width + k] = sum;
      }
    }
    double[] matrix = new double[width * width];
    for (int i = 0; i < width; i++) {
      for (int k = 0; k <= i; k++) {
        double sum = 0;
        for (int t = 0; t < p; t++) {
          sum += half[i * width + k / p * p + t] * a[t * p + k % p];
        }
        matrix[i * width + k] = sum;
        matrix[k * width + i] = sum;
      }
    }
    return matrix;
  }

  /** The power of 1 - h that divides squared residuals. */
  private static int power(String kind) {
    return switch (kind) {
      case "HC2" -> 1;
      case "HC3" -> 2;
      default -> 0;
    };
  }

  private static double[] scaled(double[] matrix, double factor) {
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] *= factor;
    }
    return matrix;
  }

  private static final class MeatSums implements Mergeable<MeatSums> {
    final Gram[] meat;
    final double[] products;
    final double[][] block;
    final double[][] weights;
    final @Nullable ClusterScatter clusters;

    MeatSums(int width, int responses, boolean clustered) {
      int pairs = responses * (responses + 1) / 2;
      meat = new Gram[clustered ? 0 : pairs];
      Arrays.setAll(meat, pair -> new Gram(width, pairs));
      products = new double[pairs];
      block = Gram.block(width);
      weights = new double[meat.length][Gram.COLUMN_ROWS];
      clusters = clustered ? new ClusterScatter(responses * width) : null;
    }

    @Override
    public MeatSums merge(MeatSums other) {
      for (int pair = 0; pair < meat.length; pair++) {
        meat[pair].add(other.meat[pair]);
      }
      for (int pair = 0; pair < products.length; pair++) {
        products[pair] += other.products[pair];
      }
      if (clusters != null && other.clusters != null) {
        clusters.merge(other.clusters);
      }
      return this;
    }
  }

  private record MeatPass(Study study, Response response, FinalStage stage, String kind, int power)
      implements Pass<MeatSums, Covariance> {
    @Override
    public MeatSums zero() {
      boolean clustered = study.units().clusters() != null;
      return new MeatSums(stage.basis.width(), response.count(), clustered);
    }

    @Override
    public void accumulate(Batch batch, MeatSums sum) {
      double[][] phi = stage.basis.fill(batch);
      boolean[] complete = stage.basis.hasAll(phi, batch.rows());
      Rows rows = new Rows(this, phi, response.at(batch), (int) batch.firstRow());
      if (sum.clusters == null) {
        rows.add(places(complete), sum);
        return;
      }
      for (int i = 0; i < complete.length; i++) {
        if (complete[i]) {
          rows.addToCluster(i, sum.clusters);
        }
      }
    }

    private static int[] places(boolean[] complete) {
      int[] places = new int[complete.length];
      int found = 0;
      for (int i = 0; i < places.length; i++) {
        places[found] = i;
        found += complete[i] ? 1 : 0;
      }
      return found == places.length ? places : Arrays.copyOf(places, found);
    }

    @Override
    public Covariance finish(MeatSums total) {
      return of(total, response, stage, kind);
    }
  }

  /** The rows of a batch. */
  private static final class Rows {
    private final MeatPass pass;
    private final double[][] phi;
    private final Response.Values values;
    private final int at;
    private final double[] row;
    private final double[] own;
    private final double[][] residual;

    Rows(MeatPass pass, double[][] phi, Response.Values values, int at) {
      this.pass = pass;
      this.phi = phi;
      this.values = values;
      this.at = at;
      row = new double[phi.length];
      own = new double[values.responses().length * phi.length];
      residual = residuals(pass.stage);
    }

    /** What the regression leaves of each response. */
    private double[][] residuals(FinalStage stage) {
      double[][] left = new double[values.responses().length][];
      for (int j = 0; j < left.length; j++) {
        double[] effect = FinalStage.effects(phi, values.factor().length, stage.beta, j);
        subtract(values.responses()[j], values.factor(), effect);
        left[j] = effect;
      }
      return left;
    }

    /** Puts what effects leave of a response in their stead. */
    private static void subtract(double[] response, double[] factor, double[] effect) {
      for (int i = 0; i < effect.length; i++) {
        effect[i] = response[i] - factor[i] * effect[i];
      }
    }

    void addToCluster(int i, ClusterScatter clusters) {
      Counted counted = Counted.of(pass.study, at + i);
      int[] cluster = java.util.Objects.requireNonNull(pass.study.units().clusters());
      for (int j = 0; j < residual.length; j++) {
        double scale = counted.count() * counted.weight() * residual[j][i];
        for (int t = 0; t < phi.length; t++) {
          own[j * phi.length + t] = phi[t][i] * values.factor()[i] * scale;
        }
      }
      clusters.add(cluster[at + i], own, 0);
    }

    /** Adds the rows at these places, which have all terms. */
    void add(int[] places, MeatSums sum) {
      for (int from = 0; from < places.length; from += Gram.COLUMN_ROWS) {
        int to = Math.min(places.length, from + Gram.COLUMN_ROWS);
        if (pass.power == 0 && pass.study.weighting() == null) {
          weighOnce(places, from, to, sum);
        } else {
          weigh(places, from, to, sum);
        }
        boolean gaps = places[to - 1] - places[from] >= to - from;
        for (int t = 0; t < phi.length; t++) {
          double[] own = sum.block[t];
          if (!gaps) {
            System.arraycopy(phi[t], places[from], own, 0, to - from);
          }
          for (int r = from; gaps && r < to; r++) {
            own[r - from] = phi[t][places[r]];
          }
        }
        for (int pair = 0; pair < sum.meat.length; pair++) {
          sum.meat[pair].addBlock(sum.block, sum.weights[pair], to - from);
        }
      }
    }

    /** Writes the weights of rows in each pair's meat. */
    private void weigh(int[] places, int from, int to, MeatSums sum) {
      for (int r = from; r < to; r++) {
        int i = places[r];
        Counted counted = Counted.of(pass.study, at + i);
        double factor = values.factor()[i];
        double square = counted.weight() * factor * factor;
        double left = pass.power == 0 ? 1 : left(i, Math.sqrt(counted.weight()) * factor);
        for (int j = 0, pair = 0; j < residual.length; j++) {
          for (int l = 0; l <= j; l++, pair++) {
            double product = counted.weight() * (residual[j][i] * residual[l][i]);
            if (counted.variance() != 0) {
              double within = counted.variance() * values.slope(j, i) * values.slope(l, i);
              product += counted.weight() * within;
            }
            sum.products[pair] += counted.count() * product;
            sum.weights[pair][r - from] = counted.count() * (product / left) * square;
          }
        }
      }
    }

    /** The same, to the bit, of rows that each count once, by residuals as they are. */
    private void weighOnce(int[] places, int from, int to, MeatSums sum) {
      double[] factor = values.factor();
      for (int j = 0, pair = 0; j < residual.length; j++) {
        for (int l = 0; l <= j; l++, pair++) {
          double[] first = residual[j];
          double[] second = residual[l];
          double[] weights = sum.weights[pair];
          double total = sum.products[pair];
          for (int r = from; r < to; r++) {
            int i = places[r];
            double product = first[i] * second[i];
            total += product;
            weights[r - from] = product * (factor[i] * factor[i]);
          }
          sum.products[pair] = total;
        }
      }
    }

    /** The power of 1 - h of a row whose terms are multiplied by {@code factor}. */
    private double left(int i, double factor) {
      for (int t = 0; t < row.length; t++) {
        row[t] = phi[t][i] * factor;
      }
      double left = Math.max(1e-6, 1 - pass.stage.bread.form(row, 0));
      return pass.power == 2 ? left * left : left;
    }
  }

  /** The weight of a row, how many it stands for, and the outcome's variance among those. */
  private record Counted(double weight, double count, double variance) {
    private static final Counted ONCE = new Counted(1, 1, 0);

    static Counted of(Study study, int row) {
      Study.Weighting w = study.weighting();
      return w == null ? ONCE : new Counted(w.weights()[row], w.counts()[row], w.variances()[row]);
    }
  }
}
