/* SPDX-License-Identifier: Apache-2.0 */
import com.sun.management.OperatingSystemMXBean;
import io.whatif.planner.Planner;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Times statements through the driver in one process: shared nuisances, groups, plans, plain statements. */
final class Statements {
  private static final OperatingSystemMXBean MACHINE =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final int RUNS = 7;

  private Statements() {}

  /** Wall and CPU seconds. */
  private record Time(double wall, double cpu) {}

  private interface Work {
    void run() throws SQLException;
  }

  private static Time time(Work work) throws SQLException {
    long wall = System.nanoTime();
    long cpu = MACHINE.getProcessCpuTime();
    work.run();
    return new Time((System.nanoTime() - wall) / 1e9, (MACHINE.getProcessCpuTime() - cpu) / 1e9);
  }

  private static double median(List<Time> times, boolean wall) {
    double[] values = times.stream().mapToDouble(t -> wall ? t.wall() : t.cpu()).sorted().toArray();
    return values[values.length / 2];
  }

  /** The statements by turns, so that a change of the machine's load meets all of them. */
  private static void compare(String[] names, Work[] works, String unit, double scale)
      throws SQLException {
    List<List<Time>> times = new ArrayList<>();
    for (Work work : works) {
      Time first = time(work);
      times.add(new ArrayList<>());
      System.out.printf(
          Locale.ROOT, "%-28s first  %9.3f %s wall %9.3f CPU%n",
          names[times.size() - 1], first.wall() * scale, unit, first.cpu() * scale);
    }
    for (int run = 0; run < RUNS; run++) {
      for (int i = 0; i < works.length; i++) {
        times.get(i).add(time(works[i]));
      }
    }
    for (int i = 0; i < works.length; i++) {
      double[] walls = times.get(i).stream().mapToDouble(Time::wall).sorted().toArray();
      System.out.printf(
          Locale.ROOT, "%-28s median %9.3f %s wall (%.3f to %.3f) %9.3f CPU%n",
          names[i], median(times.get(i), true) * scale, unit, walls[0] * scale,
          walls[walls.length - 1] * scale, median(times.get(i), false) * scale);
    }
  }

  private static void drain(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        rows.getObject(1);
      }
    }
  }

  public static void main(String[] arguments) throws SQLException {
    String data = arguments[0];
    try (Connection connection = DriverManager.getConnection("jdbc:whatif:");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t AS FROM '" + data + "'");
      for (String learners : List.of("ols logit", "spline spline")) {
        shared(statement, learners.split(" "));
      }
      groups(statement);
      plans(connection);
      plain(statement);
    }
  }

  private static void shared(Statement statement, String[] learners) throws SQLException {
    String controls =
        IntStream.range(0, 20).mapToObj(i -> "'x" + i + "'").collect(Collectors.joining(", "));
    String rows = learners[0].equals("spline") ? "(FROM t WHERE id < 10000)" : "TABLE t";
    String nuisances =
        "treatment => 't', controls => [%s], treatment_learner => '%s'"
            .formatted(controls, learners[1]);
    String dml =
        "dml_summary(%s, outcome => 'y', reps => 1, outcome_learner => '%s', %s)"
            .formatted(rows, learners[0], nuisances);
    String trim = "propensity_trim(%s, %s)".formatted(rows, nuisances);
    String[] statements = {
      "SELECT a.estimate FROM " + dml + " a",
      "SELECT avg(weight), avg(propensity) FROM " + trim,
      "SELECT max(a.estimate), avg(b.weight), avg(b.propensity) FROM " + dml + " a, " + trim + " b"
    };
    System.out.println("dml_summary and propensity_trim, " + String.join(" and ", learners) + ", " + rows);
    compare(
        new String[] {"dml_summary", "propensity_trim", "both"},
        Arrays.stream(statements).<Work>map(sql -> () -> drain(statement, sql)).toArray(Work[]::new),
        "s",
        1);
  }

  private static void groups(Statement statement) throws SQLException {
    statement.execute(
        """
        CREATE TABLE g AS
        SELECT i // 200 AS store, sin(i * 1.3) AS a, cos(i * 2.1) AS b, sin(i * 0.9) AS c, cos(i * 1.7) AS e,
               sin(i * 3.1) AS f, (sin(i * 5.1) + 0.3 * cos(i * 2.1) > 0)::INT AS d,
               1 + sin(i * 0.77) + d * (1 + sin(i * 1.3)) AS y
        FROM range(200000) r(i)""");
    String roles = "outcome => 'y', treatment => 'd', partition_by => 'store', ";
    String[] statements = {
      "FROM dml_summary(TABLE g, " + roles + "controls => ['a', 'b', 'c', 'e', 'f'])",
      "FROM cate_fit(TABLE g, model => 'm', if_exists => 'replace', "
          + roles
          + "features => 'a', controls => ['b', 'c', 'e', 'f'])"
    };
    System.out.println("1,000 groups of 200 rows, 5 covariates, defaults");
    compare(
        new String[] {"dml_summary", "cate_fit"},
        Arrays.stream(statements).<Work>map(sql -> () -> drain(statement, sql)).toArray(Work[]::new),
        "s",
        1);
  }

  private static void plans(Connection connection) throws SQLException {
    String explain =
        "EXPLAIN SELECT * FROM dml_summary(TABLE g, outcome => 'y', treatment => 'd', controls => ['a', 'b']) s,"
            + " propensity_trim(TABLE g, treatment => 'd', controls => ['a', 'b']) p,"
            + " balance(TABLE g, treatment => 'd', controls => ['a', 'b']) b";
    try (Statement statement = connection.createStatement()) {
      System.out.println("three causal calls: EXPLAIN, ten times: our plan and DuckDB's of what comes of it");
      compare(
          new String[] {"EXPLAIN of three calls"},
          new Work[] {
            () -> {
              for (int i = 0; i < 10; i++) {
                drain(statement, explain);
              }
            }
          },
          "ms",
          100);
    }
  }

  private static void plain(Statement statement) throws SQLException {
    System.out.println("looking for calls in statements of 4,000 characters, 1,000 times");
    String filler = "SELECT 1 AS one, 'text' AS two FROM t WHERE x = 3 -- ";
    String without = filler + "y".repeat(4000 - filler.length());
    String named = "SELECT 'dml_summary(' AS name, " + "z + ".repeat(990) + "1";
    compare(
        new String[] {"no name of ours", "a name in a string"},
        new Work[] {
          () -> IntStream.range(0, 1000).forEach(i -> Planner.concerns(without)),
          () -> IntStream.range(0, 1000).forEach(i -> Planner.concerns(named))
        },
        "us",
        1000);
    statement.execute("DROP TABLE g");
  }
}
