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

/** Times one fit against a bootstrap of it, and one action against hundreds, in one process. */
final class Inference {
  private static final OperatingSystemMXBean MACHINE =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private Inference() {}

  private record Time(double wall, double cpu) {}

  private static Time time(Statement statement, String sql) throws SQLException {
    long wall = System.nanoTime();
    long cpu = MACHINE.getProcessCpuTime();
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        rows.getObject(1);
      }
    }
    return new Time((System.nanoTime() - wall) / 1e9, (MACHINE.getProcessCpuTime() - cpu) / 1e9);
  }

  /** Statements by turns, so that a change of the machine's load meets all of them. */
  private static void compare(Statement statement, int runs, List<String> names, List<String> texts)
      throws SQLException {
    List<List<Time>> times = new ArrayList<>();
    for (String text : texts) {
      times.add(new ArrayList<>(List.of(time(statement, text))));
    }
    for (int run = 1; run < runs; run++) {
      for (int i = 0; i < texts.size(); i++) {
        times.get(i).add(time(statement, texts.get(i)));
      }
    }
    for (int i = 0; i < texts.size(); i++) {
      double[] wall = times.get(i).stream().mapToDouble(Time::wall).sorted().toArray();
      double[] cpu = times.get(i).stream().mapToDouble(Time::cpu).sorted().toArray();
      double[] base = times.get(0).stream().mapToDouble(Time::wall).sorted().toArray();
      double[] baseCpu = times.get(0).stream().mapToDouble(Time::cpu).sorted().toArray();
      System.out.printf(
          Locale.ROOT,
          "%-34s median of %d: %7.2f s wall (%.2f to %.2f), %7.2f CPU; %5.1f and %5.1f times the first%n",
          names.get(i), runs, wall[runs / 2], wall[0], wall[runs - 1], cpu[runs / 2],
          wall[runs / 2] / base[runs / 2], cpu[runs / 2] / baseCpu[runs / 2]);
    }
  }

  private static String names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> "'" + prefix + i + "'").collect(Collectors.joining(", ", "[", "]"));
  }

  public static void main(String[] arguments) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:whatif:");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE MACRO u(i, j) AS ((hash(i * 1000 + j) >> 11)::DOUBLE + 0.5) / 9007199254740992.0");
      List<String> what = List.of(arguments);
      if (what.isEmpty() || what.contains("bootstrap")) {
        bootstrap(statement);
      }
      if (what.isEmpty() || what.contains("actions")) {
        actions(statement);
      }
    }
  }

  private static void bootstrap(Statement statement) throws SQLException {
    statement.execute(
        "CREATE TABLE b AS SELECT i AS id, "
            + columns("x", 20)
            + ", (u(i, 90) < 1 / (1 + exp(x0 - 2 * x1)))::INT AS t, t + x0 + x1 + u(i, 91) AS y FROM range(100000) r(i)");
    for (String learners : List.of("ols ols", "linear linear")) {
      String[] learner = learners.split(" ");
      String call =
          "FROM dml_summary(TABLE b, outcome => 'y', treatment => 't', id => 'id', controls => %s, outcome_learner => '%s', treatment_learner => '%s'%s)";
      System.out.println("100,000 rows x 20 controls, " + learners);
      compare(
          statement,
          5,
          List.of("one fit", "200 draws", "one fit, 3 features", "200 draws, 3 features"),
          List.of(
              call.formatted(names("x", 20), learner[0], learner[1], ""),
              call.formatted(names("x", 20), learner[0], learner[1], ", inference => 'bootstrap', draws => 200"),
              call.formatted(names("x", 20), learner[0], learner[1], ", features => ['x0', 'x1', 'x2']"),
              call.formatted(
                  names("x", 20), learner[0], learner[1],
                  ", features => ['x0', 'x1', 'x2'], inference => 'bootstrap', draws => 200")));
    }
    statement.execute("DROP TABLE b");
  }

  private static String columns(String prefix, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "u(i, " + i + ") + 0.3 * u(i, " + (i + 1) + ") AS " + prefix + i)
        .collect(Collectors.joining(", "));
  }

  /** 300 actions that follow from three controls each, a third of which move either outcome. */
  private static void actions(Statement statement) throws SQLException {
    String actions =
        IntStream.range(0, 300)
            .mapToObj(
                j ->
                    "(u(i, %d) < 1 / (1 + exp(%d - x%d - x%d + x%d)))::INT AS a%d"
                        .formatted(100 + j, j % 3, j % 50, (j + 7) % 50, (j + 19) % 50, j))
            .collect(Collectors.joining(", "));
    String moved =
        IntStream.range(0, 100).mapToObj(j -> "0.02 * a" + 3 * j).collect(Collectors.joining(" + "));
    statement.execute("CREATE TABLE x AS SELECT i, " + columns("x", 50) + " FROM range(200000) r(i)");
    statement.execute("CREATE TABLE t AS SELECT *, " + actions + " FROM x");
    statement.execute(
        "CREATE TABLE m AS SELECT * RENAME (i AS id), x0 + x1 + u(i, 500) + %s AS y0, x2 - x3 + u(i, 501) + %s AS y1 FROM t"
            .formatted(moved, moved));
    String call =
        "FROM dml_summary(TABLE m, outcome => %s, treatment => %s, id => 'id', controls => %s, outcome_learner => 'linear', treatment_learner => '%s'%s)";
    System.out.println("200,000 rows x 50 controls: one action, and 300 actions x 2 outcomes");
    for (String learner : List.of("ols", "linear")) {
      compare(
          statement,
          3,
          List.of("one action, " + learner, "300 x 2, " + learner),
          List.of(
              call.formatted("'y0'", "'a1'", names("x", 50), learner, ""),
              call.formatted("['y0', 'y1']", names("a", 300), names("x", 50), learner, "")));
    }
  }
}
