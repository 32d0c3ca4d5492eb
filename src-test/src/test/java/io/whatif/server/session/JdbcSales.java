/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import static io.whatif.server.process.Served.run;

import io.whatif.server.process.Served;
import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A server with a table of sales, for PostgreSQL's own driver. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class JdbcSales {
  Served served;

  @BeforeAll
  void serve(@TempDir Path folder) throws Exception {
    served = Served.of(folder.resolve("shop.db"));
    try (Connection connection = served.connect()) {
      run(
          connection,
          """
          CREATE TABLE sales AS SELECT i AS id, (i % 2)::DOUBLE AS coupon, (i % 7)::DOUBLE AS age,
            10 + 3 * (i % 2) + (i % 7) + ((i * 7919) % 13) / 10.0 AS spend
          FROM range(2000) t(i)""");
    }
  }

  @AfterAll
  void end() throws Exception {
    served.close();
  }
}
