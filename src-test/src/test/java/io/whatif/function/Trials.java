/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.math.Normal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/** How often intervals of a simulation hold the truth, figure by figure. */
final class Trials {
  /** A figure of one replication. */
  private record Trial(double estimate, double error, double truth) {}

  private final Map<String, List<Trial>> trials = new LinkedHashMap<>();

  /** Runs replications 0 to {@code count - 1}. */
  static void each(int count, IntConsumer one) {
    IntStream.range(0, count).parallel().forEach(one);
  }

  synchronized void add(String figure, double estimate, double error, double truth) {
    trials.computeIfAbsent(figure, f -> new ArrayList<>()).add(new Trial(estimate, error, truth));
  }

  /** The figure of the row of a summary that has this term. */
  void add(String figure, List<Map<String, Object>> rows, String term, double truth) {
    Map<String, Object> row =
        rows.stream().filter(r -> term.equals(r.get("term"))).findFirst().orElseThrow();
    add(figure, (Double) row.get("estimate"), (Double) row.get("std_error"), truth);
  }

  List<CoverageStudy.Result> results() {
    List<CoverageStudy.Result> results = new ArrayList<>();
    trials.forEach((figure, list) -> results.add(result(figure, list)));
    results.sort(java.util.Comparator.comparing(CoverageStudy.Result::figure));
    return results;
  }

  private static CoverageStudy.Result result(String figure, List<Trial> list) {
    double q = Normal.quantile(.975);
    double mean = list.stream().mapToDouble(t -> t.estimate - t.truth).average().orElseThrow();
    double squares =
        list.stream()
            .mapToDouble(t -> (t.estimate - t.truth - mean) * (t.estimate - t.truth - mean))
            .sum();
    double hits = list.stream().filter(t -> Math.abs(t.estimate - t.truth) <= q * t.error).count();
    int n = list.size();
    return new CoverageStudy.Result(figure, n, hits / n, mean, Math.sqrt(squares / (n - 1.0) / n));
  }

  /** The binomial 99.9% band around 95%, and a bias within four of its standard errors. */
  static void expectBinomial(List<CoverageStudy.Result> results) {
    results.forEach(System.out::println);
    assertThat(results)
        .allSatisfy(
            r -> {
              BinomialDistribution hits = BinomialDistribution.of(r.trials(), .95);
              int low = hits.inverseCumulativeProbability(.0005);
              int high = hits.inverseCumulativeProbability(.9995);
              assertThat(r.coverage() * r.trials()).isBetween((double) low, (double) high);
              assertThat(Math.abs(r.bias())).isLessThanOrEqualTo(4 * r.biasError());
            });
  }

  /** The contract's band for 2,000 replications. */
  static void expectBand(List<CoverageStudy.Result> results) {
    results.forEach(System.out::println);
    assertThat(results).allSatisfy(r -> assertThat(r.coverage()).isBetween(.93, .97));
  }
}
