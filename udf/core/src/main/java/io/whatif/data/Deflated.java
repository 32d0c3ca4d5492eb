/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Bytes compressed, quickly rather than as far as can be: their length, then the compressed. */
public final class Deflated {
  private Deflated() {}

  /** Compresses what remains of a buffer. */
  public static byte[] of(ByteBuffer plain) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      int length = plain.remaining();
      deflater.setInput(plain);
      deflater.finish();
      ByteBuffer into = ByteBuffer.allocate(Integer.BYTES + length + length / 1000 + 1024);
      into.putInt(length);
      deflater.deflate(into);
      if (!deflater.finished()) {
        throw new AssertionError("deflating made " + length + " bytes longer than it can");
      }
      return Arrays.copyOf(into.array(), into.position());
    } finally {
      deflater.end();
    }
  }

  /**
   * The inverse of {@link #of}.
   *
   * @throws IllegalArgumentException if the bytes are not such
   */
  public static ByteBuffer read(ByteBuffer deflated) {
    Inflater inflater = new Inflater();
    try {
      byte[] plain = new byte[deflated.getInt()];
      inflater.setInput(deflated);
      int length = inflater.inflate(plain);
      if (length != plain.length) {
        throw new IllegalArgumentException("%d bytes, %d expected".formatted(length, plain.length));
      }
      return ByteBuffer.wrap(plain);
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("bytes are not compressed as they should be", e);
    } finally {
      inflater.end();
    }
  }
}
