/* SPDX-License-Identifier: Apache-2.0 */
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Cancels long calls at random moments through the driver, and tells how long they took to return. */
final class Cancel {
  private static final int CUTS = 6;

  /** A call is cut within so many seconds, however long it takes. */
  private static final double LONGEST = 20;

  private static final String X = "controls => COLUMNS('x[0-9]+')";

  private Cancel() {}

  private static String controls(int count) {
    return IntStream.range(0, count)
        .mapToObj(c -> "x" + c)
        .collect(Collectors.joining("', '", "controls => ['", "']"));
  }

  private static Map<String, String> calls() {
    String ten = controls(10);
    Map<String, String> calls = new LinkedHashMap<>();
    calls.put("linear, 1M x 20", "dml_summary(TABLE t, " + dml(X, "ridge", "logistic") + ")");
    calls.put("aipw, 1M x 20", "ate(TABLE t, " + dml(X, "ridge", "logistic") + ")");
    calls.put("spline, 200k x 20", "dml_summary((FROM t LIMIT 200000), " + dml(X, "spline", "spline") + ")");
    calls.put("lasso, 200k x 20", "dml_summary((FROM t LIMIT 200000), " + dml(X, "lasso", "lasso") + ")");
    calls.put("gbt, 500k x 20", "dml_summary((FROM t LIMIT 500000), " + dml(X, "gbt", "gbt") + ")");
    calls.put("forest, 200k x 20", "dml_summary((FROM t LIMIT 200000), " + dml(X, "forest", "forest") + ")");
    calls.put(
        "causal forest, 200k x 10, 500 trees",
        "cate_fit((FROM t LIMIT 200000), model => 'gone', outcome => 'y', treatment => 'd', "
            + ten.replace("controls", "features")
            + ", method => 'causal_forest', trees => 500, min_node_size => 'auto')");
    calls.put(
        "300 treatments, romano-wolf, 20k x 20",
        "dml_summary((FROM many LIMIT 20000), outcome => 'y', treatment => COLUMNS('a[0-9]+'), "
            + X
            + ", outcome_learner => 'ridge', treatment_learner => 'logistic', p_adjust => 'romano-wolf')");
    calls.put(
        "bootstrap of 200, 100k x 20",
        "dml_summary((FROM t LIMIT 100000), "
            + dml(X, "ridge", "logistic")
            + ", inference => 'bootstrap', draws => 200)");
    calls.put(
        "bootstrap of 200 splines, 20k x 5",
        "dml_summary((FROM t LIMIT 20000), "
            + dml(controls(5), "spline", "spline")
            + ", inference => 'bootstrap', draws => 200)");
    calls.put(
        "clusters of ci_dml, 300k x 20",
        "dml_summary((FROM t LIMIT 300000), "
            + dml(X, "ridge", "logistic")
            + ", features => COLUMNS('x[0-9]+'), method => 'ci_dml')");
    calls.put(
        "sparse_dml, 400 features, 20k rows",
        "dml_summary((FROM wide), "
            + dml("controls => COLUMNS('w[0-9]+')", "ridge", "logistic")
            + ", features => COLUMNS('w[0-9]+'), method => 'sparse_dml')");
    calls.put("cate_tree, 1M x 20", "cate_tree('kept', TABLE t)");
    calls.put("cate_population, 1M x 20", "cate_population('kept', TABLE t)");
    calls.put(
        "propensity_trim, all rows out, 1M x 20",
        "propensity_trim(TABLE t, treatment => 'd', " + X + ", treatment_learner => 'logistic')");
    calls.put(
        "10,000 groups, 1M x 3",
        "dml_summary(TABLE t, " + dml(controls(3), "ols", "logit") + ", partition_by => 'g')");
    return calls;
  }

  private static String dml(String controls, String outcome, String treatment) {
    return "outcome => 'y', treatment => 'd', %s, outcome_learner => '%s', treatment_learner => '%s'"
        .formatted(controls, outcome, treatment);
  }

