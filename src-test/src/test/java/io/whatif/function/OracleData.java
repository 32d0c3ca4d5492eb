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
    Relations all = Relations.read(Relations.shared("data/penn_jae.dat"), "\\s+");
    boolean[] keep = new boolean[all.rows()];
    for (int i = 0; i < keep.length; i++) {
      keep[i] = all.column("tg")[i] == 0 || all.column("tg")[i] == 4;
    }
    Relations bonus = all.where(keep);
    int n = bonus.rows();
    double[] y = new double[n];
    double[] d = new double[n];
    double[] dep1 = new double[n];
    double[] dep2 = new double[n];
    for (int i = 0; i < n; i++) {
      y[i] = Math.log(bonus.column("inuidur1")[i]);
      d[i] = bonus.column("tg")[i] == 4 ? 1 : 0;
      dep1[i] = bonus.column("dep")[i] == 1 ? 1 : 0;
      dep2[i] = bonus.column("dep")[i] == 2 ? 1 : 0;
    }
    return bonus.with("y", y).with("d", d).with("dep1", dep1).with("dep2", dep2).withFold(5);
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
