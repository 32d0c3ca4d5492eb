/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.model.Trees;
import java.util.HashMap;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.jspecify.annotations.Nullable;

/**
 * Grows trees by XGBoost, on the calling thread alone, so that the bits do not depend on how many
 * threads there are. Native memory is freed on {@link #close}.
 *
 * <p>Source: Chen and Guestrin 2016, doi:10.1145/2939672.2939785.
 */
final class TreeGrower implements AutoCloseable {
  /** Bytes that XGBoost takes for a value while it grows trees: the copies of it, and its bin. */
  static final long CELL_BYTES = 20;

  private final DMatrix training;
  private final @Nullable DMatrix judge;
  private final Booster booster;

  private TreeGrower(DMatrix training, @Nullable DMatrix judge, Booster booster) {
    this.training = training;
    this.judge = judge;
    this.booster = booster;
  }

  /**
   * Rows to grow on, or to judge by.
   *
   * @param inputs row-major, NaN for NULL
   */
  record Rows(float[] inputs, int width, float[] labels, float[] weights) {
    private DMatrix matrix() throws XGBoostError {
      DMatrix matrix = new DMatrix(inputs, labels.length, width, Float.NaN);
      try {
        matrix.setLabel(labels);
        matrix.setWeight(weights);
        return matrix;
      } catch (XGBoostError e) {
        matrix.dispose();
        throw e;
      }
    }
  }

  /**
   * Prepares growth.
   *
   * @param judge rows to tell the loss of, if any
   * @param parameters XGBoost's, but those of threads and output
   */
  static TreeGrower of(Rows training, @Nullable Rows judge, Map<String, Object> parameters) {
    Map<String, Object> all = new HashMap<>(parameters);
    all.put("nthread", 1);
    all.put("verbosity", 0);
    all.put("tree_method", "hist");
    try {
      DMatrix grown = training.matrix();
      DMatrix judged = judge == null ? null : judge.matrix();
      Map<String, DMatrix> watched = judged == null ? Map.of() : Map.of("judge", judged);
      // no round is trained here: that makes a booster that remembers predictions of both
      return new TreeGrower(
          grown, judged, XGBoost.train(grown, all, 0, new HashMap<>(watched), null, null));
    } catch (XGBoostError e) {
      throw broken(e);
    } catch (LinkageError e) {
      throw missing(e);
    }
  }

  /** Why no trees can be grown here; null if they can. */
  static @Nullable String missing() {
    try {
      new DMatrix(new float[] {0}, 1, 1, Float.NaN).dispose();
      return null;
    } catch (XGBoostError e) {
      throw broken(e);
    } catch (LinkageError e) {
      return missing(e).getMessage();
    }
  }

  /** Grows the trees of one round more. */
  void grow(int round) {
    try {
      booster.update(training, round);
    } catch (XGBoostError e) {
      throw broken(e);
    }
  }

  /**
   * Grows one tree for a gradient that is given.
   *
   * @param hessian the weight of each row
   */
  void grow(int round, float[] gradient, float[] hessian) {
    try {
      booster.boost(training, round, gradient, hessian);
    } catch (XGBoostError e) {
      throw broken(e);
    }
  }

  /** The mean loss of the judging rows after the round {@code round}. */
  double loss(int round) {
    if (judge == null) {
      throw new IllegalStateException("no rows to judge by");
    }
    try {
      String told = booster.evalSet(new DMatrix[] {judge}, new String[] {"judge"}, round);
      return Double.parseDouble(told.substring(told.lastIndexOf(':') + 1).trim());
    } catch (XGBoostError e) {
      throw broken(e);
    }
  }

  /** The first {@code count} trees grown. */
  Trees trees(int count) {
    try {
      return BoosterJson.trees(booster.toByteArray("json"), count);
    } catch (XGBoostError e) {
      throw broken(e);
    }
  }

  @Override
  public void close() {
    booster.dispose();
    training.dispose();
    if (judge != null) {
      judge.dispose();
    }
  }

  private static IllegalStateException broken(XGBoostError e) {
    return new IllegalStateException("XGBoost refused what it was given: " + e.getMessage(), e);
  }

  /** The library is loaded with the first of XGBoost's classes. */
  private static WhatifException missing(LinkageError e) {
    Throwable cause = e;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return new WhatifException(
        ErrorCode.BAD_ARGUMENT,
        ("gbt and forest need XGBoost's native library, which cannot be loaded here: %s. "
                + "Use spline, or install OpenMP (libgomp, on macOS libomp).")
            .formatted(String.valueOf(cause.getMessage()).replaceAll("\\s+", " ")));
  }
}
