/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The rows kept with a model, one {@link KeptRows} for each contrast; read from their bytes when
 * they are first asked for, so that a model that only scores never does. Thread-safe.
 */
public final class Kept {
  /** No rows. */
  public static final Kept NONE = new Kept(List.of());

  private final Supplier<List<KeptRows>> source;
  private volatile @Nullable List<KeptRows> rows;

  private Kept(List<KeptRows> rows) {
    this.source = List::of;
    this.rows = List.copyOf(rows);
  }

  private Kept(Supplier<List<KeptRows>> source) {
    this.source = source;
  }

  /** Rows at hand. */
  public static Kept of(List<KeptRows> rows) {
    return rows.isEmpty() ? NONE : new Kept(rows);
  }

  /** Rows still to be read. */
  static Kept from(Supplier<List<KeptRows>> source) {
    return new Kept(source);
  }

  /** The rows of each contrast, none if none were kept. */
  public List<KeptRows> rows() {
    List<KeptRows> known = rows;
    if (known == null) {
      known = List.copyOf(source.get());
      rows = known;
    }
    return known;
  }
}
