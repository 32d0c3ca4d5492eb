/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code whatif}, as a process of its own. */
final class LauncherTest {
  private static final Path LAUNCHER = Path.of("../whatif").toAbsolutePath().normalize();

  @TempDir private Path elsewhere = Path.of("");

  /** The first start after a build makes an archive of classes, and says so. */
  @BeforeAll
  static void theArchiveIsMade() throws Exception {
    if (Files.exists(Path.of("../server/target/lib/built")) && File.separatorChar == '/') {
      new ProcessBuilder(LAUNCHER.toString(), "sql", "-c", "SELECT 1")
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    }
  }

  @BeforeEach
  void theCommandLineIsBuilt() {
    assumeTrue(
        Files.exists(Path.of("../server/target/lib/built")),
        "the command line is laid out by mvn package");
    assumeTrue(File.separatorChar == '/', "the launcher is a bash script");
  }

  @Test
  void aSymbolicLinkRunsItFromAnotherDirectory() throws Exception {
    Path link = Files.createSymbolicLink(elsewhere.resolve("link"), LAUNCHER);
    assertThat(run(link, "sql", "--format", "csv", "-c", "SELECT 1 AS x"))
        .isEqualTo(new Answer(0, "x\r\n1\r\n", ""));
  }

  @Test
  void pathsAreRelativeToTheDirectoryOfTheUser() throws Exception {
    Files.writeString(elsewhere.resolve("two words.sql"), "SELECT 2 AS y;\n");
    assertThat(run(LAUNCHER, "sql", "--format", "csv", "two words.sql"))
        .isEqualTo(new Answer(0, "y\r\n2\r\n", ""));
  }

  @Test
  void aJavaHomeWithoutJavaIsNamed() throws Exception {
    ProcessBuilder process = process(LAUNCHER, "--help");
    process.environment().put("JAVA_HOME", "/nowhere");
    assertThat(run(process))
        .isEqualTo(
            new Answer(
                1,
                "",
                "whatif: JAVA_HOME => '/nowhere': holds no bin/java. Point it at a JDK 17 or newer,"
                    + " or unset it.\n"));
  }

  /** Else a filter by 'M\u00fcnster' finds no row, as in a container or a job that cron starts. */
  @ParameterizedTest
  @ValueSource(strings = {"", "LC_ALL=C", "LC_ALL=POSIX", "LANG=C", "LANG=xx_XX.UTF-8"})
  void statementsKeepTheirLettersInAnyLocale(String locale) throws Exception {
    String statement =
        "env -u LC_ALL -u LC_CTYPE -u LANG $1 \"$0\" sql --format csv"
            + " -c \"SELECT '\"$'M\\xc3\\xbcnster'\"' = 'M' || chr(252) || 'nster' AS same\"";
    assertThat(run(Path.of("bash"), "-c", statement, LAUNCHER.toString(), locale))
        .isEqualTo(new Answer(0, "same\r\ntrue\r\n", ""));
  }

  /** Else the bytes of a file that the JVM opens first would be read as statements. */
  @Test
  void closedInputHasNoStatements() throws Exception {
    String closed = "\"$0\" \"$1\" <&-";
    for (String command : List.of("sql", "shell")) {
      Answer answer = run(Path.of("bash"), "-c", closed, LAUNCHER.toString(), command);
      assertThat(answer.status()).isZero();
      assertThat(answer.errors()).doesNotContain("Error");
    }
  }

  /** The names of the classes that statements of a command line load, as the JVM logs them. */
  private String classesOf(String first, String second) throws Exception {
    Path log = elsewhere.resolve("classes");
    ProcessBuilder process = process(LAUNCHER, "sql", "-c", first, "-c", second);
    process.environment().put("JAVA_OPTS", "-Xlog:class+load:file=" + log);
    assertThat(run(process)).extracting(Answer::status, Answer::errors).containsExactly(0, "");
    return Files.readString(log, UTF_8);
  }

  /** Each of these is a part of a start that was spared: a recorder, signatures, made classes. */
  @Test
  void aStartLoadsNothingInVain() throws Exception {
    String classes =
        classesOf(
            "CREATE TABLE t AS SELECT 1 AS y, 0 AS d, 2 AS x",
            "EXPLAIN FROM dml_summary(TABLE t, outcome => 'y', treatment => 'd', controls => ['x'])");
    assertThat(classes)
        .contains("io.whatif.planner.plan.CausalPlan")
        .doesNotContain("jdk.jfr.internal.MetadataRepository")
        .doesNotContain("sun.security.x509.X509CertImpl");
    assertThat(classes.lines().filter(line -> line.contains(".$Proxy"))).hasSizeLessThan(5);
  }

  /** A call that stands alone asks Calcite nothing. */
  @Test
  void aLoneCallLoadsNoPlanner() throws Exception {
    assertThat(
            classesOf(
                "CREATE TABLE t AS SELECT i % 7 AS y, i % 2 AS d, i % 5 AS x FROM range(200) r(i)",
                "FROM dml_summary(TABLE t, outcome => 'y', treatment => 'd', controls => ['x'])"))
        .contains("io.whatif.planner.plan.LoneCall")
        .doesNotContain("org.apache.calcite.plan.RelOptCluster")
        .doesNotContain(".$Proxy");
  }

