/* SPDX-License-Identifier: Apache-2.0 */

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The clients of src-test/bench/server.sh, which tells what they measure.
 */
public final class ServerClient {
  private static final String ROWS =
      "SELECT i AS id, i % 1000 AS k, i / 7.0::DOUBLE AS x, 'name ' || i AS name,"
          + " TIMESTAMP '2020-01-01' + to_seconds(i) AS at FROM range(1000000) t(i)";

  private ServerClient() {}

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "transfer" -> transfer(arguments[1]);
      case "mixed" -> mixed(arguments[1], Integer.parseInt(arguments[2]));
      case "forest" -> forest(arguments[1]);
      case "killed" -> killed(arguments[1]);
      case "customers" -> customers(arguments[1], 20_000);
      case "fits" -> fits(arguments[1], arguments[2]);
      case "holds" -> holds(arguments[1], Path.of(arguments[2]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static Connection connect(String url) throws SQLException {
    return url.startsWith("jdbc:postgresql:")
        ? DriverManager.getConnection(url, "bench", "")
        : DriverManager.getConnection(url);
  }

  private static void transfer(String url) throws SQLException {
    List<Double> seconds = new ArrayList<>();
    long sum = 0;
    try (Connection connection = connect(url)) {
      for (int i = 0; i < 9; i++) {
        long start = System.nanoTime();
        try (Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery(ROWS)) {
          while (rows.next()) {
            sum += rows.getLong(1) + rows.getLong(2) + (long) rows.getDouble(3);
            sum += rows.getString(4).length() + rows.getTimestamp(5).getTime();
          }
        }
        seconds.add((System.nanoTime() - start) / 1e9);
      }
    }
    List<Double> last = new ArrayList<>(seconds.subList(4, 9));
    last.sort(null);
    System.out.printf(
        Locale.ROOT, "%.3f s (median of the last 5 of %s; sum %d)%n", last.get(2), seconds, sum);
  }

  private static void mixed(String url, int seconds) throws Exception {
    customers(url, 100_000);
    try (Connection connection = connect(url)) {
      fit(connection, "base");
    }
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    AtomicLong errors = new AtomicLong();
    AtomicLong statements = new AtomicLong();
    List<Double> waits = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(33);
    for (int i = 0; i < 32; i++) {
      int number = i;
      threads.execute(() -> session(url, number, until, statements, errors));
    }
    threads.execute(() -> probe(url, until, waits, errors));
    threads.shutdown();
    threads.awaitTermination(seconds + 120L, TimeUnit.SECONDS);
    double[] sorted = waits.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%d statements, %d errors; SELECT 1 (%d times): median %.1f ms, 95%% %.1f ms, longest %.1f ms%n",
        statements.get(),
        errors.get(),
        sorted.length,
        sorted[sorted.length / 2],
        sorted[(int) (sorted.length * 0.95)],
        sorted[sorted.length - 1]);
  }

  private static final List<String> SHORT =
      List.of(
          "SELECT count(*), avg(cate_effect('base', age, tenure)) FROM customers WHERE id < 20000",
          "SELECT id, cate_effect('base', age, tenure) AS e FROM customers ORDER BY e DESC LIMIT 100",
          "SELECT c.relname, a.attname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a"
              + " ON a.attrelid = c.oid WHERE c.relkind = 'r' AND a.attnum > 0 LIMIT 200",
          "SELECT table_name, column_name FROM information_schema.columns LIMIT 100",
          "SELECT name, version FROM cate_models()",
          "SELECT k, sum(spend) FROM (SELECT id % 10 AS k, spend FROM customers) GROUP BY k");

  private static void session(
      String url, int number, long until, AtomicLong statements, AtomicLong errors) {
    Random random = new Random(number);
    try (Connection connection = connect(url)) {
      while (System.nanoTime() < until) {
        if (number < 4) {
          fit(connection, "m" + number);
        } else {
          read(connection, SHORT.get(random.nextInt(SHORT.size())));
          Thread.sleep(random.nextInt(200));
        }
        statements.incrementAndGet();
      }
    } catch (SQLException e) {
      errors.incrementAndGet();
      System.err.println(number + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void probe(String url, long until, List<Double> waits, AtomicLong errors) {
    try (Connection connection = connect(url)) {
      while (System.nanoTime() < until) {
        long start = System.nanoTime();
        read(connection, "SELECT 1");
        waits.add((System.nanoTime() - start) / 1e6);
        Thread.sleep(20);
      }
    } catch (SQLException e) {
      errors.incrementAndGet();
      System.err.println("probe: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void customers(String url, int rows) throws SQLException {
    try (Connection connection = connect(url);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE OR REPLACE TABLE customers AS SELECT i AS id, (i % 2)::DOUBLE AS coupon,"
              + " ((i * 7919) % 101) / 10.0 AS age, ((i * 104729) % 97) / 10.0 AS tenure,"
              + " 10 + 3 * (i % 2) + ((i * 7919) % 101) / 10.0 + ((i * 31) % 17) / 5.0 AS spend"
              + " FROM range("
              + rows
              + ") t(i)");
    }
  }

  /** Fits models until the server is killed, and prints the name of each that is committed. */
  private static void fits(String url, String round) throws SQLException {
    try (Connection connection = connect(url)) {
      for (int i = 0; ; i++) {
        String model = "m" + round + "_" + i;
        fit(connection, model);
        System.out.println(model);
      }
    }
  }

  /** Fails unless the database holds every model of a file, and scores with it. */
  private static void holds(String url, Path file) throws Exception {
    Set<String> models = new HashSet<>();
    try (Connection connection = connect(url);
        Statement statement = connection.createStatement()) {
      try (ResultSet rows = statement.executeQuery("SELECT name FROM cate_models()")) {
        while (rows.next()) {
          models.add(rows.getString(1));
        }
      }
      List<String> committed = Files.readAllLines(file);
      if (!models.containsAll(committed)) {
        throw new IllegalStateException("models are lost");
      }
      if (!committed.isEmpty()) {
        read(
            connection,
            "SELECT sum(cate_effect('"
                + committed.get(committed.size() - 1)
                + "', age, tenure)) FROM customers");
      }
    }
  }

  /** The sockets of whoever is killed close; here by the thread that holds it. */
  private static void killed(String url) throws Exception {
    customers(url, 1_000_000);
    try (Connection watching = connect(url)) {
      for (int i = 0; i < 10; i++) {
        Process victim =
            new ProcessBuilder(
                    "java",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "ServerClient",
                    "forest",
                    url)
                .start();
        await(watching, 1);
        Thread.sleep(500 + 300 * i);
        long start = System.nanoTime();
        victim.destroyForcibly().waitFor();
        await(watching, 0);
        System.out.printf(
            Locale.ROOT, "a fit was gone %.2f s after its client%n", (System.nanoTime() - start) / 1e9);
      }
    }
  }

  private static void forest(String url) throws SQLException {
    try (Connection connection = connect(url)) {
      read(
          connection,
          "SELECT model FROM cate_fit(TABLE customers, model => 'forest', outcome => 'spend',"
              + " treatment => 'coupon', features => ['age', 'tenure'], method => 'causal_forest',"
              + " if_exists => 'replace')");
    }
  }

  private static void await(Connection connection, int calls) throws Exception {
    while (true) {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT count(*) FROM whatif_progress()")) {
        row.next();
        if (row.getInt(1) == calls) {
          return;
        }
      }
      Thread.sleep(10);
    }
  }

  private static void fit(Connection connection, String model) throws SQLException {
    read(
        connection,
        "SELECT model, estimate FROM cate_fit(TABLE customers, model => '"
            + model
            + "', outcome => 'spend', treatment => 'coupon', features => ['age', 'tenure'],"
            + " if_exists => 'replace')");
  }

  private static void read(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      ResultSetMetaData columns = rows.getMetaData();
      Object[] row = new Object[columns.getColumnCount()];
      while (rows.next()) {
        for (int i = 0; i < row.length; i++) {
          row[i] = rows.getObject(i + 1);
        }
      }
      Arrays.fill(row, null);
    }
  }
}
