/* SPDX-License-Identifier: Apache-2.0 */
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Runs statements and prints how often their causal calls went through their rows: the {@code scans} of {@code whatif_progress()}, asked for
 * over and over while they run, so that what is read in a call's last millisecond or two is missed. "-" if there was no call.
 */
final class Scans {
  private static final String DATABASE = "jdbc:whatif:scans.duckdb";

  private Scans() {}

  private static CompletableFuture<Void> start(Statement statement, String[] texts) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            for (String text : texts) {
              statement.execute(text);
            }
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  public static void main(String[] arguments) throws Exception {
    Map<Long, Double> scans = new HashMap<>();
    try (Connection connection = DriverManager.getConnection(DATABASE);
        Connection other = DriverManager.getConnection(DATABASE);
        Statement statement = connection.createStatement();
        Statement asking = other.createStatement()) {
      CompletableFuture<Void> running = start(statement, arguments[0].split(";"));
      while (!running.isDone()) {
        try (ResultSet calls = asking.executeQuery("SELECT session, scans FROM whatif_progress()")) {
          while (calls.next()) {
            scans.put(calls.getLong(1), calls.getDouble(2));
          }
        }
      }
      running.join();
    }
    double sum = scans.values().stream().mapToDouble(Double::doubleValue).sum();
    System.out.println(scans.isEmpty() ? "-" : String.format(Locale.ROOT, "%.1f", sum));
  }
}
