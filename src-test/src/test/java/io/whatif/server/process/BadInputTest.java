/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.process;

import static io.whatif.server.process.RawClient.body;
import static io.whatif.server.process.RawClient.types;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.whatif.server.process.RawClient.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a client does, the server answers the others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadInputTest {
  private Served served;

  @BeforeAll
  void serve(@TempDir Path folder) throws Exception {
    served = Served.of(folder.resolve("shop.db"));
  }

  @AfterAll
  void end() throws Exception {
    served.close();
  }

  @AfterEach
  void theServerGoesOn() throws SQLException {
    try (Connection connection = served.connect()) {
      assertThat(Served.rows(connection, "SELECT 6 * 7")).containsExactly("42");
    }
  }

  @Test
  void garbageEndsTheConnection() throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < 50; i++) {
      byte[] garbage = new byte[1 + random.nextInt(300)];
      random.nextBytes(garbage);
      try (RawClient client = served.raw()) {
        client.sendBytes(garbage);
      }
      try (RawClient client = served.raw().login()) {
        client.sendBytes(garbage);
      }
    }
  }

  @Test
  void anHttpRequestIsToldThatItIsWrongHere() throws IOException {
    try (RawClient client = served.raw()) {
      client.sendBytes("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      List<Answer> answers = client.untilClosed();
      assertThat(answers.get(0).field('M')).isEqualTo("invalid length of startup packet");
    }
  }

  @Test
  void aMessageThatIsTooLongIsRefusedBeforeItComes() throws IOException {
    try (RawClient client = served.raw().login()) {
      client.sendBytes(ByteBuffer.allocate(5).put((byte) 'Q').putInt(2_000_000_000).array());
      List<Answer> answers = client.untilClosed();
      assertThat(answers.get(0).field('C')).isEqualTo("54000");
      assertThat(answers.get(0).field('S')).isEqualTo("FATAL");
    }
  }

  @Test
  void aLengthThatCannotBeEndsTheSession() throws IOException {
    try (RawClient client = served.raw().login()) {
      client.sendBytes(ByteBuffer.allocate(5).put((byte) 'Q').putInt(-5).array());
      assertThat(client.untilClosed().get(0).field('C')).isEqualTo("08P01");
    }
  }

  @Test
  void aMessageThatEndsTooEarlyEndsTheSession() throws IOException {
    try (RawClient client = served.raw().login()) {
      client.sendBytes(
          ByteBuffer.allocate(7)
              .put((byte) 'Q')
              .putInt(100)
              .put("SE".getBytes(StandardCharsets.US_ASCII))
              .array());
    }
    try (RawClient client = served.raw().login()) {
      client.send('B', body().string("").string("").int16(0).int16(2).int32(1_000_000));
      assertThat(client.untilClosed().get(0).field('C')).isEqualTo("08P01");
    }
  }

  @Test
  void anUnknownMessageEndsTheSession() throws IOException {
    try (RawClient client = served.raw().login()) {
      client.send('?', body().string("what"));
      Answer answer = client.untilClosed().get(0);
      assertThat(answer.field('M')).isEqualTo("invalid frontend message type 63");
    }
  }

  @Test
  void aPasswordThatNobodyAskedForEndsTheSession() throws IOException {
    try (RawClient client = served.raw().login()) {
      client.send('p', body().string("secret"));
      assertThat(client.untilClosed().get(0).field('C')).isEqualTo("08P01");
    }
  }

  @Test
  void bytesThatAreNoTextAreAMistakeOfTheStatement() throws IOException {
    try (RawClient client = served.raw().login()) {
      client.send('Q', body().bytes(new byte[] {'S', (byte) 0xff, (byte) 0xfe, 0}));
      assertThat(client.read().field('C')).isEqualTo("22021");
      client.sync();
      client.untilReady();
      assertThat(types(client.query("SELECT 1").untilReady())).isEqualTo("TDCZ");
    }
  }

  @Test
  void aZeroByteWithinAStatementEndsTheSession() throws IOException {
    try (RawClient client = served.raw().login()) {
      client.send('Q', body().string("SELECT 1\0; DROP TABLE t"));
      assertThat(client.untilClosed().get(0).field('C')).isEqualTo("08P01");
    }
  }

  @Test
  void sqlInAUsersNameIsAName() throws IOException {
    String name = "x'; DROP TABLE t; --\"";
    try (RawClient client = served.raw()) {
      client.startup(3 << 16, "user", name, "database", name);
      assertThat(types(client.untilReady())).endsWith("KZ");
      List<Answer> answers = client.query("SELECT current_user").untilReady();
      assertThat(answers.get(1).text()).contains(name);
    }
  }

  @Test
  void aClientWithoutANameIsRefused() throws IOException {
    try (RawClient client = served.raw()) {
      client.startup(3 << 16, "database", "shop");
      assertThat(client.untilClosed().get(0).field('C')).isEqualTo("28000");
    }
  }

  @Test
  void deepBracketsAreAMistakeOfTheStatement() throws IOException {
    try (RawClient client = served.raw().login()) {
      String deep = "(".repeat(100_000) + "1" + ")".repeat(100_000);
      assertThat(types(client.query("SELECT " + deep).untilReady())).isEqualTo("EZ");
      assertThat(types(client.query("SELECT 1").untilReady())).isEqualTo("TDCZ");
    }
  }

  /** Its answer fills the buffers between; after the write timeout of 5 s its session ends. */
  @Test
  void aClientThatNeverReadsIsLeft() throws Exception {
    try (RawClient client = served.raw().login();
        Connection other = served.connect()) {
      client.query("SELECT repeat('x', 1000) FROM range(200000)");
      Thread.sleep(500);
      assertThat(Served.rows(other, "SELECT 1")).containsExactly("1");
      long until = System.nanoTime() + Duration.ofSeconds(15).toNanos();
      while (served.sessions() > 1 && System.nanoTime() < until) {
        Thread.sleep(100);
      }
      assertThat(served.sessions()).isEqualTo(1);
    }
  }

  @Test
  void aClientThatNeverSaysWhoItIsIsLeft() throws Exception {
    try (RawClient client = served.raw()) {
      long start = System.nanoTime();
      assertThat(client.untilClosed()).isEmpty();
      assertThat((System.nanoTime() - start) / 1e9).isBetween(4.0, 60.0);
    }
  }

  /** 40 sessions are allowed here. */
  @Test
  void aThousandConnectionsAreRefusedPolitely() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    int accepted = 0;
    int refused = 0;
    try {
      for (int i = 0; i < 1000; i++) {
        RawClient client = served.raw();
        clients.add(client);
        client.startup(3 << 16, "user", "raw");
      }
      for (RawClient client : clients) {
        Answer first = client.read();
        if (first.type() == 'R') {
          accepted++;
        } else {
          assertThat(first.field('C')).isEqualTo("53300");
          refused++;
        }
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
    assertThat(accepted).isEqualTo(40);
    assertThat(refused).isEqualTo(960);
    while (served.sessions() > 0) {
      Thread.sleep(20);
    }
  }

  @Test
  void manyShortSessionsLeaveNothing() {
    assertThatCode(
            () -> {
              for (int i = 0; i < 200; i++) {
                try (RawClient client = served.raw().login()) {
                  client.query("SELECT 1").untilReady();
                }
              }
              while (served.sessions() > 0) {
                Thread.sleep(20);
              }
            })
        .doesNotThrowAnyException();
  }
}
