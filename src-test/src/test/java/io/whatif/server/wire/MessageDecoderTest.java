/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Any bytes become a message, or are refused; nothing else. */
final class MessageDecoderTest {

  @Property(tries = 20_000)
  void anyBodyIsReadOrRefused(@ForAll byte type, @ForAll @Size(max = 200) byte[] body) {
    decode(type, body);
  }

  /** Types that have fields, with counts and lengths that are small or absurd. */
  @Property(tries = 20_000)
  void anyFieldsAreReadOrRefused(
      @ForAll @IntRange(min = 0, max = 8) int type,
      @ForAll @Size(max = 12) List<@IntRange(min = -2, max = 40_000) Integer> numbers,
      @ForAll @Size(max = 20) byte[] tail) {
    ByteBuffer body = ByteBuffer.allocate(2 + 4 * numbers.size() + tail.length);
    body.put((byte) 0).put((byte) 0);
    for (int i = 0; i < numbers.size(); i++) {
      if (i % 2 == 0) {
        body.putShort(numbers.get(i).shortValue());
      } else {
        body.putInt(numbers.get(i));
      }
    }
    body.put(tail);
    decode((byte) "QPBDECfdp".charAt(type), body.array());
  }

  private static void decode(byte type, byte[] body) {
    try {
      assertThat(MessageDecoder.decode(type, body)).isNotNull();
    } catch (WireException refused) {
      assertThat(refused.report().state()).isIn("08P01", "22021", "22023");
    }
  }

  @Property(tries = 5_000)
  void anyStreamIsCutIntoMessagesOrRefused(@ForAll @Size(max = 400) byte[] bytes)
      throws IOException {
    Frames frames = new Frames(new ByteArrayInputStream(bytes));
    try {
      while (true) {
        Frames.Frame frame = frames.next();
        assertThat(frame.body().length).isLessThan(bytes.length);
      }
    } catch (WireException refused) {
      assertThat(refused.report().severity()).isEqualTo(Report.Severity.FATAL);
    } catch (EOFException end) {
      assertThat(end).isNotNull();
    }
  }

  @Property(tries = 5_000)
  void anyFirstPacketIsReadOrRefused(@ForAll @Size(max = 100) byte[] body) {
    try {
      assertThat(StartupPacket.decode(body)).isNotNull();
    } catch (WireException refused) {
      assertThat(refused.report().state()).isIn("08P01", "0A000", "22021", "22023");
    }
  }

  /** A length is believed only as far as bytes have come. */
  @Test
  void anAnnouncedLengthTakesNoMemory() {
    byte[] bytes = ByteBuffer.allocate(5).put((byte) 'd').putInt(60 << 20).array();
    long before = allocated();
    assertThatThrownBy(() -> new Frames(new ByteArrayInputStream(bytes)).next())
        .isInstanceOf(EOFException.class);
    assertThat(allocated() - before).isLessThan(10 << 20);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean)
            java.lang.management.ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  @Test
  void aQueryIsItsText() throws WireException {
    byte[] body = "SELECT 'ä'\0".getBytes(StandardCharsets.UTF_8);
    assertThat(MessageDecoder.decode((byte) 'Q', body))
        .isEqualTo(new FrontendMessage.Query("SELECT 'ä'"));
  }
}
