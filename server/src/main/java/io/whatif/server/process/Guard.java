/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.process;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;

/**
 * A socket with deadlines: for who connects to say who it is, and for each write to be read. When
 * one has passed the socket is closed under its threads, which then end.
 */
final class Guard {
  private final Socket socket;
  private final long writeNanos;
  private volatile long deadline;
  private volatile boolean waiting;

  Guard(Socket socket, Duration login, Duration write) {
    this.socket = socket;
    this.writeNanos = write.toNanos();
    this.deadline = System.nanoTime() + login.toNanos();
    this.waiting = true;
  }

  /** The client has said who it is. */
  void loggedIn() {
    waiting = false;
  }

  /** Comes every now and then. */
  void tick() {
    if (waiting && System.nanoTime() - deadline > 0) {
      close();
    }
  }

  /** Closes the socket without asking what is above it, which may wait for the client. */
  void close() {
    try {
      socket.close();
    } catch (IOException e) { // It is closed all the same.
      waiting = false;
    }
  }

  /** The same stream, its writes under a deadline. */
  OutputStream watched(OutputStream out) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int count) throws IOException {
        boolean login = waiting;
        if (!login) {
          deadline = System.nanoTime() + writeNanos;
          waiting = true;
        }
        out.write(bytes, from, count);
        waiting = login;
      }

      @Override
      public void flush() throws IOException {
        out.flush();
      }
    };
  }
}
