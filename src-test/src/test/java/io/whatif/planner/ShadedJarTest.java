/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * whatif-jdbc-all.jar as a foreign JVM meets it: no class of ours or of our libraries around it.
 */
final class ShadedJarTest {
  private static final Path JAR = Path.of("../planner/target/whatif-jdbc-all.jar");

  @BeforeEach
  void theJarIsBuilt() {
    assumeTrue(Files.exists(JAR), "whatif-jdbc-all.jar is built by mvn package");
  }

  @Test
  void aForeignClassLoaderFindsOurDriverFirst() throws Exception {
    try (URLClassLoader foreign = foreign()) {
      Driver driver = driver(foreign);
      assertThat(driver.getClass().getName()).startsWith("io.whatif.planner.");
      assertThat(driver.getClass().getClassLoader()).isSameAs(foreign);
      try (Connection connection = driver.connect("jdbc:whatif:", new Properties())) {
        assertThat(number(connection, "SELECT 1")).isEqualTo(1);
      }
    }
  }

  /** y = 2 t + x without noise, t and x unrelated. */
  @Test
  void aForeignClassLoaderFitsAndScores() throws Exception {
    try (URLClassLoader foreign = foreign();
        Connection connection = driver(foreign).connect("jdbc:whatif:", new Properties());
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE trial AS SELECT i % 2 AS t, (i * 37 % 101) / 101 AS x, 2 * t + x AS y"
              + " FROM range(1000) AS r(i)");
      statement.execute(
          "SELECT * FROM cate_fit(TABLE trial, model => 'm', outcome => 'y', treatment => 't',"
              + " features => ['x'], outcome_learner => 'ols', treatment_learner => 'logit')");
      assertThat(number(connection, "SELECT cate_effect('m', 0.5)")).isCloseTo(2, within(0.05));
    }
  }

  /** Trees need XGBoost's classes and native library, and the classes those ask for. */
  @Test
  void aForeignClassLoaderGrowsTrees() throws Exception {
    try (URLClassLoader foreign = foreign();
        Connection connection = driver(foreign).connect("jdbc:whatif:", new Properties());
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE trial AS SELECT i % 2 AS t, (i * 37 % 101) / 101 AS x, 2 * t + x AS y"
              + " FROM range(1000) AS r(i)");
      assertThat(
              number(
                  connection,
                  "SELECT estimate FROM dml_summary(TABLE trial, outcome => 'y', treatment => 't',"
                      + " outcome_learner => 'gbt(trees=20)', treatment_learner => 'logit')"))
          .isCloseTo(2, within(0.2));
    }
  }

  @Test
  void everyClassIsOursOrOfNativeCodeOrRelocated() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(jar.stream().map(ZipEntry::getName).filter(name -> name.endsWith(".class")))
          .allMatch(name -> name.matches("(io/whatif|org/duckdb|ml/dmlc/xgboost4j)/.*"))
          .noneMatch(name -> name.startsWith("io/whatif/planner/shell/"))
          .doesNotHaveDuplicates();
      assertThat(jar.stream().map(ZipEntry::getName))
          .contains("META-INF/LICENSE", "META-INF/NOTICE")
          .noneMatch(name -> name.matches("META-INF/[^/]+\\.(SF|DSA|RSA)"));
    }
  }

  private static URLClassLoader foreign() throws IOException {
    return new URLClassLoader(
        new URL[] {JAR.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
  }

  private static Driver driver(ClassLoader foreign) {
    return ServiceLoader.load(Driver.class, foreign).iterator().next();
  }

  private static double number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      assertThat(result.next()).isTrue();
      return result.getDouble(1);
    }
  }
}
