/* SPDX-License-Identifier: Apache-2.0 */
import io.whatif.duckdb.ModelStore;
import io.whatif.duckdb.ScoreSql;
import io.whatif.function.Catalog;
import io.whatif.function.Figure;
import io.whatif.planner.export.ModelSql;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Scores ROWS rows of ten features by a hand-written expression, by the model as SQL, and by the
 * Java scalar, in one process, by turns. See scoring.sh.
 */
final class Scoring {
  private Scoring() {}

  public static void main(String[] arguments) throws SQLException {
    long rows = Long.parseLong(arguments[0]);
    int runs = Integer.parseInt(arguments[1]);
    List<String> features = IntStream.range(0, 10).mapToObj(i -> "x" + i).toList();
    try (Connection connection = DriverManager.getConnection("jdbc:whatif:")) {
      prepare(connection, features, rows);
      Map<String, String> expressions = expressions(connection, features);
      Map<String, double[][]> taken = new LinkedHashMap<>();
      expressions.keySet().forEach(name -> taken.put(name, new double[2][runs]));
      for (int run = -2; run < runs; run++) {
        for (Map.Entry<String, String> expression : expressions.entrySet()) {
          double[] times = time(connection, expression.getValue());
          for (int kind = 0; kind < 2 && run >= 0; kind++) {
            taken.get(expression.getKey())[kind][run] = times[kind];
          }
        }
      }
      double[][] byHand = taken.get("by hand");
      taken.forEach(
          (name, all) ->
              System.out.printf(
                  "%-12s wall %6.3f s, %5.2f of the expression; CPU %6.3f s, %5.2f of it%n",
                  name,
                  median(all[0]),
                  median(all[0]) / median(byHand[0]),
                  median(all[1]),
                  median(all[1]) / median(byHand[1])));
    }
  }

  private static void prepare(Connection connection, List<String> features, long rows)
      throws SQLException {
    String columns =
        features.stream()
            .map(x -> "2 * random() - 1 AS " + x)
            .collect(Collectors.joining(", "));
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT setseed(0.5)");
      statement.execute(
          "CREATE TABLE study AS SELECT *, x0 + d * (1 + x1) AS y FROM (SELECT %s, (random() > 0.5)::INT AS d FROM range(5000))"
              .formatted(columns));
      statement.execute(
          "SELECT * FROM cate_fit(TABLE study, model => 'm', outcome => 'y', treatment => 'd', features => 'COLUMNS(x[0-9]+)', outcome_learner => 'ols', treatment_learner => 'logit')");
      statement.execute("CREATE TABLE rows AS SELECT %s FROM range(%d)".formatted(columns, rows));
    }
  }

  private static Map<String, String> expressions(Connection connection, List<String> features)
      throws SQLException {
    ModelStore store = ModelStore.on(connection);
    StringBuilder byHand = new StringBuilder("0.731");
    for (int i = 0; i < features.size(); i++) {
      byHand.append(" + ").append(0.1234567 * (i + 1)).append(" * ").append(features.get(i));
    }
    Map<String, String> expressions = new LinkedHashMap<>();
    expressions.put("by hand", byHand.toString());
    expressions.put(
        "inlined",
        ModelSql.duckdb(store.load("m").model(), Figure.EFFECT, features).orElseThrow());
    expressions.put(
        "Java scalar",
        ScoreSql.of(
            Catalog.find("cate_effect").orElseThrow(), store.header("m"), features));
    if (Boolean.getBoolean("stderr")) {
      expressions.put(
          "Java stderr",
          ScoreSql.of(
              Catalog.find("cate_stderr").orElseThrow(), store.header("m"), features));
      expressions.put(
          "SQL stderr",
          ModelSql.text(store.load("m").model(), Figure.STDERR, "duckdb"));
    }
    return expressions;
  }

  /** Wall and CPU seconds; the latter tell more on a machine that others use as well. */
  private static double[] time(Connection connection, String expression) throws SQLException {
    OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    long start = System.nanoTime();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT sum(v) FROM (SELECT " + expression + " AS v FROM rows)")) {
      row.next();
    }
    return new double[] {
      (System.nanoTime() - start) / 1e9, (system.getProcessCpuTime() - cpu) / 1e9
    };
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
