/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

/**
 * How a response is kept: as {@code (value - center) / unit}, which is near 1. The unit is a power
 * of two, so that only the shift rounds.
 */
public record Scale(double center, double unit) {

  /** The scale of numbers. */
  public static Scale of(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double deviation = Math.sqrt(squares / values.length);
    double unit = deviation > 0 ? Math.scalb(1.0, Math.getExponent(deviation)) : 1;
    return new Scale(mean, unit);
  }

  /** The numbers, scaled. */
  public float[] apply(double[] values) {
    float[] scaled = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      scaled[i] = (float) ((values[i] - center) / unit);
    }
    return scaled;
  }
}
