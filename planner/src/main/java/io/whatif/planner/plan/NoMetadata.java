/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import org.apache.calcite.rel.metadata.MetadataHandler;
import org.apache.calcite.rel.metadata.MetadataHandlerProvider;
import org.apache.calcite.rel.metadata.RelMetadataQuery;

/**
 * What Calcite's planner may ask of a node's rows and costs: nothing. It asks where a rule gives
 * several nodes for one, and ours give one. A query that could answer makes a class for each of 27
 * questions when the first plan is made.
 */
final class NoMetadata extends RelMetadataQuery {
  NoMetadata() {
    super(new NoHandlers());
  }

  private static final class NoHandlers implements MetadataHandlerProvider {
    @Override
    @SuppressWarnings("NullAway") // Calcite keeps what it gets, and calls it when it asks.
    public <H extends MetadataHandler<?>> H handler(Class<H> kind) {
      return null;
    }
  }
}
