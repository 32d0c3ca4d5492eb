/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.process;

import io.whatif.server.session.Client;
import io.whatif.server.session.Session;
import io.whatif.server.wire.BackendWriter;
import io.whatif.server.wire.Frames;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.StartupPacket.CancelRequest;
import io.whatif.server.wire.WireException;
import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections of a server, each with a thread that answers and one that reads. There are more
 * of them than sessions by a few, so that a client can be refused, or cancel a statement, when all
 * sessions are taken; beyond these one thread refuses the others in turn.
 */
final class Connections {
  /** Connections beyond the sessions. */
  private static final int SPARE = 32;

  private static final int REFUSAL_MILLIS = 200;

  private static final Report TOO_MANY =
      Report.fatal(SqlState.TOO_MANY_CONNECTIONS, "sorry, too many clients already");

  private final Warehouse warehouse;
  private final Handshake.Rules rules;
  private final ServerOptions.Limits limits;
  private final ExecutorService workers;
  private final ExecutorService refusals;
  private final Semaphore places;
  private final Semaphore seats;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Set<Guard> guards = ConcurrentHashMap.newKeySet();
  private final Map<Integer, Seat> sessions = new ConcurrentHashMap<>();

  private record Seat(Session session, int secret) {}

  /**
   * No connection yet.
   *
   * @param workers run connections and what sessions wait for
   * @param refusals refuses those for whom there is no thread
   */
  Connections(
      Warehouse warehouse,
      Handshake.Rules rules,
      ServerOptions.Limits limits,
      ExecutorService workers,
      ExecutorService refusals) {
    this.warehouse = warehouse;
    this.rules = rules;
    this.limits = limits;
    this.workers = workers;
    this.refusals = refusals;
    this.seats = new Semaphore(limits.sessions());
    this.places = new Semaphore(limits.sessions() + SPARE);
  }

  /** Takes a connection, and returns at once. */
  void accept(Socket socket) {
    if (!places.tryAcquire()) {
      refusals.execute(() -> refuse(socket));
      return;
    }
    try {
      workers.execute(() -> serve(socket));
    } catch (OutOfMemoryError noThread) { // The system gives no more of them.
      places.release();
      refusals.execute(() -> refuse(socket));
    }
  }

  /** How many sessions there are. */
  int sessions() {
    return sessions.size();
  }

  /** Comes every now and then. */
  void tick() {
    guards.forEach(Guard::tick);
    sessions.values().forEach(seat -> seat.session().tick());
  }

  /** Ends all sessions soon. */
  void shutDown() {
    sessions.values().forEach(seat -> seat.session().shutDown());
  }

  /** Ends all connections now. */
  void abort() {
    guards.forEach(Guard::close);
  }

  private void refuse(Socket socket) {
    Guard guard = new Guard(socket, Duration.ofMillis(REFUSAL_MILLIS), limits.write());
    guards.add(guard);
    try (socket) {
      new Frames(socket.getInputStream()).startup();
      BackendWriter out = new BackendWriter(socket.getOutputStream());
      out.report(TOO_MANY);
      out.flush();
    } catch (IOException | WireException gone) { // It does not want to know.
      guard.close();
    } finally {
      guards.remove(guard);
    }
  }

  private void serve(Socket socket) {
    Guard guard = new Guard(socket, limits.login(), limits.write());
    guards.add(guard);
    try (socket) {
      socket.setTcpNoDelay(true);
      socket.setKeepAlive(true);
      greet(new Handshake(socket, guard, rules, this::cancel), guard);
    } catch (IOException gone) { // With the client goes its session.
      guard.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      guards.remove(guard);
      places.release();
    }
  }

  private void greet(Handshake handshake, Guard guard) throws IOException, InterruptedException {
    boolean seated = false;
    try {
      Optional<Client> client = handshake.begin(numbers.incrementAndGet());
      if (client.isEmpty()) {
        return;
      }
      handshake.authenticate(client.get());
      seated = seats.tryAcquire(); // Only who may connect takes a seat.
      if (!seated) {
        throw new WireException(TOO_MANY);
      }
      handshake.welcome();
      guard.loggedIn();
      session(client.get());
    } catch (WireException e) {
      handshake.out().report(e.report());
      handshake.out().flush();
    } catch (SQLException e) {
      handshake.out().report(Report.fatal(SqlState.INTERNAL_ERROR, "" + e.getMessage()));
      handshake.out().flush();
    } finally {
      if (seated) {
        seats.release();
      }
    }
  }

  private void session(Client client)
      throws IOException, InterruptedException, SQLException, WireException {
    try (Connection connection = warehouse.connect()) {
      Session session = new Session(client, connection, warehouse.served(), workers);
      sessions.put(client.process(), new Seat(session, client.secret()));
      try {
        workers.execute(session::read);
        session.run();
      } finally {
        sessions.remove(client.process());
      }
    }
  }

  private void cancel(CancelRequest request) {
    Seat seat = sessions.get(request.process());
    if (seat != null && seat.secret() == request.secret()) {
      seat.session().cancel();
    }
  }
}
