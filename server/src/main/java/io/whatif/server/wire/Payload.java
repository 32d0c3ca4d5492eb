/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** The body of a message, read from its first byte to its last. */
final class Payload {
  private final byte[] bytes;
  private final String message;
  private int at;

  /**
   * Reads {@code bytes}.
   *
   * @param message what it is the body of, for errors
   */
  Payload(byte[] bytes, String message) {
    this.bytes = bytes;
    this.message = message;
  }

  private void need(int count) throws WireException {
    if (count < 0 || count > bytes.length - at) {
      throw WireException.protocol("a " + message + " message ends too early");
    }
  }

  byte int8() throws WireException {
    need(1);
    return bytes[at++];
  }

  short int16() throws WireException {
    need(2);
    short value = (short) ((bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff));
    at += 2;
    return value;
  }

  /** A number of things that follow, of which each takes at least {@code size} bytes. */
  int count(int size) throws WireException {
    int count = int16() & 0xffff;
    need(Math.multiplyExact(count, size));
    return count;
  }

  int int32() throws WireException {
    need(4);
    int value = ByteBuffer.wrap(bytes, at, 4).getInt();
    at += 4;
    return value;
  }

  byte[] bytes(int count) throws WireException {
    need(count);
    byte[] value = new byte[count];
    System.arraycopy(bytes, at, value, 0, count);
    at += count;
    return value;
  }

  byte[] rest() throws WireException {
    return bytes(bytes.length - at);
  }

  boolean isAtEnd() {
    return at == bytes.length;
  }

  /** A text that a zero byte ends. */
  String string() throws WireException {
    int end = at;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    need(end - at + 1);
    String value = utf8(bytes, at, end - at);
    at = end + 1;
    return value;
  }

  /** What a text of ours or the client's says; only UTF-8 is spoken here. */
  static String utf8(byte[] bytes, int from, int count) throws WireException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, from, count))
          .toString();
    } catch (CharacterCodingException e) {
      throw new WireException(
          Report.error(
              SqlState.CHARACTER_NOT_IN_REPERTOIRE, "invalid byte sequence for encoding \"UTF8\""));
    }
  }

  void end() throws WireException {
    if (!isAtEnd()) {
      throw WireException.protocol("a " + message + " message is longer than what it holds");
    }
  }
}
