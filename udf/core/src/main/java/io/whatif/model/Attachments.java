/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The parts of a model that stand behind its JSON as bytes, and are numbers there. */
final class Attachments {
  private final List<ByteBuffer> parts = new ArrayList<>();

  /** Adds bytes, and gives their number. */
  int add(byte[] bytes) {
    parts.add(ByteBuffer.wrap(bytes));
    return parts.size() - 1;
  }

  /** The bytes of a number, from their beginning. */
  ByteBuffer get(int number) {
    if (number < 0 || number >= parts.size()) {
      throw new IllegalArgumentException("no part " + number);
    }
    return parts.get(number).duplicate();
  }

  /** How many bytes {@link #write} writes. */
  long size() {
    return parts.stream().mapToLong(part -> Integer.BYTES + (long) part.remaining()).sum();
  }

  /** Each part, its length before it. */
  void write(ByteBuffer into) {
    for (ByteBuffer part : parts) {
      into.putInt(part.remaining()).put(part.duplicate());
    }
  }

  /** Reads what {@link #write} wrote, up to the end; the bytes are not copied. */
  static Attachments read(ByteBuffer from) {
    Attachments read = new Attachments();
    while (from.hasRemaining()) {
      int length = from.getInt();
      read.parts.add(from.slice(from.position(), length));
      from.position(from.position() + length);
    }
    return read;
  }
}
