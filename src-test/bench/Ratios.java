/* SPDX-License-Identifier: Apache-2.0 */
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How many times one statement costs what another does, in CPU seconds of one warm process, by
 * turns; fails where a ratio exceeds its bound, which is about twice what was measured. See
 * ratios.sh.
 */
final class Ratios {
  private static final OperatingSystemMXBean MACHINE =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final int RUNS = 3;

  /** Statements, of which the first is the measure of the second. */
  private record Ratio(String what, String base, String costly, double bound) {}

  private Ratios() {}

  public static void main(String[] arguments) throws SQLException {
    int failed = 0;
    try (Connection connection = DriverManager.getConnection("jdbc:whatif:");
        Statement statement = connection.createStatement()) {
      prepare(statement);
      System.out.printf("%-68s %8s %6s%n", "CPU of the second over the first, medians of " + RUNS, "times", "bound");
      for (Ratio ratio : ratios()) {
        double times = measure(statement, ratio);
        System.out.printf(Locale.ROOT, "%-68s %8.2f %6.1f%s%n", ratio.what(), times, ratio.bound(), times > ratio.bound() ? "  TOO MUCH" : "");
        failed += times > ratio.bound() ? 1 : 0;
      }
    }
    if (failed > 0) {
      System.err.printf("ratios: %d exceeded their bounds. Look for what became slower; docs/benchmarks.md has the last figures.%n", failed);
      System.exit(1);
    }
  }

  private static void prepare(Statement statement) throws SQLException {
    statement.execute("CREATE MACRO u(i, j) AS ((hash(i * 1000 + j) >> 11)::DOUBLE + 0.5) / 9007199254740992.0");
    statement.execute(
        "CREATE TABLE rows AS SELECT i AS id, "
            + IntStream.range(0, 40).mapToObj(j -> "u(i, " + j + ") + 0.3 * u(i, " + (j + 1) + ") AS x" + j).collect(Collectors.joining(", "))
            + ", (u(i, 90) < 1 / (1 + exp(x0 - 2 * x1)))::INT AS t, t * (1 + x2) + x0 + x1 + u(i, 91) AS y, i % 200 AS g FROM range(300000) r(i)");
    statement.execute("SELECT * FROM cate_fit(TABLE rows, model => 'm', outcome => 'y', treatment => 't', id => 'id', features => " + columns(10) + ", outcome_learner => 'ridge', treatment_learner => 'logistic')");
  }

  private static List<Ratio> ratios() {
    String sums = "SELECT " + IntStream.range(0, 20).mapToObj(j -> "sum(x" + j + ")").collect(Collectors.joining(", ")) + " FROM rows";
    String ofAll = fit("rows", 20, "");
    String ofThird = fit("(SELECT * FROM rows WHERE id < 100000)", 20, "");
    String expression = "SELECT sum(0.5" + IntStream.range(0, 10).mapToObj(j -> " + " + 0.1 * (j + 1) + " * x" + j).collect(Collectors.joining()) + ") FROM rows, range(10)";
    String score = "SELECT sum(%s('m'" + IntStream.range(0, 10).mapToObj(j -> ", x" + j).collect(Collectors.joining()) + ")) FROM rows, range(10)";
    return List.of(
        new Ratio("linear_dml of 300,000 x 20 over DuckDB's sums of the columns", sums, ofAll, 200),
        new Ratio("300,000 rows over 100,000", ofThird, ofAll, 4),
        new Ratio("40 controls over 20", ofAll, fit("rows", 40, ""), 3.5),
        new Ratio("200 groups over one", fit("rows", 5, ""), fit("rows", 5, ", partition_by => 'g'"), 6),
        new Ratio("200 bootstrap draws of 100,000 over one fit", ofThird, fit("(SELECT * FROM rows WHERE id < 100000)", 20, ", inference => 'bootstrap', draws => 200"), 12),
        new Ratio("cate_effect over an expression of as many columns", expression, score.formatted("cate_effect"), 4),
        new Ratio("cate_stderr over the same", expression, score.formatted("cate_stderr"), 20));
  }

  private static String fit(String relation, int controls, String more) {
    return "FROM dml_summary(%s, outcome => 'y', treatment => 't', id => 'id', controls => %s, outcome_learner => 'ridge', treatment_learner => 'logistic', folds => 5%s)"
        .formatted(relation.equals("rows") ? "TABLE rows" : relation, columns(controls), more);
  }

  private static String columns(int count) {
    return IntStream.range(0, count).mapToObj(j -> "'x" + j + "'").collect(Collectors.joining(", ", "[", "]"));
  }

  private static double measure(Statement statement, Ratio ratio) throws SQLException {
    cpu(statement, ratio.base());
    cpu(statement, ratio.costly());
    List<Double> times = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      double base = cpu(statement, ratio.base());
      times.add(cpu(statement, ratio.costly()) / base);
    }
    return times.stream().sorted().toList().get(RUNS / 2);
  }

  /** CPU seconds of a statement, run as often as takes 0.2 of them. */
  private static double cpu(Statement statement, String sql) throws SQLException {
    long start = MACHINE.getProcessCpuTime();
    int runs = 0;
    long taken;
    do {
      try (ResultSet rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          rows.getObject(1);
        }
      }
      runs++;
      taken = MACHINE.getProcessCpuTime() - start;
    } while (taken < 200_000_000L);
    return taken / 1e9 / runs;
  }
}
