/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import io.whatif.data.Deflated;
import io.whatif.model.ModelJson.Fields;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@link KeptRows} as maps, and back. Their columns are attachments: of each number the first byte
 * of all rows, then the second, and so on, compressed.
 */
final class KeptJson {
  private KeptJson() {}

  static List<Object> kept(Kept kept, Attachments attachments) {
    List<Object> all = new ArrayList<>();
    kept.rows().forEach(rows -> all.add(rows(rows, attachments)));
    return all;
  }

  /** Rows that are read from their attachments when they are asked for. */
  static Kept kept(List<?> list, Attachments attachments) {
    return Kept.from(
        () ->
            list.stream()
                .map(rows -> rows(ModelJson.fields((Map<?, ?>) rows), attachments))
                .toList());
  }

  private static Map<String, @Nullable Object> rows(KeptRows rows, Attachments attachments) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("contrast", rows.contrast());
    map.put("binary", rows.binary());
    map.put("ids", ids(rows.ids(), attachments));
    map.put("outcome", attachments.add(doubles(rows.outcome())));
    map.put("treatment", attachments.add(doubles(rows.treatment())));
    KeptRows.Counting counting = rows.counting();
    if (counting != null) {
      map.put("weights", attachments.add(doubles(counting.weights())));
      map.put("counts", attachments.add(doubles(counting.counts())));
      map.put("variances", attachments.add(doubles(counting.variances())));
    }
    int[] clusters = rows.clusters();
    if (clusters != null) {
      map.put("clusters", attachments.add(whole(clusters)));
    }
    map.put("error", attachments.add(doubles(rows.error())));
    KeptRows.Bag bag = rows.bag();
    if (bag != null) {
      map.put("sums", attachments.add(doubles(bag.sums())));
      map.put("trees", attachments.add(whole(bag.trees())));
    }
    List<Object> repetitions = new ArrayList<>();
    double[] effect = new double[0];
    int known = 0;
    for (KeptRows.Repetition repetition : rows.repetitions()) {
      boolean another = repetitions.isEmpty() || repetition.effect() != effect;
      known = another ? attachments.add(doubles(repetition.effect())) : known;
      effect = repetition.effect();
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("effect", known); // that of the repetition before, where the two share it
      one.put("outcome", attachments.add(doubles(repetition.outcome())));
      one.put("treatment", attachments.add(doubles(repetition.treatment())));
      one.put("slope", attachments.add(doubles(repetition.slope())));
      repetitions.add(one);
    }
    map.put("repetitions", repetitions);
    return map;
  }

  private static KeptRows rows(Fields fields, Attachments attachments) {
    Columns columns = new Columns(fields, attachments);
    boolean counted = fields.values().containsKey("weights");
    boolean clustered = fields.values().containsKey("clusters");
    boolean bagged = fields.values().containsKey("sums");
    List<KeptRows.Repetition> repetitions = new ArrayList<>();
    Object last = null;
    double[] effect = new double[0];
    for (Object one : fields.list("repetitions")) {
      Columns own = new Columns(ModelJson.fields((Map<?, ?>) one), attachments);
      Object place = own.fields().value("effect");
      effect = place.equals(last) ? effect : own.doubles("effect");
      last = place;
      repetitions.add(
          new KeptRows.Repetition(
              effect, own.doubles("outcome"), own.doubles("treatment"), own.doubles("slope")));
    }
    return new KeptRows(
        fields.text("contrast"),
        fields.flag("binary"),
        ids(ModelJson.fields(fields.map("ids")), attachments),
        columns.doubles("outcome"),
        columns.doubles("treatment"),
        counted
            ? new KeptRows.Counting(
                columns.doubles("weights"), columns.doubles("counts"), columns.doubles("variances"))
            : null,
        clustered ? columns.whole("clusters") : null,
        columns.doubles("error"),
        bagged ? new KeptRows.Bag(columns.doubles("sums"), columns.whole("trees")) : null,
        repetitions);
  }

  private static Map<String, @Nullable Object> ids(RowIds ids, Attachments attachments) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("name", ids.name());
    map.put("type", ids.sqlType());
    map.put("kind", ids.kind().name());
    map.put("values", attachments.add(longs(ids.values())));
    map.put("texts", attachments.add(texts(ids.texts())));
    if (!ids.without().isEmpty()) {
      map.put("without", attachments.add(longs(ids.without().toLongArray())));
    }
    return map;
  }

  private static RowIds ids(Fields fields, Attachments attachments) {
    return new RowIds(
        fields.text("name"),
        fields.text("type"),
        RowIds.Kind.valueOf(fields.text("kind")),
        longs(attachments.get(fields.index("values"))),
        texts(attachments.get(fields.index("texts"))),
        fields.values().containsKey("without")
            ? BitSet.valueOf(longs(attachments.get(fields.index("without"))))
            : new BitSet());
  }

  /** The columns that fields name by the number of their attachment. */
  private record Columns(Fields fields, Attachments attachments) {
    double[] doubles(String name) {
      return Arrays.stream(longs(attachments.get(fields.index(name))))
          .mapToDouble(Double::longBitsToDouble)
          .toArray();
    }

    int[] whole(String name) {
      return Arrays.stream(longs(attachments.get(fields.index(name))))
          .mapToInt(Math::toIntExact)
          .toArray();
    }
  }

  private static byte[] doubles(double[] numbers) {
    return longs(Arrays.stream(numbers).mapToLong(Double::doubleToRawLongBits).toArray());
  }

  private static byte[] whole(int[] numbers) {
    return longs(Arrays.stream(numbers).asLongStream().toArray());
  }

  /** The bytes of numbers, the first of all, then the second of all, ... */
  private static byte[] longs(long[] numbers) {
    byte[] plain = new byte[Math.multiplyExact(Long.BYTES, numbers.length)];
    int at = 0;
    for (int shift = 56; shift >= 0; shift -= Byte.SIZE) {
      for (long number : numbers) {
        plain[at++] = (byte) (number >>> shift);
      }
    }
    return Deflated.of(ByteBuffer.wrap(plain));
  }

  private static long[] longs(ByteBuffer part) {
    byte[] plain = Deflated.read(part).array();
    long[] numbers = new long[plain.length / Long.BYTES];
    for (int k = 0; k < plain.length; k++) {
      int row = k % numbers.length;
      numbers[row] = (numbers[row] << Byte.SIZE) | (plain[k] & 255);
    }
    return numbers;
  }

  private static byte[] texts(List<String> texts) {
    List<byte[]> encoded = new ArrayList<>();
    int size = Integer.BYTES;
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      encoded.add(bytes);
      size = Math.addExact(size, Integer.BYTES + bytes.length);
    }
    ByteBuffer plain = ByteBuffer.allocate(size).putInt(texts.size());
    encoded.forEach(bytes -> plain.putInt(bytes.length).put(bytes));
    return Deflated.of(plain.flip());
  }

  private static List<String> texts(ByteBuffer part) {
    ByteBuffer plain = Deflated.read(part);
    int count = plain.getInt();
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[plain.getInt()];
      plain.get(bytes);
      texts.add(new String(bytes, StandardCharsets.UTF_8));
    }
    return texts;
  }
}