  private static void make(Connection connection) throws SQLException {
    String columns =
        IntStream.range(0, 20).mapToObj(c -> "random() + random() - 1 AS x" + c).collect(Collectors.joining(", "));
    String treatments =
        IntStream.range(0, 300).mapToObj(c -> "(random() < 0.3)::INT AS a" + c).collect(Collectors.joining(", "));
    String wide =
        IntStream.range(0, 400).mapToObj(c -> "random() + random() - 1 AS w" + c).collect(Collectors.joining(", "));
    String outcome = "d * (1 + x0) + x1 * x2 + x3 + random() AS y";
    String made = "SELECT *, (random() < 1 / (1 + exp(x1 - x0)))::INT AS d FROM ";
    run(connection, "SELECT setseed(0.5)");
    run(
        connection,
        "CREATE TABLE t AS SELECT *, %s FROM (%s (SELECT i %% 10000 AS g, %s FROM range(1000000) r(i)))"
            .formatted(outcome, made, columns));
    run(connection, "CREATE TABLE many AS SELECT *, %s FROM (FROM t LIMIT 20000)".formatted(treatments));
    run(connection, "CREATE TABLE wide AS SELECT y, d, %s FROM (FROM t LIMIT 20000)".formatted(wide));
    run(
        connection,
        "FROM cate_fit(TABLE t, model => 'kept', features => COLUMNS('x[0-9]+'), " + dml(X, "ridge", "logistic") + ")");
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static CompletableFuture<String> start(Statement statement, String sql) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            statement.execute(sql);
            return "";
          } catch (SQLException e) {
            return String.valueOf(e.getMessage());
          }
        });
  }

  /** Seconds of a call, no more than can be cut. */
  private static double seconds(Connection connection, String sql) throws Exception {
    try (Statement statement = connection.createStatement()) {
      long start = System.nanoTime();
      CompletableFuture<String> running = start(statement, sql);
      try {
        String failure = running.get((long) (LONGEST * 1000), TimeUnit.MILLISECONDS);
        if (!failure.isEmpty()) {
          throw new SQLException(failure);
        }
      } catch (TimeoutException longer) {
        statement.cancel();
        running.get();
        return LONGEST;
      }
      return (System.nanoTime() - start) / 1e9;
    }
  }

  public static void main(String[] wanted) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:whatif:")) {
      make(connection);
      System.out.println("| call | seconds, up to 20 | median ms | worst ms | at the worst |");
      System.out.println("|---|---|---|---|---|");
      SplittableRandom random = new SplittableRandom(1);
      for (Map.Entry<String, String> call : calls().entrySet()) {
        if (wanted.length > 0 && Arrays.stream(wanted).noneMatch(call.getKey()::contains)) {
          continue;
        }
        String sql = "CREATE OR REPLACE TABLE result AS FROM " + call.getValue();
        seconds(connection, sql); // the JIT's
        double whole = seconds(connection, sql);
        run(connection, "DROP TABLE IF EXISTS result");
        double[] waited = new double[CUTS];
        String phase = "";
        for (int cut = 0; cut < CUTS; ) {
          try (Statement statement = connection.createStatement()) {
            CompletableFuture<String> running = start(statement, sql);
            Thread.sleep((long) (900 * whole * random.nextDouble()));
            SQLWarning now = statement.getWarnings();
            boolean ended = running.isDone();
            long start = System.nanoTime();
            statement.cancel();
            running.get();
            double waits = (System.nanoTime() - start) / 1e6;
            if (ended || now == null) {
              continue; // it was quicker this time, or had not begun
            }
            if (waits > Arrays.stream(waited).max().orElse(0)) {
              phase = now.getMessage().replaceFirst("^[^:]*: ", "");
            }
            waited[cut++] = waits;
          }
          left(connection);
        }
        Arrays.sort(waited);
        System.out.printf(
            Locale.ROOT, "| %s | %.1f | %.0f | %.0f | %s |%n",
            call.getKey(), whole, waited[CUTS / 2], waited[CUTS - 1], phase);
        run(connection, "DROP TABLE IF EXISTS result");
        run(connection, "SELECT 1");
      }
    }
  }

  /** Fails if a model was stored by a call that was cancelled, or is still told as running. */
  private static void left(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM whatif_progress()")) {
      row.next();
      if (row.getLong(1) != 0) {
        throw new IllegalStateException("a call that returned is told as running");
      }
    }
  }
}
