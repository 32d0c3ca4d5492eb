/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ModelCodecTest {
  private static final double[] HARD = {
    0.1 + 0.2,
    -0.0,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    1.0 / 3,
    Math.nextUp(1.0),
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY
  };

  private static StoredModel model() {
    List<Feature> features =
        List.of(
            new Feature("age", "INTEGER", List.of()),
            new Feature("region", "VARCHAR", List.of("a \"quoted\"", "ä\n")));
    List<Term> basis =
        List.of(
            new Term.Intercept(),
            new Term.Imputed(0, "age", 0.1, 3.0, 1.0 / 7),
            new Term.Level(1, 1, "region[ä]", true));
    double[] covariance = HARD.clone();
    Map<String, double[]> range = Map.of("age", new double[] {-0.0, Double.POSITIVE_INFINITY});
    LinearCate cate =
        new LinearCate(
            features,
            basis,
            Arrays.copyOf(HARD, 3),
            covariance,
            0.95,
            range,
            Double.NaN,
            new double[0]);
    Map<String, @Nullable Object> report = new LinkedHashMap<>();
    report.put("n", 123_456_789_012L);
    report.put("whole", 3L);
    report.put("estimate", 3.0);
    report.put("undefined", Double.NaN);
    report.put("missing", null);
    report.put("ok", true);
    report.put("names", List.of("x", "y"));
    report.put("warnings", List.of(Map.of("code", "thin_overlap")));
    return new StoredModel(
        "m", "linear_dml", 42, cate, report, List.of(report), List.of(), Map.of("seed", 42L));
  }

  @Test
  void aModelComesBackToTheSameBits() {
    StoredModel stored = model();
    StoredModel back = ModelCodec.decode("m", ModelCodec.encode(stored));
    LinearCate before = (LinearCate) stored.model();
    LinearCate after = (LinearCate) back.model();
    assertThat(bits(after.covariance())).isEqualTo(bits(before.covariance()));
    assertThat(bits(after.coefficients())).isEqualTo(bits(before.coefficients()));
    assertThat(bits(after.range().getOrDefault("age", new double[0])))
        .isEqualTo(bits(before.range().getOrDefault("age", new double[0])));
    assertThat(after.maxLeverage()).isNaN();
    assertThat(after.features()).isEqualTo(before.features());
    assertThat(after.basis()).isEqualTo(before.basis());
    assertThat(back.report()).isEqualTo(stored.report());
    assertThat(back.summary()).isEqualTo(stored.summary());
    assertThat(back.provenance()).isEqualTo(stored.provenance());
    assertThat(ModelCodec.encode(back)).isEqualTo(ModelCodec.encode(stored));
  }

  private static long[] bits(double[] values) {
    return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray();
  }

  @Test
  void aDamagedPayloadIsRefused() {
    byte[] payload = ModelCodec.encode(model());
    payload[payload.length / 2] ^= 1;
    refused(payload, "model 'm': its payload is damaged (wrong checksum). Fit it again.");
  }

  @Test
  void aTruncatedPayloadIsRefused() {
    byte[] payload = ModelCodec.encode(model());
    refused(
        Arrays.copyOf(payload, payload.length - 1),
        "model 'm': its payload is damaged (%d bytes, %d expected). Fit it again."
            .formatted(payload.length - 21, payload.length - 20));
  }

  @Test
  void aNewerFormatIsRefused() {
    byte[] payload = ModelCodec.encode(model());
    payload[11] = 9;
    refused(
        payload,
        "model 'm': it was written in format 9, this version reads up to 3. Update Whatif, or fit it"
            + " again.");
  }

  @Test
  void otherBytesAreRefused() {
    refused(new byte[0], "model 'm': its payload is not a Whatif model. Fit it again.");
    refused(new byte[100], "model 'm': its payload is not a Whatif model. Fit it again.");
  }

  private static void refused(byte[] payload, String message) {
    assertThatThrownBy(() -> ModelCodec.decode("m", payload))
        .isInstanceOfSatisfying(
            WhatifException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_MODEL))
        .hasMessage(message);
  }
}
