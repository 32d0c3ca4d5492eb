/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

/**
 * The effect of a treatment W on an outcome Y, by the instrument Z, which is W itself where there
 * is none. In a node with weights g, \( \hat\tau = \frac{\sum g (Z - \bar Z)(Y - \bar Y)}{\sum g (Z
 * - \bar Z)(W - \bar W)} \) and \( \rho_i = (Z_i - \bar Z) \{ (Y_i - \bar Y) - \hat\tau (W_i - \bar
 * W) \} \): how the row would move the effect. A node whose denominator is next to nothing is a
 * leaf.
 *
 * <p>Leaves keep the means of gY, gZ, gYZ, gWZ, then of gW where Z is not W, then of g where rows
 * have weights; see {@link Moments}.
 *
 * <p>Source: Athey, Tibshirani and Wager 2019, doi:10.1214/18-AOS1709.
 */
final class EffectRelabelling implements Relabelling {
  /** A denominator below this share of its terms' size is 0. */
  private static final double NOTHING = 1e-10;

  private final int least;
  private final Moments.Layout layout;
  private final double[] largest;

  EffectRelabelling(ForestData data, int minNodeSize) {
    this.least = minNodeSize;
    this.layout = Moments.Layout.of(data);
    this.largest = new double[data.responses().length];
    for (int r = 0; r < largest.length; r++) {
      for (float value : data.responses()[r]) {
        largest[r] = Math.max(largest[r], Math.abs(value));
      }
    }
  }

  @Override
  public int leastOnEachSide() {
    return least;
  }

  @Override
  public int leastRows(int rows) {
    return Math.max(1, 2 * least);
  }

  @Override
  public int moments() {
    return layout.count();
  }

  private static float[] treatment(Sample sample) {
    return sample.responses[1];
  }

  private static float[] instrument(Sample sample) {
    return sample.responses[sample.responses.length - 1];
  }

  @Override
  public boolean relabel(Sample sample, int from, int to, Labels into) {
    double[] sums = new double[6];
    sum(sample, from, to, sums);
    double mass = sums[5];
    double y = sums[0] / mass;
    double w = sums[1] / mass;
    double z = sums[2] / mass;
    double slope = sums[4] - z * sums[1];
    if (Math.abs(slope) <= NOTHING * Math.abs(sums[4])) {
      return false;
    }
    double tau = (sums[3] - z * sums[0]) / slope;
    int n = to - from;
    double farthest = 2 * largest[largest.length - 1];
    double bound = farthest * (2 * largest[0] + Math.abs(tau) * 2 * largest[1]);
    double heaviest = heaviest(sample, from, to);
    into.rows = n;
    into.rhoScale = into.scale(bound * heaviest, n);
    into.sideScale = into.scale(Math.max(farthest, farthest * farthest) * heaviest, n);
    into.low = label(sample, from, to, new Center(y, w, z, tau), into);
    return into.low >= 2 * least && n - into.low >= 2 * least;
  }

  /** The node's means and effect. */
  private record Center(double y, double w, double z, double tau) {}

  private static double heaviest(Sample sample, int from, int to) {
    float[] weights = sample.weights;
    if (weights == null) {
      return 1;
    }
    double most = 0;
    for (int j = from; j < to; j++) {
      most = Math.max(most, weights[sample.places.order[j]]);
    }
    return most;
  }

  /** Sums of gY, gW, gZ, gYZ, gWZ and g. */
  private static void sum(Sample sample, int from, int to, double[] into) {
    float[] weights = sample.weights;
    int[] order = sample.places.order;
    float[] ys = sample.responses[0];
    float[] ws = treatment(sample);
    float[] zs = instrument(sample);
    double y = 0;
    double w = 0;
    double z = 0;
    double yz = 0;
    double wz = 0;
    double g = 0;
    for (int j = from; j < to; j++) {
      int i = order[j];
      double weight = weights == null ? 1 : weights[i];
      double weighted = weight * zs[i];
      y += weight * ys[i];
      w += weight * ws[i];
      z += weighted;
      yz += weighted * ys[i];
      wz += weighted * ws[i];
      g += weight;
    }
    into[0] = y;
    into[1] = w;
    into[2] = z;
    into[3] = yz;
    into[4] = wz;
    into[5] = g;
  }

  /** Labels each row, and gives the number below the mean treatment. */
  private static int label(Sample sample, int from, int to, Center center, Labels into) {
    float[] weights = sample.weights;
    int[] order = sample.places.order;
    float[] ys = sample.responses[0];
    float[] ws = treatment(sample);
    float[] zs = instrument(sample);
    double rhoScale = into.rhoScale;
    double sideScale = into.sideScale;
    int bits = into.bits;
    int low = 0;
    for (int j = from; j < to; j++) {
      int i = order[j];
      int k = j - from;
      double weight = weights == null ? 1 : weights[i];
      double z = zs[i] - center.z;
      double weighted = weight * z;
      double rho = weighted * ((ys[i] - center.y) - center.tau * (ws[i] - center.w));
      long scaled = (long) (weighted * sideScale);
      long below = z < 0 ? 1 : 0;
      into.rho[k] = ((long) (rho * rhoScale) << bits) + 1;
      into.side[k] = (scaled << bits) + below;
      into.square[k] = (long) (weighted * z * sideScale);
      if (weights != null) {
        into.weight[k] = (long) (weight * Labels.WEIGHT_SCALE);
      }
      low += (int) below;
    }
    return low;
  }

  @Override
  public void fill(Sample sample, int from, int to, float[] into, int at) {
    double[] sums = new double[6];
    sum(sample, from, to, sums);
    double rows = to - from;
    int next = at;
    into[next++] = Relabelling.shortened(sums[0] / rows);
    into[next++] = Relabelling.shortened(sums[2] / rows);
    into[next++] = Relabelling.shortened(sums[3] / rows);
    into[next++] = Relabelling.shortened(sums[4] / rows);
    if (layout.responses() > 2) {
      into[next++] = Relabelling.shortened(sums[1] / rows);
    }
    if (layout.weighted()) {
      into[next] = Relabelling.shortened(sums[5] / rows);
    }
  }
}
