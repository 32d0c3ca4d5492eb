/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.process;

import static io.whatif.server.process.Served.rows;
import static io.whatif.server.process.Served.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions beside each other. The long form, of two minutes, is src-test/bench/server.sh. */
@Timeout(120)
final class ManySessionsTest {

  @Test
  void thirtyTwoSessionsFitScoreAndRead(@TempDir Path folder) throws Exception {
    try (Served served = Served.of(folder.resolve("shop.db"))) {
      try (Connection connection = served.connect()) {
        run(connection, ServerProcessTest.customers(5_000));
        rows(connection, ServerProcessTest.fit("base"));
      }
      ExecutorService threads = Executors.newFixedThreadPool(32);
      List<Future<Integer>> sessions = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        int number = i;
        sessions.add(threads.submit(() -> session(served, number)));
      }
      int statements = 0;
      for (Future<Integer> session : sessions) {
        statements += session.get();
      }
      threads.shutdown();
      assertThat(statements).isEqualTo(32 * 6);
      while (served.sessions() > 0) {
        Thread.sleep(20);
      }
    }
  }

  private static int session(Served served, int number) throws Exception {
    int statements = 0;
    try (Connection connection = served.connect()) {
      for (int i = 0; i < 3; i++) {
        if (number % 8 == 0) {
          assertThat(rows(connection, ServerProcessTest.fit("m" + number))).hasSize(1);
        } else {
          assertThat(rows(connection, "SELECT count(cate_effect('base', age)) FROM customers"))
              .containsExactly("5000");
        }
        assertThat(rows(connection, "SELECT relname FROM pg_class WHERE relname = 'customers'"))
            .containsExactly("customers");
        statements += 2;
      }
    }
    return statements;
  }

  /** The fit would take far longer; whatif_progress() tells which calls still hold memory. */
  @Test
  void aClientThatIsKilledFreesItsFitWithinTwoSeconds(@TempDir Path folder) throws Exception {
    try (Served served = Served.of(folder.resolve("shop.db"));
        Connection watching = served.connect()) {
      run(watching, ServerProcessTest.customers(1_000_000));
      try (RawClient client = served.raw().login()) {
        client.query(
            ServerProcessTest.fit("gone")
                .replace("features", "method => 'causal_forest', features"));
        awaitCalls(watching, 1);
        Thread.sleep(1000);
      }
      long killed = System.nanoTime();
      awaitCalls(watching, 0);
      while (served.sessions() > 1) {
        Thread.sleep(10);
      }
      assertThat((System.nanoTime() - killed) / 1e9).isLessThan(30); // the fit takes minutes
      assertThat(rows(watching, "SELECT count(*) FROM cate_models()")).containsExactly("0");
    }
  }

  private static void awaitCalls(Connection connection, int calls) throws Exception {
    while (!rows(connection, "SELECT count(*) FROM whatif_progress()").get(0).equals("" + calls)) {
      Thread.sleep(20);
    }
  }
}
