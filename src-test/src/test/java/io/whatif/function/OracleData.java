/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Shared data files that take more than reading. */
final class OracleData {
  /** The controls of {@link #bonus}. */
  static final List<String> BONUS =
      List.of(
          "female", "black", "othrace", "dep1", "dep2", "q2", "q3", "q4", "q5", "q6", "agelt35",
          "agegt54", "durable", "lusd", "husd");

  /** The controls of {@link #ihdp}. */
  static final List<String> IHDP = IntStream.rangeClosed(1, 25).mapToObj(k -> "x" + k).toList();

  private OracleData() {}

  /**
   * The Pennsylvania reemployment bonus, arms 0 and 4: y = log(inuidur1), d = (tg = 4), folds by
   * row.
   */
  static Relations bonus() {
    return PublicData.bonus().withFold(5);
  }

  /** A replication of the Infant Health and Development Program: t, yf, mu0, mu1, x1 to x25. */
  static Relations ihdp(int replication) {
    List<String> names =
        Stream.concat(Stream.of("t", "yf", "ycf", "mu0", "mu1"), IHDP.stream()).toList();
    try {
      List<String> lines = Files.readAllLines(Relations.shared("data/ihdp" + replication + ".csv"));
      Relations relation = new Relations();
      for (int c = 0; c < names.size(); c++) {
        int column = c;
        relation.with(
            names.get(c),
            lines.stream()
                .mapToDouble(line -> Double.parseDouble(line.split(",", -1)[column]))
                .toArray());
      }
      return relation;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
