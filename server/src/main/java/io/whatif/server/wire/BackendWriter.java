/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes messages to a client through a buffer of bounded size: {@link #begin}, fields, {@link
 * #end}. A single message may be longer than the buffer, which then grows for it and shrinks again.
 * For one thread.
 */
public final class BackendWriter {
  private static final int FULL = 1 << 15;
  private static final int KEPT = 1 << 17;

  private final OutputStream out;
  private byte[] buffer = new byte[2 * FULL];
  private int size;
  private int start;
  private boolean open;

  public BackendWriter(OutputStream out) {
    this.out = out;
  }

  /** Begins a message of that type. One that was begun and not ended is dropped. */
  public BackendWriter begin(char type) {
    if (open) { // Nothing is sent before it is ended, so it is still in the buffer.
      size = start - 1;
    }
    open = true;
    room(1 + Integer.BYTES);
    buffer[size] = (byte) type;
    start = size + 1;
    size += 1 + Integer.BYTES;
    return this;
  }

  /** Ends the message, and sends what is in the buffer if that is full. */
  public void end() throws IOException {
    put(start, size - start);
    open = false;
    if (size >= FULL) {
      drain();
    }
  }

  /** Sends all that was written. */
  public void flush() throws IOException {
    drain();
    out.flush();
  }

  private void drain() throws IOException {
    if (size > 0) {
      out.write(buffer, 0, size);
      size = 0;
      if (buffer.length > KEPT) {
        buffer = new byte[2 * FULL];
      }
    }
  }

  private void room(int count) {
    if (count > buffer.length - size) {
      long wanted = Math.max(2L * buffer.length, (long) size + count);
      if ((long) size + count > Integer.MAX_VALUE - 16) {
        throw new IllegalStateException("a message is longer than a message can be");
      }
      buffer = Arrays.copyOf(buffer, (int) Math.min(Integer.MAX_VALUE - 16, wanted));
    }
  }

  private void put(int at, int value) {
    buffer[at] = (byte) (value >>> 24);
    buffer[at + 1] = (byte) (value >>> 16);
    buffer[at + 2] = (byte) (value >>> 8);
    buffer[at + 3] = (byte) value;
  }

  public BackendWriter int8(int value) {
    room(1);
    buffer[size++] = (byte) value;
    return this;
  }

  public BackendWriter int16(int value) {
    room(2);
    buffer[size++] = (byte) (value >>> 8);
    buffer[size++] = (byte) value;
    return this;
  }

  public BackendWriter int32(int value) {
    room(4);
    put(size, value);
    size += 4;
    return this;
  }

  public BackendWriter int64(long value) {
    int32((int) (value >>> 32));
    return int32((int) value);
  }

  public BackendWriter bytes(byte[] value) {
    room(value.length);
    System.arraycopy(value, 0, buffer, size, value.length);
    size += value.length;
    return this;
  }

  /** A text and the zero byte that ends it; a zero byte within it would end it early. */
  public BackendWriter string(String value) {
    bytes(value.replace('\0', ' ').getBytes(StandardCharsets.UTF_8));
    return int8(0);
  }

  /** The length of a value that follows by itself. */
  public int beginValue() {
    int32(0);
    return size;
  }

  /** Sets the length of the value that was begun at {@code mark}. */
  public void endValue(int mark) {
    put(mark - Integer.BYTES, size - mark);
  }

  public BackendWriter nullValue() {
    return int32(-1);
  }

  /** A value: its length, then its bytes. */
  public BackendWriter value(byte[] value) {
    int32(value.length);
    return bytes(value);
  }

  /** A value that is text. */
  public BackendWriter value(String text) {
    int length = text.length();
    room(Integer.BYTES + length);
    int mark = beginValue();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        size = mark;
        bytes(text.getBytes(StandardCharsets.UTF_8));
        break;
      }
      buffer[size++] = (byte) c;
    }
    endValue(mark);
    return this;
  }

  /** A whole number as text, as a value. */
  public BackendWriter decimal(long value) {
    if (value == Long.MIN_VALUE) {
      return value(Long.toString(value));
    }
    room(Integer.BYTES + 20);
    int mark = beginValue();
    long rest = Math.abs(value);
    int digits = digits(rest);
    if (value < 0) {
      buffer[size++] = '-';
    }
    size += digits;
    for (int i = 1; i <= digits; i++) {
      buffer[size - i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    endValue(mark);
    return this;
  }

  private static int digits(long value) {
    int digits = 1;
    for (long limit = 10; digits < 19 && value >= limit; limit *= 10) {
      digits++;
    }
    return digits;
  }

  /** A message without fields. */
  public void empty(char type) throws IOException {
    begin(type).end();
  }

  /** An ErrorResponse or NoticeResponse. */
  public void report(Report report) throws IOException {
    boolean notice = report.severity().compareTo(Report.Severity.ERROR) < 0;
    begin(notice ? 'N' : 'E');
    int8('S').string(report.severity().name());
    int8('V').string(report.severity().name());
    int8('C').string(report.state());
    int8('M').string(report.message());
    if (!report.hint().isEmpty()) {
      int8('H').string(report.hint());
    }
    if (report.position() > 0) {
      int8('P').string(Integer.toString(report.position()));
    }
    int8(0).end();
  }

  public void parameterStatus(String name, String value) throws IOException {
    begin('S').string(name).string(value).end();
  }

  public void commandComplete(String tag) throws IOException {
    begin('C').string(tag).end();
  }

  /**
   * The session waits for the client.
   *
   * @param status I outside of a transaction, T in one, E in one that failed
   */
  public void readyForQuery(char status) throws IOException {
    begin('Z').int8(status).end();
  }

  /** One step of an authentication, as its code says. */
  public void authentication(int code, byte[] data) throws IOException {
    begin('R').int32(code).bytes(data).end();
  }

  /** Tells that a newer protocol was asked for than is spoken. */
  public void negotiateVersion(int minor, List<String> unknown) throws IOException {
    begin('v').int32(minor).int32(unknown.size());
    unknown.forEach(this::string);
    end();
  }
}
