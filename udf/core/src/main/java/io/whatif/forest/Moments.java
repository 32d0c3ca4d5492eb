/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import io.whatif.math.Normal;

/**
 * Effects and their variances from the leaves a row falls in.
 *
 * <p>With the means over trees of the leaves' means, \( \hat\tau = \frac{\overline{YZ}\,\bar G -
 * \bar Y \bar Z}{\overline{WZ}\,\bar G - \bar W \bar Z} \). The variance is that of little bags: \(
 * \mu = (\bar Y - \bar W \hat\tau) / \bar G \), of each tree \( \psi_1 = YZ - WZ \hat\tau - Z \mu
 * \), \( \psi_2 = Y - W \hat\tau - G \mu \) and \( \rho = (\bar G \psi_1 - \bar Z \psi_2) /
 * (\overline{WZ}\,\bar G - \bar W \bar Z) \); then with V the mean over pairs of the squared mean
 * \( \rho \), T the mean \( \rho^2 \) and the noise \( N = T - V \), the variance is \( V - N \),
 * kept above 0 as the mean of its posterior under a flat prior on the positive numbers.
 *
 * <p>Sources: Athey, Tibshirani and Wager 2019, doi:10.1214/18-AOS1709; Sexton and Laake 2009,
 * doi:10.1016/j.csda.2008.08.007.
 */
public final class Moments {
  private Moments() {}

  /**
   * What leaves keep.
   *
   * @param responses 1 of a mean, whose leaves keep that of gY; 2 of an effect, of gY, gZ, gYZ and
   *     gWZ; 3 of one by an instrument, gW behind them
   * @param weighted whether the mean of g is kept last, which else is 1
   */
  public record Layout(int responses, boolean weighted) {
    static final int Y = 0;
    static final int Z = 1;
    static final int YZ = 2;
    static final int WZ = 3;

    /** What leaves of a forest on such rows keep. */
    public static Layout of(ForestData data) {
      return new Layout(data.responses().length, data.weights() != null);
    }

    /** How many means. */
    public int count() {
      return (responses == 1 ? 1 : responses + 2) + (weighted ? 1 : 0);
    }

    int w() {
      return responses == 3 ? 4 : Z;
    }

    int g() {
      return weighted ? count() - 1 : -1;
    }
  }

  /** The means of a row over its trees, and what follows from them. */
  private static final class Center {
    final double y;
    final double w;
    final double z;
    final double g;
    final double wz;
    final double slope;
    final double tau;

    Center(Layout layout, double[] sums, int at, double trees) {
      y = sums[at + Layout.Y] / trees;
      z = sums[at + Layout.Z] / trees;
      w = sums[at + layout.w()] / trees;
      g = layout.weighted() ? sums[at + layout.g()] / trees : 1;
      wz = sums[at + Layout.WZ] / trees;
      slope = wz * g - w * z;
      tau = (sums[at + Layout.YZ] / trees * g - y * z) / slope;
    }

    boolean undefined() {
      return !(Math.abs(slope) > 0);
    }
  }

  /**
   * The effect from the sums of a row's means over trees, NaN of none.
   *
   * @param at where the row's sums begin
   */
  public static double effect(Layout layout, double[] sums, int at, double trees) {
    if (trees == 0) {
      return Double.NaN;
    }
    if (layout.responses() == 1) {
      return layout.weighted() ? sums[at] / sums[at + 1] : sums[at] / trees;
    }
    Center center = new Center(layout, sums, at, trees);
    return center.undefined() ? Double.NaN : center.tau;
  }

  /**
   * By what each mean of a tree's leaf is multiplied in its \( \rho \), the constant last. Zeros
   * where the effect is undefined.
   */
  static void influence(Layout layout, double[] sums, int at, double trees, double[] into) {
    java.util.Arrays.fill(into, 0);
    if (layout.responses() == 1) {
      double mass = layout.weighted() ? sums[at + 1] / trees : 1;
      into[Layout.Y] = 1 / mass;
      into[layout.weighted() ? layout.g() : layout.count()] -= sums[at] / trees / (mass * mass);
      return;
    }
    Center c = new Center(layout, sums, at, trees);
    if (c.undefined()) {
      return;
    }
    double mu = (c.y - c.w * c.tau) / c.g;
    int constant = layout.count();
    into[Layout.YZ] += c.g / c.slope;
    into[Layout.WZ] -= c.g * c.tau / c.slope;
    into[Layout.Z] -= c.g * mu / c.slope;
    into[Layout.Y] -= c.z / c.slope;
    into[layout.w()] += c.z * c.tau / c.slope;
    into[layout.weighted() ? layout.g() : constant] += c.z * mu / c.slope;
  }

  /**
   * The variance of little bags.
   *
   * @param between the sum over pairs of the squared mean \( \rho \)
   * @param total the sum over trees of \( \rho^2 \)
   * @param pairs how many pairs there are
   */
  static double variance(double between, double total, int pairs) {
    double v = between / pairs;
    double noise = total / (2.0 * pairs) - v;
    double error = Math.max(v, noise) * Math.sqrt(2.0 / pairs);
    if (!(error > 1e-300)) {
      return 0;
    }
    double r = (v - noise) / error;
    double density = Math.exp(-r * r / 2) / Math.sqrt(2 * Math.PI);
    double above = Normal.upperTail(-r);
    return above > 0 ? v - noise + error * density / above : 0;
  }
}