  /** Statements are planned ahead, on a thread of its own; what is wrong with one is told once. */
  @Test
  void aMistakeIsToldOnce() throws Exception {
    String deep = "[".repeat(900) + "\"x\"" + "]".repeat(900);
    String sql =
        "FROM dml_summary(TABLE t, outcome => 'y', treatment => 'd', spec => '{\"controls\": %s}')";
    for (String statement : List.of(sql.formatted(deep), "FROM ate(TABLE t, outcom => 'y')")) {
      Answer answer = run(LAUNCHER, "sql", "-c", statement);
      assertThat(answer.status()).isEqualTo(1);
      assertThat(answer.errors().lines()).hasSize(1).first().asString().contains("(line 1, ");
    }
  }

  /** A JVM does not start with more heap than it may have. */
  @ParameterizedTest
  @ValueSource(strings = {"JAVA_OPTS", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS"})
  void aSmallHeapIsEnoughToStart(String variable) throws Exception {
    ProcessBuilder process = process(LAUNCHER, "sql", "-c", "SELECT 1");
    process.environment().put(variable, "-Xmx60m");
    assertThat(run(process).status()).isZero();
  }

  /** A recording may be asked for by any variable that the JVM reads. */
  @ParameterizedTest
  @ValueSource(strings = {"JAVA_OPTS", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS"})
  void aStartIsRecorded(String variable) throws Exception {
    Path recording = elsewhere.resolve("start.jfr");
    ProcessBuilder process = process(LAUNCHER, "sql", "-c", "SELECT 1");
    process
        .environment()
        .put(variable, "-XX:StartFlightRecording=filename=" + recording + ",dumponexit=true");
    assertThat(run(process).status()).isZero();
    assertThat(recording).isNotEmptyFile();
  }

  /** A JVM that runs but makes no archive, as where memory lacks, until a file says so. */
  private static final String JAVA_WITHOUT_ARCHIVES =
      """
      #!/usr/bin/env bash
      for option; do
        case "$option" in
          -Xshare:dump) echo >>"$0.tries"; dumping=1 ;;
          -XX:SharedArchiveFile=*) [ -z "${dumping:-}" ] || [ ! -e "$0.well" ] || echo x >"${option#*=}" ;;
        esac
      done
      """;

  private static final Answer QUIET = new Answer(0, "", "");
  private static final Answer ARCHIVING =
      new Answer(
          0, "", "whatif: making an archive of classes (ten seconds, for quicker starts) ...\n");

  /** Else one start for want of memory would slow all later ones, or each would try in vain. */
  @Test
  void anArchiveThatCouldNotBeMadeIsTriedAgainLater() throws Exception {
    Path lib = Files.createDirectories(elsewhere.resolve("tree/server/target/lib"));
    Path launcher = Files.copy(LAUNCHER, elsewhere.resolve("tree/whatif"));
    Path pom = Files.createFile(elsewhere.resolve("tree/pom.xml"));
    Path java = Files.createDirectories(elsewhere.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, JAVA_WITHOUT_ARCHIVES);
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(elsewhere.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
    Files.createFile(lib.resolve("built"));
    assertThat(lib.resolve("built").toFile().setLastModified(hoursAgo(3))).isTrue();

    assertThat(started(launcher)).isEqualTo(ARCHIVING);
    assertThat(started(launcher)).isEqualTo(QUIET);
    Path archive = lib.resolve("classes.jsa");
    assertThat(archive).isEmptyFile();
    assertThat(archive.toFile().setLastModified(hoursAgo(2))).isTrue();
    assertThat(started(Path.of("timeout"), "60", "flock", pom.toString(), launcher.toString()))
        .as("while another start tries it again")
        .isEqualTo(QUIET);
    assertThat(tries()).isEqualTo(1);
    assertThat(started(launcher)).isEqualTo(ARCHIVING);
    assertThat(started(launcher)).isEqualTo(QUIET);
    assertThat(tries()).isEqualTo(2);

    Files.createFile(java.resolveSibling("java.well"));
    assertThat(archive.toFile().setLastModified(hoursAgo(2))).isTrue();
    assertThat(started(launcher)).isEqualTo(ARCHIVING);
    assertThat(archive).isNotEmptyFile();
    assertThat(archive.toFile().setLastModified(hoursAgo(2))).isTrue();
    assertThat(started(launcher)).isEqualTo(QUIET);
    assertThat(tries()).isEqualTo(3);
  }

  private static long hoursAgo(int hours) {
    return System.currentTimeMillis() - Duration.ofHours(hours).toMillis();
  }

  private Answer started(Path command, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("sql", "-c", "SELECT 1"));
    ProcessBuilder process = process(command, all.toArray(String[]::new));
    process.environment().put("JAVA_HOME", elsewhere.resolve("jdk").toString());
    return run(process);
  }

  /** How often an archive has been tried to be made. */
  private long tries() throws IOException {
    try (Stream<String> lines = Files.lines(elsewhere.resolve("jdk/bin/java.tries"))) {
      return lines.count();
    }
  }

  private Answer run(Path launcher, String... arguments) throws Exception {
    return run(process(launcher, arguments));
  }

  private ProcessBuilder process(Path launcher, String... arguments) {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder process = new ProcessBuilder(command).directory(elsewhere.toFile());
    process.environment().put("WHATIF_BUILD", "never");
    return process;
  }

  private Answer run(ProcessBuilder process) throws IOException, InterruptedException {
    Path out = elsewhere.resolve("out");
    Path err = elsewhere.resolve("err");
    int status =
        process
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    return new Answer(status, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  private record Answer(int status, String output, String errors) {}
}
