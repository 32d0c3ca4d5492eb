/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.model.ForestCate;
import io.whatif.model.ModelCodec;
import io.whatif.model.StoredModel;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CausalForestTest {
  static Map<String, @Nullable Object> arguments(Object... more) {
    Map<String, @Nullable Object> arguments = new HashMap<>();
    arguments.put("model", "m");
    arguments.put("outcome", "y");
    arguments.put("treatment", "t");
    arguments.put("features", Steps.FEATURES);
    arguments.put("id", "id");
    arguments.put("method", "causal_forest");
    arguments.put("trees", 100L);
    for (int i = 0; i < more.length; i += 2) {
      arguments.put((String) more[i], more[i + 1]);
    }
    return arguments;
  }

  @Test
  void anEffectWithStepsIsFound() {
    Steps steps = Steps.of(4_000, 1);
    StoredModel stored = steps.relation().fit(arguments());
    System.out.println(stored.report());
    assertThat(stored.model()).isInstanceOf(ForestCate.class);
    Steps fresh = Steps.of(1_000, 2);
    double[] effect = new double[1_000];
    double[] error = new double[1_000];
    stored.model().effect(fresh.features(), 1_000, effect);
    stored.model().standardError(fresh.features(), 1_000, error);
    double squares = 0;
    int covered = 0;
    for (int i = 0; i < effect.length; i++) {
      double difference = effect[i] - fresh.tau()[i];
      squares += difference * difference;
      covered += Math.abs(difference) <= 1.96 * error[i] ? 1 : 0;
    }
    System.out.println(Math.sqrt(squares / 1000) + " " + covered);
    assertThat(Math.sqrt(squares / 1_000)).isLessThan(0.2);
    StoredModel read = ModelCodec.decode("m", ModelCodec.encode(stored));
    double[] again = new double[1_000];
    read.model().effect(fresh.features(), 1_000, again);
    assertThat(again).containsExactly(effect);
  }
}
