/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.math.Mix;
import io.whatif.math.Normal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Relations of groups with known effects, answered by {@code partition_by} with its defaults.
 *
 * <p>Five normal covariates; the effect of a group is N(1, spread^2). Every relation is a function
 * of its number and the seed alone.
 *
 * @param groups how many groups a relation has
 * @param rows rows of a group
 * @param spread the standard deviation of the effects between groups
 */
record GroupStudy(long seed, int groups, int rows, double spread) {
  /** What decides treatment and outcome but the effect: both rise with it. */
  enum Confounding {
    /** e = sigma(.5 x0 - .3 x1), y = x0 + .5 x1 + ... */
    LINEAR,
    /** e = sigma(x0 x1), y = 1.5 x0 x1 + ... */
    PRODUCT,
    /** e = sigma(1.2 sin 2 x0), y = 1.5 sin(2 x0) + ...: bends, but no square. */
    WAVE
  }

  /**
   * What was found.
   *
   * @param trials groups that were answered
   * @param coverage share of 95% intervals that hold the group's own effect
   * @param misfit share of groups warned of by nuisance_misfit
   * @param rejected share of relations with between_groups_p below .05
   * @param squares mean squared error of the estimates
   * @param squaresShrunk mean squared error of estimate_shrunk
   */
  record Result(
      int trials,
      double coverage,
      double bias,
      double biasError,
      double misfit,
      double rejected,
      double squares,
      double squaresShrunk) {}

  /** Sums over the groups of all relations. */
  private static final class Sums {
    int trials;
    int covered;
    int misfit;
    int rejected;
    double off;
    double squares;
    double squaresShrunk;

    void add(Map<String, @Nullable Object> row, double truth) {
      double off = number(row, "estimate") - truth;
      double offShrunk = number(row, "estimate_shrunk") - truth;
      trials++;
      covered += Math.abs(off) <= Normal.quantile(.975) * number(row, "std_error") ? 1 : 0;
      misfit += String.valueOf(row.get("warnings")).contains("nuisance_misfit") ? 1 : 0;
      this.off += off;
      squares += off * off;
      squaresShrunk += offShrunk * offShrunk;
    }

    Result result(int relations) {
      double bias = off / trials;
      return new Result(
          trials,
          (double) covered / trials,
          bias,
          Math.sqrt((squares / trials - bias * bias) / trials),
          (double) misfit / trials,
          (double) rejected / relations,
          squares / trials,
          squaresShrunk / trials);
    }
  }

  /** Answers that many relations by the overlap-weighted average of each group. */
  Result run(int relations, Confounding confounding) {
    Sums sums = new Sums();
    for (int r = 0; r < relations; r++) {
      Map<String, @Nullable Object> arguments = new HashMap<>();
      arguments.put("outcome", "y");
      arguments.put("treatment", "t");
      arguments.put("partition_by", "g");
      List<Map<String, @Nullable Object>> rows =
          relation(r, confounding).call("dml_summary", arguments);
      double same = 1;
      for (Map<String, @Nullable Object> row : rows) {
        if (row.get("estimate") != null) {
          sums.add(row, effect(r, (int) number(row, GroupRows.ROW)));
          same = number(row, "between_groups_p");
        }
      }
      sums.rejected += same < .05 ? 1 : 0;
    }
    return sums.result(relations);
  }

  private double effect(int relation, int group) {
    return 1 + spread * Mix.normal(Mix.mix(seed + 1, relation), group);
  }

  /** The first {@code groups} rows are of groups 0, 1, 2, ... */
  private Relations relation(int number, Confounding confounding) {
    CoverageStudy.Draw draw = new CoverageStudy.Draw(seed, number, groups * rows, 5);
    double[] group = new double[groups * rows];
    for (int i = 0; i < group.length; i++) {
      group[i] = i % groups;
      double x0 = draw.x[0][i];
      double x1 = draw.x[1][i];
      double outcome;
      double logit;
      switch (confounding) {
        case LINEAR -> {
          logit = .5 * x0 - .3 * x1;
          outcome = x0 + .5 * x1;
        }
        case PRODUCT -> {
          logit = x0 * x1;
          outcome = 1.5 * x0 * x1;
        }
        default -> {
          logit = 1.2 * Math.sin(2 * x0);
          outcome = 1.5 * Math.sin(2 * x0);
        }
      }
      draw.t[i] = draw.uniform(i) < CoverageStudy.sigmoid(logit) ? 1 : 0;
      draw.y[i] = effect(number, i % groups) * draw.t[i] + outcome + draw.noise(i);
    }
    return draw.relation().with("g", group);
  }

  private static double number(Map<String, @Nullable Object> row, String name) {
    return ((Number) Objects.requireNonNull(row.get(name), name)).doubleValue();
  }
}
