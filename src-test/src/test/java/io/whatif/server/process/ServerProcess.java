/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code whatif serve} as a process of its own. */
final class ServerProcess implements AutoCloseable {
  private static final Pattern LINE = Pattern.compile("port (\\d+) \\(process (\\d+)\\)");

  private final Process process;
  private final String line;
  private final int port;

  private ServerProcess(Process process, String line) {
    this.process = process;
    this.line = line;
    Matcher matcher = LINE.matcher(line);
    if (!matcher.find()) {
      throw new IllegalStateException("the server says: " + line);
    }
    this.port = Integer.parseInt(matcher.group(1));
  }

  /** Starts it on any free port, and waits until it listens. */
  static ServerProcess start(Path database, String... further) throws IOException {
    List<String> command = command("serve", "--db", database.toString(), "--port", "0");
    command.addAll(List.of(further));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    return new ServerProcess(process, String.valueOf(out.readLine()));
  }

  /** The command line of {@code whatif} with these arguments. */
  static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx512m", "-XX:TieredStopAtLevel=1"));
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add("io.whatif.server.command.Main");
    command.addAll(List.of(arguments));
    return command;
  }

  /** What it printed. */
  String line() {
    return line;
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  Connection connect(String... settings) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "tester");
    for (int i = 0; i < settings.length; i += 2) {
      properties.setProperty(settings[i], settings[i + 1]);
    }
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties);
  }

  /** As kill -9. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** As kill, which it answers by ending in good order; its status. */
  int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the server does not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
