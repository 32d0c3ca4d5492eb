/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.jr.ob.JSON;
import com.fasterxml.jackson.jr.ob.JSONObjectException;
import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Stored models as bytes: a magic number, the format's version, a CRC-32C of what follows, and JSON
 * in UTF-8. From version 4 on the length of the JSON stands before it, and {@link Attachments}
 * behind it: trees, which would be too long as text; from version 5 on also {@link Kept} rows,
 * which are not read before they are asked for. Numbers come back to the same bits. Big-endian.
 *
 * <p>A reader takes every version up to its own; a payload of a newer one, or one that is damaged,
 * is refused with BAD_MODEL.
 */
public final class ModelCodec {
  /** The newest version, that of models with rows kept. */
  public static final int VERSION = 5;

  /** That of forests, which are attached. */
  private static final int ATTACHED = 4;

  /** That of models by learners, of several arms and of clusters. */
  private static final int LEARNED = 3;

  private static final int FIRST = 1;

  /** That of models in groups. */
  private static final int GROUPS = 2;

  private static final String KEPT = "kept";
  private static final byte[] MAGIC = "WHATIFM\n".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = MAGIC.length + 4 + 4 + 4;

  /**
   * Numbers have the fewest digits that tell them apart, found without arithmetic of many digits.
   */
  private static final JSON JSON_TEXT =
      new JSON(new JsonFactoryBuilder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build())
          .with(JSON.Feature.WRITE_NULL_PROPERTIES);

  private ModelCodec() {}

  public static byte[] encode(StoredModel stored) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("name", stored.name());
    map.put("method", stored.method());
    map.put("rows", stored.rows());
    Attachments attachments = new Attachments();
    map.put("model", ModelJson.model(stored.model(), attachments));
    map.put("report", ModelJson.plain(stored.report()));
    map.put("summary", ModelJson.plain(stored.summary()));
    map.put("explain", ModelJson.plain(stored.explain()));
    map.put("provenance", ModelJson.plain(stored.provenance()));
    boolean keeps = !stored.kept().rows().isEmpty();
    if (keeps) {
      map.put(KEPT, KeptJson.kept(stored.kept(), attachments));
    }
    byte[] json;
    try {
      json = JSON_TEXT.asBytes(map);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    boolean attached = attachments.size() > 0;
    int version = keeps ? VERSION : attached ? ATTACHED : version(stored.model());
    long length = json.length + (attached ? Integer.BYTES + attachments.size() : 0);
    if (length > Integer.MAX_VALUE - HEADER) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          String.format(
              Locale.ROOT,
              "model '%s' takes %d MB, more than the 2,047 that can be stored. Grow fewer trees, or larger leaves by min_node_size.",
              stored.name(),
              length >> 20));
    }
    ByteBuffer payload = ByteBuffer.allocate(HEADER + (int) length).position(HEADER);
    if (attached) {
      payload.putInt(json.length).put(json);
      attachments.write(payload);
    } else {
      payload.put(json);
    }
    byte[] bytes = payload.array();
    payload.rewind();
    payload.put(MAGIC).putInt(version).putInt(checksum(bytes)).putInt((int) length);
    return bytes;
  }

  /**
   * The first version that has such models, without attachments: an older reader takes what it
   * knows.
   */
  private static int version(CateModel model) {
    if (model instanceof PartitionedCate groups) {
      return groups.groups().stream()
          .map(PartitionedCate.Group::model)
          .filter(java.util.Objects::nonNull)
          .mapToInt(ModelCodec::version)
          .map(version -> Math.max(version, GROUPS))
          .max()
          .orElse(GROUPS);
    }
    return model instanceof LinearCate ? FIRST : LEARNED;
  }

  /**
   * Reads a payload as SQL texts carry it, in base64.
   *
   * @param name the model's name, for messages
   * @throws WhatifException as {@link #decode}
   */
  public static StoredModel decodeText(String name, String base64) {
    return decode(name, Base64.getMimeDecoder().decode(base64));
  }

  /**
   * Reads a payload.
   *
   * @param name the model's name, for messages
   * @throws WhatifException BAD_MODEL if the payload is not one of ours, newer or damaged
   */
  public static StoredModel decode(String name, byte[] payload) {
    if (payload.length < HEADER
        || !Arrays.equals(payload, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw bad(name, "its payload is not a Whatif model. Fit it again.");
    }
    ByteBuffer header = ByteBuffer.wrap(payload, MAGIC.length, HEADER - MAGIC.length);
    int version = header.getInt();
    if (version > VERSION || version < FIRST) {
      throw bad(
          name,
          String.format(
              Locale.ROOT,
              "it was written in format %d, this version reads up to %d. Update Whatif, or fit it again.",
              version,
              VERSION));
    }
    int checksum = header.getInt();
    int length = header.getInt();
    if (length != payload.length - HEADER) {
      throw bad(
          name,
          String.format(
              Locale.ROOT,
              "its payload is damaged (%d bytes, %d expected). Fit it again.",
              payload.length - HEADER,
              length));
    }
    if (checksum(payload) != checksum) {
      throw bad(name, "its payload is damaged (wrong checksum). Fit it again.");
    }
    return read(name, ByteBuffer.wrap(payload, HEADER, length), version >= ATTACHED);
  }

  private static StoredModel read(String name, ByteBuffer body, boolean attached) {
    try {
      byte[] json = new byte[attached ? body.getInt() : body.remaining()];
      body.get(json);
      Attachments attachments = Attachments.read(body);
      ModelJson.Fields fields =
          new ModelJson.Fields(JSON_TEXT.mapFrom(new String(json, StandardCharsets.UTF_8)));
      return new StoredModel(
          fields.text("name"),
          fields.text("method"),
          fields.integer("rows"),
          ModelJson.model(fields.map("model"), attachments),
          ModelJson.restoreMap(fields.map("report")),
          ModelJson.restoreRows(fields.list("summary")),
          ModelJson.restoreRows(fields.list("explain")),
          ModelJson.restoreMap(fields.map("provenance")),
          fields.values().get(KEPT) instanceof List<?> kept
              ? KeptJson.kept(kept, attachments)
              : Kept.NONE);
    } catch (JSONObjectException | IllegalArgumentException e) {
      throw bad(name, "its payload cannot be read (" + firstLine(e) + "). Fit it again.");
    } catch (RuntimeException e) { // A value of another shape or size than one of ours.
      throw bad(name, "its payload cannot be read (a value is not of its kind). Fit it again.");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }

  /** Of what follows the header. */
  private static int checksum(byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload, HEADER, payload.length - HEADER);
    return (int) crc.getValue();
  }

  private static WhatifException bad(String name, String what) {
    return new WhatifException(ErrorCode.BAD_MODEL, "model '" + name + "': " + what);
  }
}
