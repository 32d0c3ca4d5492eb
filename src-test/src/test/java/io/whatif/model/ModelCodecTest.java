/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
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

  private static StoredModel learned() {
    List<Term> terms =
        List.of(
            new Term.Intercept(),
            new Term.Product(
                new Term.Scaled(new Term.Clamped(new Term.Value(0, "x", 0, 1), -1, 2), 0.5, 3),
                new Term.Spike(new Term.Imputed(1, "n", 0, 1, 4), 4)),
            new Term.Hinge(new Term.Value(2, "arm", 0, 1), 0.5));
    LinearPredictor outcome = new LinearPredictor(terms, new double[] {1, 0.1, -1.0 / 3}, false);
    LinearPredictor chance = new LinearPredictor(terms, new double[] {0, 1, 2}, true);
    LearnedCate cate =
        new LearnedCate(
            List.of(new Feature("x", "DOUBLE", List.of()), new Feature("n", "INTEGER", List.of())),
            List.of(1),
            List.of(
                new LearnedCate.Part(1, null, outcome, List.of(0, 1, LearnedCate.Part.ARM), 1),
                new LearnedCate.Part(
                    -1,
                    new LearnedCate.Weight(chance, 0.01, 0.99, true),
                    outcome,
                    List.of(0, 1, LearnedCate.Part.ARM),
                    0)),
            0.9,
            Map.of("x", new double[] {-1, 1}));
    return new StoredModel("m", "t", 42, cate, Map.of(), List.of(), List.of(), Map.of());
  }

  @Test
  void anEffectByLearnersComesBackToTheSameBits() {
    StoredModel stored = learned();
    byte[] payload = ModelCodec.encode(stored);
    StoredModel back = ModelCodec.decode("m", payload);
    double[][] rows = {{-5, 0.3, 1.7, Double.NaN, 0}, {4, 4, Double.NaN, 1, 3}};
    double[] before = new double[5];
    double[] after = new double[5];
    stored.model().effect(rows, 5, before);
    back.model().effect(rows, 5, after);
    assertThat(bits(after)).isEqualTo(bits(before));
    assertThat(before[3]).isNaN();
    assertThat(before[2]).isNotNaN();
    assertThat(ModelCodec.encode(back)).isEqualTo(payload);
    assertThat(payload[11]).as("the format's version").isEqualTo((byte) 3);
  }

  @Test
  void whatAPredictorReadsMustBeThere() {
    refused(
        rewritten(learned(), "[0,1,-1]", "[0,7,-1]"),
        "model 'm': its payload cannot be read (input 7 of 2 features). Fit it again.");
    refused(
        rewritten(learned(), "[0,1,-1]", "[0,1]"),
        "model 'm': its payload cannot be read (a predictor of 3 columns has 2). Fit it again.");
    refused(
        rewritten(learned(), "\"predictor\":\"linear\"", "\"predictor\":\"oracle\""),
        "model 'm': its payload cannot be read (unknown predictor oracle). Fit it again.");
  }

  /** The payload of a model with another text in it, and the checksum of that. */
  private static byte[] rewritten(StoredModel model, String text, String other) {
    byte[] payload = ModelCodec.encode(model);
    int header = 20;
    String body = new String(payload, header, payload.length - header, StandardCharsets.UTF_8);
    assertThat(body).contains(text);
    byte[] changed = body.replace(text, other).getBytes(StandardCharsets.UTF_8);
    CRC32C crc = new CRC32C();
    crc.update(changed, 0, changed.length);
    return ByteBuffer.allocate(header + changed.length)
        .put(payload, 0, 12)
        .putInt((int) crc.getValue())
        .putInt(changed.length)
        .put(changed)
        .array();
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
        "model 'm': it was written in format 9, this version reads up to 5. Update Whatif, or fit it"
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
