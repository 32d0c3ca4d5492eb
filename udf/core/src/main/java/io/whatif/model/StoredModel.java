/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model as it is kept: the effect, and everything its reports are made of.
 *
 * @param name the user's name for it
 * @param method how it was fitted
 * @param rows how many rows it was fitted on
 * @param model the effect
 * @param report the figures of the fit, by column name of cate_fit's result
 * @param summary the rows dml_summary gives
 * @param explain the rows cate_explain gives
 * @param provenance arguments, relation, seed and versions
 */
public record StoredModel(
    String name,
    String method,
    long rows,
    CateModel model,
    Map<String, @Nullable Object> report,
    List<Map<String, @Nullable Object>> summary,
    List<Map<String, @Nullable Object>> explain,
    Map<String, @Nullable Object> provenance) {}
