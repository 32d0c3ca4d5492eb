/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
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
  void aForeignClassLoaderFindsTheDriverFirstAndQueries() throws Exception {
    URL[] jar = {JAR.toUri().toURL()};
    try (URLClassLoader foreign = new URLClassLoader(jar, ClassLoader.getPlatformClassLoader())) {
      Driver driver = ServiceLoader.load(Driver.class, foreign).iterator().next();
      assertThat(driver.getClass().getName()).startsWith("io.whatif.planner.");
      assertThat(driver.getClass().getClassLoader()).isSameAs(foreign);
      try (Connection connection = driver.connect("jdbc:whatif:", new Properties());
          Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery("SELECT 1")) {
        assertThat(result.next()).isTrue();
        assertThat(result.getInt(1)).isEqualTo(1);
      }
    }
  }

  @Test
  void everyClassIsOursOrDuckDbsOrRelocated() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(jar.stream().map(ZipEntry::getName).filter(name -> name.endsWith(".class")))
          .allMatch(name -> name.startsWith("io/whatif/") || name.startsWith("org/duckdb/"))
          .noneMatch(name -> name.startsWith("io/whatif/planner/shell/"))
          .doesNotHaveDuplicates();
      assertThat(jar.stream().map(ZipEntry::getName))
          .contains("META-INF/LICENSE", "META-INF/NOTICE")
          .noneMatch(name -> name.matches("META-INF/[^/]+\\.(SF|DSA|RSA)"));
    }
  }
}
