/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import io.whatif.math.Mix;
import java.util.Arrays;

/**
 * Grows one tree after the other, for one thread. Rows that choose splits and rows that fill leaves
 * are divided together; a node with a child that no row fills is replaced by the other child, which
 * prunes as it grows.
 */
final class Growth {
  private final Relabelling relabelling;
  private final ForestPlan plan;
  private final Sample sample;
  private final Labels labels;
  private final Splitter splitter;
  private final Pending pending = new Pending();

  private int[] leftLeaves = new int[64];
  private short[] feature = new short[64];
  private byte[] bin = new byte[64];
  private float[] moments = new float[512];
  private int splits;
  private int leaves;
  private long nodes;

  Growth(ForestData data, ForestPlan plan, Relabelling relabelling, int small) {
    this.relabelling = relabelling;
    this.plan = plan;
    int most = most(data, plan);
    this.sample = new Sample(data, plan.honesty() ? most : 2 * most);
    this.labels = new Labels(most, data.weights() != null);
    this.splitter = new Splitter(data, plan, relabelling, most, small);
  }

  /** Rows a tree draws at most. */
  private static int most(ForestData data, ForestPlan plan) {
    int rows = data.rows();
    if (data.starts() != null) {
      return rows; // clusters may be of any size
    }
    int half = rows / 2;
    return Math.min(rows, (int) Math.ceil(2 * plan.sampleFraction() * half) + 1);
  }

  /** A part of the rows, of those that choose splits and of those that fill leaves. */
  private static final class Part {
    int growFrom;
    int growTo;
    int fillFrom;
    int fillTo;
  }

  /** Right children still to be grown, and whose they are. */
  private static final class Pending {
    private static final int WIDTH = 5;
    private int[] all = new int[64 * WIDTH];
    private int count;

    void push(int split, Part part) {
      if (count == all.length) {
        all = Arrays.copyOf(all, 2 * count);
      }
      all[count] = split;
      all[count + 1] = part.growFrom;
      all[count + 2] = part.growTo;
      all[count + 3] = part.fillFrom;
      all[count + 4] = part.fillTo;
      count += WIDTH;
    }

    boolean isEmpty() {
      return count == 0;
    }

    /** Takes the last one off, and gives whose right child it is. */
    int pop(Part into) {
      count -= WIDTH;
      into.growFrom = all[count + 1];
      into.growTo = all[count + 2];
      into.fillFrom = all[count + 3];
      into.fillTo = all[count + 4];
      return all[count];
    }
  }

  Tree grow(ForestData data, Draw draw, long seed) {
    sample.take(data, draw);
    splits = 0;
    leaves = 0;
    nodes = 0;
    Part part = new Part();
    part.growTo = sample.growing;
    part.fillFrom = sample.growing;
    part.fillTo = sample.rows;
    descend(part, seed);
    while (!pending.isEmpty()) {
      int split = pending.pop(part);
      leftLeaves[split] = leaves - leftLeaves[split];
      descend(part, seed);
    }
    int width = relabelling.moments();
    return new Tree(
        Arrays.copyOf(leftLeaves, splits),
        Arrays.copyOf(feature, splits),
        Arrays.copyOf(bin, splits),
        Arrays.copyOf(moments, leaves * width),
        leaves);
  }

  /** Grows a node and its left descendants down to the first leaf. */
  private void descend(Part part, long seed) {
    while (part.growTo - part.growFrom > plan.minNodeSize()
        && part.growTo - part.growFrom >= 4 * relabelling.leastOnEachSide()
        && relabelling.relabel(sample, part.growFrom, part.growTo, labels)
        && splitter.find(sample, labels, part.growFrom, Mix.mix(seed, nodes++))) {
      byte[] codes = sample.codes[splitter.feature];
      int rotation = splitter.rotation;
      int growAt = sample.places.split(part.growFrom, part.growTo, codes, rotation, splitter.bin);
      int fillAt = sample.places.split(part.fillFrom, part.fillTo, codes, rotation, splitter.bin);
      if (fillAt == part.fillFrom) {
        part.growFrom = growAt;
      } else if (fillAt == part.fillTo) {
        part.growTo = growAt;
      } else {
        divide(part, growAt, fillAt);
      }
    }
    leaf(part);
  }

  /** Keeps a split, puts its right child off, and goes on with the left one. */
  private void divide(Part part, int growAt, int fillAt) {
    if (splits == leftLeaves.length) {
      leftLeaves = Arrays.copyOf(leftLeaves, 2 * splits);
      feature = Arrays.copyOf(feature, 2 * splits);
      bin = Arrays.copyOf(bin, 2 * splits);
    }
    leftLeaves[splits] = leaves;
    feature[splits] = (short) (splitter.feature | (splitter.rotation == 1 ? Tree.ROTATED : 0));
    bin[splits] = (byte) splitter.bin;
    int growFrom = part.growFrom;
    int fillFrom = part.fillFrom;
    part.growFrom = growAt;
    part.fillFrom = fillAt;
    pending.push(splits++, part);
    part.growFrom = growFrom;
    part.growTo = growAt;
    part.fillFrom = fillFrom;
    part.fillTo = fillAt;
  }

  private void leaf(Part part) {
    int width = relabelling.moments();
    if ((leaves + 1) * width > moments.length) {
      moments = Arrays.copyOf(moments, 2 * moments.length);
    }
    relabelling.fill(sample, part.fillFrom, part.fillTo, moments, leaves++ * width);
  }
}
