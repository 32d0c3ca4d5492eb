/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.arrow;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Temporary files of one estimate. A file can be read by its owner alone, and is deleted as soon as
 * it is open where the system allows that, else when it is closed; so none outlives the process.
 * Closing this closes all, whoever opened them.
 */
public final class SpillFiles implements AutoCloseable {
  private final List<Path> directories;
  private final Set<FileTiles> open = new LinkedHashSet<>();
  private boolean closed;

  /**
   * @param directories where files may lie; the first in which one can be made is taken. For one
   *     that does not exist, its nearest parent that does
   */
  public SpillFiles(List<Path> directories) {
    this.directories = directories.stream().map(SpillFiles::existing).distinct().toList();
  }

  private static Path existing(Path directory) {
    Path at = directory.toAbsolutePath();
    while (!Files.isDirectory(at) && at.getParent() != null) {
      at = at.getParent();
    }
    return at;
  }

  /** An empty store with {@code columns} columns. */
  public FileTiles tiles(int columns) {
    List<String> refused = new ArrayList<>();
    for (Path directory : directories) {
      try {
        return keep(new FileTiles(this, columns, directory, temporary(directory)));
      } catch (IOException e) {
        refused.add(said(directory, e));
      }
    }
    throw failure("made: " + String.join("; ", refused));
  }

  private static FileChannel temporary(Path directory) throws IOException {
    Path path = Files.createTempFile(directory, "whatif-", ".rows");
    try {
      return FileChannel.open(
          path,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      Files.deleteIfExists(path);
      throw e;
    }
  }

  private synchronized FileTiles keep(FileTiles tiles) {
    if (closed) {
      tiles.close();
      throw new IllegalStateException("a file is opened after all were closed");
    }
    open.add(tiles);
    return tiles;
  }

  synchronized void closed(FileTiles tiles) {
    open.remove(tiles);
  }

  /** How many files are open. */
  public synchronized int open() {
    return open.size();
  }

  @Override
  public void close() {
    List<FileTiles> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(open);
    }
    left.forEach(FileTiles::close);
  }

  /** The failure to read or write a file in {@code directory}, as the user is to see it. */
  static WhatifException failure(String done, Path directory, IOException e) {
    // An interrupt of the thread closes the file under it.
    return e instanceof ClosedChannelException
        ? new WhatifException(ErrorCode.CANCELLED, "was cancelled.")
        : failure(done + ": " + said(directory, e));
  }

  private static String said(Path directory, IOException e) {
    String reason = e.getMessage();
    return "'" + directory + "' says " + (reason == null ? "that it failed" : reason);
  }

  private static WhatifException failure(String done) {
    return new WhatifException(
        ErrorCode.SPILL_FAILED,
        ("the file for rows beyond the memory limit cannot be %s. Free space there, SET"
                + " temp_directory to another, or SET VARIABLE whatif_memory_limit to more.")
            .formatted(done));
  }
}
