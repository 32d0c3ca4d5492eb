/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.model.StoredModel;

/**
 * A model that was fitted and is not yet in a database.
 *
 * @param key identifies the payload: made from its bytes
 * @param model the model
 * @param spec what can be read of it without decoding the payload, as JSON
 * @param payload the model as {@link io.whatif.model.ModelCodec} writes it
 * @param replace whether it may become a further version of a model that exists
 */
public record FittedModel(
    long key, StoredModel model, String spec, byte[] payload, boolean replace) {}
