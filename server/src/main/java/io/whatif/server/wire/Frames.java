/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.wire;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Cuts what a client sends into messages, none longer than a limit. */
public final class Frames {
  /** Longer ones are refused before memory is taken for them. */
  public static final int LONGEST_MESSAGE = 64 << 20;

  /** PostgreSQL's limit of the first packet, and ours of all before a client is known. */
  private static final int LONGEST_STARTUP = 10_000;

  /** Of a body more is read only when that much has come. */
  private static final int STEP = 1 << 16;

  private final DataInputStream in;

  public Frames(InputStream in) {
    this.in = new DataInputStream(in);
  }

  /**
   * A message and its size.
   *
   * @param type its first byte
   */
  public record Frame(byte type, byte[] body) {}

  /** The first packet, which has no type. */
  public StartupPacket startup() throws IOException, WireException {
    int length = in.readInt();
    if (length < 2 * Integer.BYTES || length > LONGEST_STARTUP) {
      throw WireException.protocol("invalid length of startup packet");
    }
    return StartupPacket.decode(body(length - Integer.BYTES));
  }

  /**
   * The next message.
   *
   * @throws EOFException at the end, also within a message
   */
  public Frame next() throws IOException, WireException {
    return next(LONGEST_MESSAGE);
  }

  /** The next message of a client that has not said who it is. */
  public Frame nextOfStranger() throws IOException, WireException {
    return next(LONGEST_STARTUP);
  }

  private Frame next(int longest) throws IOException, WireException {
    byte type = in.readByte();
    int length = in.readInt();
    if (length < Integer.BYTES) {
      throw WireException.protocol("invalid message length " + length);
    }
    if (length > longest) {
      throw new WireException(
          Report.fatal(
                  SqlState.PROGRAM_LIMIT_EXCEEDED,
                  "a message of %d bytes is longer than the %d that are taken"
                      .formatted(length, longest))
              .hint("Send values in several statements, or by COPY."));
    }
    return new Frame(type, body(length - Integer.BYTES));
  }

  /** Memory grows with what has come, not with what is announced. */
  private byte[] body(int length) throws IOException {
    byte[] body = new byte[Math.min(length, STEP)];
    int read = 0;
    while (read < length) {
      if (read == body.length) {
        body = Arrays.copyOf(body, (int) Math.min(length, 2L * body.length));
      }
      int count = in.read(body, read, body.length - read);
      if (count < 0) {
        throw new EOFException("a message ends too early");
      }
      read += count;
    }
    return body;
  }
}
