/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.model.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Intervals of the doubly robust method hold the truth as often as they say, and effects by
 * learners are near it; see {@link CoverageTest} for the bands.
 */
class EffectModelCoverageTest {
  private static final long SEED = 20261126;

  @Test
  void intervalsOfTheDoublyRobustMethodCover() {
    CoverageTest.expectBinomial(SEED, new EffectModelStudy(SEED).doublyRobust(200, 1000));
  }

  @Test
  void intervalsOfSeveralArmsCover() {
    CoverageTest.expectBinomial(SEED, new EffectModelStudy(SEED).arms(200, 1000));
  }

  @Test
  @Tag("slow")
  void intervalsOfTheDoublyRobustMethodCoverInTheLongRun() {
    CoverageTest.expectBand(SEED, new EffectModelStudy(SEED).doublyRobust(2000, 1000));
  }

  @Test
  @Tag("slow")
  void intervalsOfSeveralArmsCoverInTheLongRun() {
    CoverageTest.expectBand(SEED, new EffectModelStudy(SEED).arms(2000, 1000));
  }

  @Test
  @Tag("slow")
  void effectsAreNearTheTruth() {
    // standard deviations of the effects: 1.12 and 1.10, the error of an effect that is constant
    for (boolean steps : new boolean[] {false, true}) {
      Map<String, Double> errors =
          new EffectModelStudy(SEED).precision(steps, 20, 2000, EffectModelStudy.METHODS);
      System.out.println("seed " + SEED + (steps ? ", steps: " : ", linear: ") + errors);
      double constant = errors.remove("constant");
      assertThat(constant).isBetween(1.05, 1.25);
      assertThat(errors.values()).allSatisfy(error -> assertThat(error).isLessThan(1));
      expectNearTheBest(errors);
    }
  }

  @Test
  void autoIsNearTheBest() {
    for (boolean steps : new boolean[] {false, true}) {
      expectNearTheBest(
          new EffectModelStudy(SEED)
              .precision(steps, 2, 2000, List.of("auto", "linear_dml", "dr", "t", "x")));
    }
  }

  /** The contract's bound: at most 1.10 times the best of the methods it chooses from. */
  private static void expectNearTheBest(Map<String, Double> errors) {
    double best =
        List.of("linear_dml", "dr", "t", "x").stream().mapToDouble(errors::get).min().orElseThrow();
    assertThat(errors.get("auto")).as("%s", errors).isLessThanOrEqualTo(1.10 * best);
  }

  @Test
  void methodsFindTheEffectsOfIhdp() throws IOException {
    expectIhdp(1);
  }

  @Test
  @Tag("slow")
  void methodsFindTheEffectsOfAllOfIhdp() throws IOException {
    expectIhdp(5);
  }

  /** The contract's: all AIPW intervals cover, mean std_error <= .26, PEHE <= .60, auto <= .70. */
  private static void expectIhdp(int sets) throws IOException {
    double errors = 0;
    double precision = 0;
    double chosen = 0;
    for (int k = 1; k <= sets; k++) {
      Relations rows = ihdp(k);
      double[] tau = new double[rows.rows()];
      double ate = 0;
      for (int i = 0; i < tau.length; i++) {
        tau[i] = rows.column("mu1")[i] - rows.column("mu0")[i];
        ate += tau[i] / tau.length;
      }
      List<String> features = new ArrayList<>();
      for (int j = 1; j <= 25; j++) {
        features.add("x" + j);
      }
      Map<String, Object> a = new HashMap<>();
      a.put("outcome", "y");
      a.put("treatment", "t");
      a.put("features", features);
      a.put("controls", List.of());
      a.put("method", "t");
      a.put("model", "m");
      a.put("reps", 1);
      StoredModel model = rows.fit(a);
      double off = EffectModelStudy.precision(model, rows, tau);
      double estimate = (Double) model.report().get("estimate");
      double error = (Double) model.report().get("std_error");
      System.out.printf(
          "IHDP %d: PEHE %.3f, ATE %.3f (%.3f), true %.3f%n", k, off, estimate, error, ate);
      assertThat(Math.abs(estimate - ate)).isLessThanOrEqualTo(1.96 * error);
      errors += error / sets;
      precision += off / sets;
      a.put("method", "auto");
      StoredModel auto = rows.fit(a);
      System.out.println(auto.report().get("method") + " " + auto.report().get("warnings"));
      chosen += EffectModelStudy.precision(auto, rows, tau) / sets;
    }
    System.out.printf("IHDP mean PEHE: t %.3f, auto %.3f%n", precision, chosen);
    assertThat(chosen).isLessThanOrEqualTo(.70);
    assertThat(errors).isLessThanOrEqualTo(.26);
    assertThat(precision).isLessThanOrEqualTo(.60);
  }

  private static Relations ihdp(int number) throws IOException {
    List<String> lines = Files.readAllLines(Relations.shared("data/ihdp%d.csv".formatted(number)));
    List<String> names = new ArrayList<>(List.of("t", "y", "ycf", "mu0", "mu1"));
    for (int j = 1; j <= 25; j++) {
      names.add("x" + j);
    }
    Relations relation = new Relations();
    for (int c = 0; c < names.size(); c++) {
      int column = c;
      relation.with(
          names.get(c),
          lines.stream()
              .mapToDouble(line -> Double.parseDouble(line.split(",", -1)[column]))
              .toArray());
    }
    return relation;
  }
}
