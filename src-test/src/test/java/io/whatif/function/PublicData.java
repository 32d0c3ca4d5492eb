/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.math.Quantiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The public data of methods.md's oracles, with the columns its tables name. */
final class PublicData {
  static final List<String> NSW =
      List.of("age", "educ", "black", "hisp", "married", "nodegree", "re74", "re75", "u74", "u75");

  static final List<String> BONUS =
      List.of(
          "female", "black", "othrace", "dep1", "dep2", "q2", "q3", "q4", "q5", "q6", "agelt35",
          "agegt54", "durable", "lusd", "husd");

  static final List<String> PENSION =
      List.of("age", "inc", "educ", "fsize", "marr", "twoearn", "db", "pira", "hown");

  private PublicData() {}

  /** re78 on t. */
  static Relations nsw() {
    return Relations.read(Relations.shared("data/nsw.txt"), "\t");
  }

  /** y = log(inuidur1) on d, the fourth treatment group against the control group. */
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
    return bonus.with("y", y).with("d", d).with("dep1", dep1).with("dep2", dep2);
  }

  /** net_tfa on e401. */
  static Relations pension() {
    return Relations.read(Relations.shared("data/sipp1991.csv"), ",");
  }

  /** The covariates of the 401(k) data with hinges. */
  static List<String> withHinges(Relations pension) {
    List<String> names = new ArrayList<>(PENSION);
    for (String column : List.of("age", "inc")) {
      double[] values = pension.column(column);
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      for (int k = 1; k <= (column.equals("inc") ? 10 : 9); k++) {
        double knot = Quantiles.sorted(sorted, k == 10 ? .95 : k / 10.0);
        double[] hinge = new double[values.length];
        Arrays.setAll(hinge, i -> Math.max(0, values[i] - knot));
        names.add(column + k);
        pension.with(column + k, hinge);
      }
    }
    return names;
  }
}
