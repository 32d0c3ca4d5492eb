/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import java.util.List;

/** Tells how far the causal calls are that run now. */
final class WhatifProgress implements Body.Running {
  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "whatif_progress",
          "How far each causal call of this database is that runs now, whichever connection of this process it runs on; no row where none runs. Ask on another connection: that of a running call is busy.",
          List.of(),
          List.of(
              new ResultColumn(
                  "session",
                  SqlType.BIGINT,
                  "the call's number, counted since the database opened"),
              new ResultColumn("function", SqlType.VARCHAR, "the function called"),
              new ResultColumn("model", SqlType.VARCHAR, "the model it fits or reads; else NULL"),
              new ResultColumn("relation", SqlType.VARCHAR, "the relation as it was written"),
              new ResultColumn("phase", SqlType.VARCHAR, "what is worked at"),
              new ResultColumn(
                  "percent",
                  SqlType.DOUBLE,
                  "how much of the work is done, never less than before: parts of the work count by their usual length; NULL while the number of rows to come is not known"),
              new ResultColumn("elapsed_seconds", SqlType.DOUBLE, "since the call began"),
              new ResultColumn(
                  "seconds_left",
                  SqlType.DOUBLE,
                  "an estimate, as if the rest went on as it did since the rows were read; NULL until that can be told"),
              new ResultColumn("rows_read", SqlType.BIGINT, "rows of the relation read so far"),
              new ResultColumn(
                  "scans",
                  SqlType.DOUBLE,
                  "how often the rows were gone through since: values read of the columns held, over the values held. A column read alone counts as its share, a sample of the rows as its own, and what is kept beside the columns (predictions, the rows of one group) not at all"),
              new ResultColumn(
                  "memory_bytes", SqlType.BIGINT, "what the call holds of its memory limit"),
              new ResultColumn("threads", SqlType.BIGINT, "threads it may use")),
          "this project",
          "SELECT count(*) AS running, max(percent) AS percent FROM whatif_progress();",
          List.of(new WhatifProgress()));
}
