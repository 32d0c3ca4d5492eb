/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.data.WhatifException;
import io.whatif.math.Mix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where XGBoost cannot be loaded, {@code auto} goes on without it and says so. */
class MissingTreesTest {
  /** What a process that cannot unpack the library is to do. */
  public static void main(String[] arguments) {
    double[] x = new double[500];
    Arrays.setAll(x, i -> Mix.normal(1, i));
    double[] t = new double[500];
    Arrays.setAll(t, i -> Mix.uniform(2, i) < .5 ? 1 : 0);
    double[] y = new double[500];
    Arrays.setAll(y, i -> t[i] + x[i] + Mix.normal(3, i));
    Relations relation = new Relations().with("y", y).with("t", t).with("x", x);
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", "t");
    a.put("controls", List.of("x"));
    System.out.println(relation.call("dml_summary", a).get(0).get("warnings"));
    a.put("outcome_learner", "gbt");
    try {
      relation.call("dml_summary", a);
    } catch (WhatifException e) {
      System.out.println(e.getMessage());
    }
  }

  @Test
  void autoChoosesAmongTheOthers() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + Path.of("target", "nowhere"),
                "-cp",
                System.getProperty("java.class.path"),
                MissingTreesTest.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said)
        .contains("code=gbt_missing")
        .contains("auto chose between ridge and spline alone")
        .contains(
            "gbt and forest need XGBoost's native library, which cannot be loaded here: " + "")
        .contains("Use spline, or install OpenMP (libgomp, on macOS libomp).");
  }
}
