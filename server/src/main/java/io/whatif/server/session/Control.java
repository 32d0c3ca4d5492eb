/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.io.IOException;
import java.sql.SQLException;

/** Statements that are answered without the driver: those of transactions. */
final class Control {
  private final Backend backend;

  Control(Backend backend) {
    this.backend = backend;
  }

  /** Whether {@link #run} answers such statements. */
  static boolean answers(Command command) {
    return switch (command.kind()) {
      case BEGIN, COMMIT, ROLLBACK, SAVEPOINT, TRANSACTION_MODE -> true;
      default -> false;
    };
  }

  /** Runs a statement and gives its tag. */
  String run(Command command) throws SQLException, IOException, WireException {
    Transaction transaction = backend.transaction();
    if (!command.endsTransaction()) {
      transaction.requireUsable();
    }
    if (command.words().contains("CHAIN") && !command.words().contains("NO")) {
      throw unsupported("AND CHAIN is not supported");
    }
    return switch (command.kind()) {
      case BEGIN -> transaction.begin(command);
      case COMMIT -> transaction.commit();
      case ROLLBACK -> transaction.rollback();
      case SAVEPOINT -> throw unsupported("savepoints are not supported: DuckDB has none");
      case TRANSACTION_MODE -> transaction.mode(command);
      default -> throw new IllegalStateException(command.kind() + " is not answered here");
    };
  }

  private static WireException unsupported(String message) {
    return new WireException(Report.error(SqlState.FEATURE_NOT_SUPPORTED, message));
  }
}
