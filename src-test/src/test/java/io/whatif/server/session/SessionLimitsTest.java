/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import static io.whatif.server.process.RawClient.body;
import static io.whatif.server.process.RawClient.types;
import static io.whatif.server.process.Served.rows;
import static io.whatif.server.process.Served.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.server.process.RawClient;
import io.whatif.server.process.RawClient.Answer;
import io.whatif.server.process.Served;
import io.whatif.server.wire.Frames;
import io.whatif.server.wire.FrontendMessage.Unreadable;
import io.whatif.server.wire.Report;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one session may take of the server's memory, and what happens where there is none. */
final class SessionLimitsTest {
  @Test
  void aMessageWithoutMemoryForItEndsTheSession() throws Exception {
    for (Throwable thrown :
        List.of(new OutOfMemoryError("Java heap space"), new IllegalStateException("torn"))) {
      Inbox inbox = new Inbox();
      inbox.fill(
          new Frames(
              new InputStream() {
                @Override
                public int read() {
                  if (thrown instanceof OutOfMemoryError full) {
                    throw full;
                  }
                  throw (IllegalStateException) thrown;
                }

                @Override
                public int read(byte[] bytes, int from, int count) {
                  return read();
                }
              }),
          () -> {});
      assertThat(inbox.take())
          .isInstanceOfSatisfying(
              Unreadable.class,
              unreadable -> {
                assertThat(unreadable.report().severity()).isEqualTo(Report.Severity.FATAL);
                assertThat(unreadable.report().state())
                    .isEqualTo(thrown instanceof OutOfMemoryError ? "53200" : "XX000");
              });
    }
  }

  @Test
  void preparedStatementsOfASessionAreBounded(@TempDir Path folder) throws Exception {
    String text = "SELECT 1 /*" + "x".repeat(10_000_000) + "*/ AS a";
    try (Served served = Served.of(folder.resolve("shop.db"));
        RawClient client = served.raw().login()) {
      for (int i = 0; i < 3; i++) {
        client.parse("s" + i, text).sync();
        assertThat(types(client.untilReady())).isEqualTo("1Z");
      }
      client.parse("s3", text).sync();
      Answer refused = client.untilReady().get(0);
      assertThat(refused.field('C')).isEqualTo("53200");
      assertThat(refused.field('M')).contains("prepared statements of 67108864 bytes in all");
      client.send('C', body().int8('S').string("s0")).parse("s3", text).sync();
      assertThat(types(client.untilReady())).isEqualTo("31Z");
    }
  }

  @Test
  void portalsOfASessionAreBounded(@TempDir Path folder) throws Exception {
    try (Served served = Served.of(folder.resolve("shop.db"));
        RawClient client = served.raw().login()) {
      client.query("BEGIN").untilReady();
      client.parse("s", "SELECT 1");
      for (int i = 0; i <= 1_000; i++) {
        client.send('B', body().string("p" + i).string("s").int16(0).int16(0).int16(0));
      }
      client.sync();
      List<Answer> answers = client.untilReady();
      assertThat(types(answers)).isEqualTo("1" + "2".repeat(1_000) + "EZ");
      assertThat(answers.get(1_001).field('C')).isEqualTo("53200");
    }
  }

  @Test
  void aStatementOfTheProtocolIsDeallocatedBySql(@TempDir Path folder) throws Exception {
    try (Served served = Served.of(folder.resolve("shop.db"));
        RawClient client = served.raw().login()) {
      client.parse("_PLAN0x1", "SELECT 1").sync();
      assertThat(types(client.untilReady())).isEqualTo("1Z");
      assertThat(types(client.query("DEALLOCATE \"_PLAN0x1\"").untilReady())).isEqualTo("CZ");
      client.parse("_PLAN0x1", "SELECT 1").sync();
      assertThat(types(client.untilReady())).isEqualTo("1Z");
    }
  }

  @Test
  void aSessionTakesNoMoreMemoryThanTheServerGivesOne(@TempDir Path folder) throws Exception {
    try (Served served = Served.of(folder.resolve("shop.db"));
        Connection connection = served.connect()) {
      for (String set :
          List.of(
              "SET whatif_memory_limit = '100TB'",
              "SET SESSION whatif_memory_limit TO '100TB'",
              "SET VARIABLE whatif_memory_limit = '100TB'",
              "SET whatif_memory_limit = '10' || '0TB'")) {
        assertThatThrownBy(() -> run(connection, set))
            .as(set)
            .hasMessageContaining("at most the server's");
      }
      run(connection, "SET whatif_memory_limit = '10MB'");
      assertThat(rows(connection, "SELECT getvariable('whatif_memory_limit')"))
          .containsExactly("10MB");
    }
  }
}
