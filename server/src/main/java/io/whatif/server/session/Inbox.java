/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.server.wire.Frames;
import io.whatif.server.wire.FrontendMessage;
import io.whatif.server.wire.FrontendMessage.Terminate;
import io.whatif.server.wire.FrontendMessage.Unreadable;
import io.whatif.server.wire.MessageDecoder;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Messages of a client, read by a thread of their own: so a client that has gone is noticed while
 * its statement runs. A client that sends faster than it is answered is not read further.
 */
final class Inbox {
  /** More bytes than these wait only if they are one message. */
  private static final long FULL = 1 << 20;

  /** What a message takes beside its text. */
  private static final int OVERHEAD = 64;

  private record Item(FrontendMessage message, int size) {}

  private final Deque<Item> items = new ArrayDeque<>();
  private long bytes;
  private boolean closed;

  /** Reads until the client says goodbye or is gone; {@code gone} runs if it did not say so. */
  void fill(Frames frames, Runnable gone) {
    try {
      FrontendMessage message;
      do {
        Frames.Frame frame = frames.next();
        message = decode(frame);
        put(message, frame.body().length + OVERHEAD);
      } while (!(message instanceof Terminate) && !isFatal(message) && !isClosed());
    } catch (WireException e) {
      put(new Unreadable(e.report()), OVERHEAD);
    } catch (OutOfMemoryError e) { // What was read of the message is dropped, and the session ends.
      put(
          new Unreadable(
              Report.fatal(SqlState.OUT_OF_MEMORY, "the server has no memory for this message")),
          OVERHEAD);
    } catch (RuntimeException | StackOverflowError e) { // Nothing more would be read.
      put(new Unreadable(Report.fatal(SqlState.INTERNAL_ERROR, "internal fault: " + e)), OVERHEAD);
    } catch (IOException e) { // It has gone: there is nobody to tell.
      put(new Terminate(), OVERHEAD);
      gone.run();
    }
  }

  private static FrontendMessage decode(Frames.Frame frame) {
    try {
      return MessageDecoder.decode(frame.type(), frame.body());
    } catch (WireException e) {
      return new Unreadable(e.report());
    }
  }

  private static boolean isFatal(FrontendMessage message) {
    return message instanceof Unreadable unreadable
        && unreadable.report().severity() == Report.Severity.FATAL;
  }

  private synchronized void put(FrontendMessage message, int size) {
    try {
      while (bytes >= FULL && !closed) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    items.add(new Item(message, size));
    bytes += size;
    notifyAll();
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** The next message; null if the server ends the session. */
  synchronized @Nullable FrontendMessage take() throws InterruptedException {
    while (items.isEmpty() && !closed) {
      wait();
    }
    if (closed) {
      return null;
    }
    Item item = items.remove();
    bytes -= item.size();
    notifyAll();
    return item.message();
  }

  /** The next message without taking it; null if none comes within that time. */
  synchronized @Nullable FrontendMessage peek(long millis) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (items.isEmpty() && !closed) {
      long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
      if (left <= 0) {
        return null;
      }
      wait(left);
    }
    Item first = items.peek();
    return first == null ? null : first.message();
  }

  /** Whether no message waits. */
  synchronized boolean isEmpty() {
    return items.isEmpty();
  }

  /** Nothing is taken any more, and nothing waits for room. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
