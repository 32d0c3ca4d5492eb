/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.model.StoredModel;

/**
 * A model that was fitted and is not yet in a database.
 *
 * @param key identifies the payload
 * @param model the model
 * @param payload the model as {@link io.whatif.model.ModelCodec} writes it
 * @param replace whether it may become a further version of a model that exists
 */
public record FittedModel(long key, StoredModel model, byte[] payload, boolean replace) {}
