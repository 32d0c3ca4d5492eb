/* SPDX-License-Identifier: Apache-2.0 */
-- Functions of PostgreSQL's that DuckDB lacks or answers otherwise. An argument's name must be no column's of a client's.

CREATE MACRO version() AS 'PostgreSQL 15.0 (Whatif 0.1.0, DuckDB ' || system.main.version() || ')';
CREATE MACRO pg_get_userbyid(a_) AS coalesce((SELECT rolname FROM pg_authid AS a_role WHERE a_role.oid = a_), 'unknown (OID=' || a_ || ')');
CREATE MACRO pg_encoding_to_char(a_) AS CASE a_ WHEN 6 THEN 'UTF8' WHEN 0 THEN 'SQL_ASCII' ELSE '' END;
CREATE MACRO pg_char_to_encoding(a_) AS CASE upper(replace(a_, '-', '')) WHEN 'UTF8' THEN 6 ELSE -1 END;
CREATE MACRO pg_client_encoding() AS 'UTF8';
CREATE MACRO getdatabaseencoding() AS 'UTF8';
CREATE MACRO pg_backend_pid() AS coalesce(getvariable('whatif_postgres_pid'), 0)::INTEGER;
CREATE MACRO pg_is_in_recovery() AS FALSE;
CREATE MACRO pg_is_wal_replay_paused() AS FALSE;
CREATE MACRO pg_postmaster_start_time() AS current_timestamp;
CREATE MACRO pg_conf_load_time() AS current_timestamp;
CREATE MACRO inet_server_addr() AS NULL::VARCHAR;
CREATE MACRO inet_server_port() AS NULL::INTEGER;
CREATE MACRO inet_client_addr() AS NULL::VARCHAR;
CREATE MACRO inet_client_port() AS NULL::INTEGER;
CREATE MACRO pg_my_temp_schema() AS 0;
CREATE MACRO pg_is_other_temp_schema(a_) AS FALSE;
CREATE MACRO txid_current_if_assigned() AS txid_current();
CREATE MACRO pg_current_xact_id() AS txid_current();
CREATE MACRO current_schemas(a_) AS list_concat(
  CASE WHEN a_ THEN CASE WHEN (SELECT count(*) FROM duckdb_tables() AS w_t WHERE w_t.temporary) > 0 THEN ['pg_temp_3', 'pg_catalog'] ELSE ['pg_catalog'] END ELSE [] END,
  system.pg_catalog.current_schemas(FALSE));
CREATE MACRO format_type(a_, b_) AS whatif_format_type(a_, b_);
CREATE MACRO pg_typeof(a_) AS whatif_type_name(typeof(a_));
CREATE MACRO pg_table_is_visible(a_) AS a_ IN (SELECT w_v.v_oid FROM whatif_visible AS w_v);
CREATE MACRO pg_type_is_visible(a_) AS a_ IS NOT NULL;
CREATE MACRO pg_function_is_visible(a_) AS a_ IS NOT NULL;
CREATE MACRO pg_operator_is_visible(a_) AS a_ IS NOT NULL;
CREATE MACRO pg_opclass_is_visible(a_) AS a_ IS NOT NULL;
CREATE MACRO pg_opfamily_is_visible(a_) AS a_ IS NOT NULL;
CREATE MACRO pg_collation_is_visible(a_) AS a_ IS NOT NULL;
CREATE MACRO pg_conversion_is_visible(a_) AS a_ IS NOT NULL;
CREATE MACRO pg_statistics_obj_is_visible(a_) AS a_ IS NOT NULL;
CREATE MACRO pg_ts_config_is_visible(a_) AS a_ IS NOT NULL;
CREATE MACRO pg_ts_dict_is_visible(a_) AS a_ IS NOT NULL;
CREATE MACRO pg_ts_parser_is_visible(a_) AS a_ IS NOT NULL;
CREATE MACRO pg_ts_template_is_visible(a_) AS a_ IS NOT NULL;
CREATE MACRO pg_get_expr(a_, b_) AS a_::VARCHAR, (a_, b_, c_) AS a_::VARCHAR;
CREATE MACRO pg_get_constraintdef(a_) AS (SELECT w_d.d_text FROM whatif_constraint_text AS w_d WHERE w_d.d_oid = a_),
  (a_, b_) AS (SELECT CASE WHEN b_ THEN w_d.d_pretty ELSE w_d.d_text END FROM whatif_constraint_text AS w_d WHERE w_d.d_oid = a_);
CREATE MACRO pg_get_indexdef(a_) AS (SELECT w_d.d_text FROM whatif_index_text AS w_d WHERE w_d.d_oid = a_),
  (a_, b_, c_) AS (SELECT CASE WHEN b_ = 0 THEN w_d.d_text ELSE w_d.d_parts[b_] END FROM whatif_index_text AS w_d WHERE w_d.d_oid = a_);
CREATE MACRO pg_get_viewdef(a_) AS (SELECT w_d.d_text FROM whatif_view_text AS w_d WHERE w_d.d_oid = whatif_class_oid(a_)),
  (a_, b_) AS (SELECT w_d.d_text FROM whatif_view_text AS w_d WHERE w_d.d_oid = whatif_class_oid(a_));
CREATE MACRO pg_get_ruledef(a_) AS NULL::VARCHAR, (a_, b_) AS NULL::VARCHAR;
CREATE MACRO pg_get_triggerdef(a_) AS NULL::VARCHAR, (a_, b_) AS NULL::VARCHAR;
CREATE MACRO pg_get_partkeydef(a_) AS NULL::VARCHAR;
CREATE MACRO pg_get_partition_constraintdef(a_) AS NULL::VARCHAR;
CREATE MACRO pg_get_statisticsobjdef(a_) AS NULL::VARCHAR;
CREATE MACRO pg_get_statisticsobjdef_columns(a_) AS NULL::VARCHAR;
CREATE MACRO pg_get_serial_sequence(a_, b_) AS NULL::VARCHAR;
CREATE MACRO pg_get_function_sqlbody(a_) AS NULL::VARCHAR;
CREATE MACRO pg_get_functiondef(a_) AS (SELECT w_f.f_source FROM whatif_function AS w_f WHERE w_f.f_oid = a_);
CREATE MACRO pg_get_function_result(a_) AS (SELECT w_f.f_result FROM whatif_function AS w_f WHERE w_f.f_oid = a_);
CREATE MACRO pg_get_function_arguments(a_) AS (SELECT w_f.f_arguments FROM whatif_function AS w_f WHERE w_f.f_oid = a_);
CREATE MACRO pg_get_function_identity_arguments(a_) AS (SELECT w_f.f_arguments FROM whatif_function AS w_f WHERE w_f.f_oid = a_);
CREATE MACRO pg_get_function_arg_default(a_, b_) AS NULL::VARCHAR;
CREATE MACRO pg_partition_ancestors(a_) AS []::BIGINT[];
CREATE MACRO pg_partition_root(a_) AS NULL::BIGINT;
CREATE MACRO pg_relation_is_publishable(a_) AS TRUE;
CREATE MACRO pg_relation_is_updatable(a_, b_) AS 28;
CREATE MACRO pg_column_is_updatable(a_, b_, c_) AS TRUE;
CREATE MACRO pg_index_column_has_property(a_, b_, c_) AS c_ IN ('asc', 'nulls_last', 'orderable', 'returnable', 'search_array', 'search_nulls');
CREATE MACRO pg_index_has_property(a_, b_) AS b_ <> 'clusterable';
CREATE MACRO pg_indexam_has_property(a_, b_) AS TRUE;
CREATE MACRO obj_description(a_) AS (SELECT any_value(w_m.m_text) FROM whatif_comment AS w_m WHERE w_m.m_oid = a_ AND w_m.m_sub = 0),
  (a_, b_) AS (SELECT any_value(w_m.m_text) FROM whatif_comment AS w_m WHERE w_m.m_oid = a_ AND w_m.m_sub = 0
    AND w_m.m_class = CASE b_ WHEN 'pg_class' THEN 1259 WHEN 'pg_namespace' THEN 2615 WHEN 'pg_proc' THEN 1255 WHEN 'pg_type' THEN 1247 ELSE 0 END);
CREATE MACRO col_description(a_, b_) AS (SELECT any_value(w_m.m_text) FROM whatif_comment AS w_m WHERE w_m.m_oid = a_ AND w_m.m_sub = b_ AND w_m.m_class = 1259);
CREATE MACRO shobj_description(a_, b_) AS NULL::VARCHAR;
CREATE MACRO pg_relation_size(a_) AS 0::BIGINT, (a_, b_) AS 0::BIGINT;
CREATE MACRO pg_table_size(a_) AS 0::BIGINT;
CREATE MACRO pg_indexes_size(a_) AS 0::BIGINT;
CREATE MACRO pg_total_relation_size(a_) AS 0::BIGINT;
CREATE MACRO pg_tablespace_size(a_) AS 0::BIGINT;
CREATE MACRO pg_database_size(a_) AS (SELECT w_p.total_blocks * w_p.block_size FROM pragma_database_size() AS w_p WHERE w_p.database_name = current_database());
CREATE MACRO pg_size_pretty(a_) AS CASE WHEN abs(a_) < 10240 THEN a_::BIGINT || ' bytes' WHEN abs(a_) < 10485247 THEN round(a_ / 1024)::BIGINT || ' kB'
  WHEN abs(a_) < 10736893952 THEN round(a_ / 1048576)::BIGINT || ' MB' ELSE round(a_ / 1073741824)::BIGINT || ' GB' END;
CREATE MACRO pg_tablespace_location(a_) AS '';
CREATE MACRO pg_relation_filenode(a_) AS a_;
CREATE MACRO pg_stat_get_numscans(a_) AS 0::BIGINT;
CREATE MACRO pg_stat_get_tuples_inserted(a_) AS 0::BIGINT;
CREATE MACRO has_table_privilege(a_, b_) AS TRUE, (a_, b_, c_) AS TRUE;
CREATE MACRO has_any_column_privilege(a_, b_) AS TRUE, (a_, b_, c_) AS TRUE;
CREATE MACRO has_column_privilege(a_, b_, c_) AS TRUE, (a_, b_, c_, d_) AS TRUE;
CREATE MACRO has_schema_privilege(a_, b_) AS TRUE, (a_, b_, c_) AS TRUE;
CREATE MACRO has_database_privilege(a_, b_) AS TRUE, (a_, b_, c_) AS TRUE;
CREATE MACRO has_function_privilege(a_, b_) AS TRUE, (a_, b_, c_) AS TRUE;
CREATE MACRO has_sequence_privilege(a_, b_) AS TRUE, (a_, b_, c_) AS TRUE;
CREATE MACRO has_language_privilege(a_, b_) AS TRUE, (a_, b_, c_) AS TRUE;
CREATE MACRO has_type_privilege(a_, b_) AS TRUE, (a_, b_, c_) AS TRUE;
CREATE MACRO has_tablespace_privilege(a_, b_) AS TRUE, (a_, b_, c_) AS TRUE;
CREATE MACRO has_server_privilege(a_, b_) AS TRUE, (a_, b_, c_) AS TRUE;
CREATE MACRO has_foreign_data_wrapper_privilege(a_, b_) AS TRUE, (a_, b_, c_) AS TRUE;
CREATE MACRO pg_has_role(a_, b_) AS TRUE, (a_, b_, c_) AS TRUE;
CREATE MACRO row_security_active(a_) AS FALSE;
CREATE MACRO quote_literal(a_) AS '''' || replace(a_::VARCHAR, '''', '''''') || '''';
CREATE MACRO quote_nullable(a_) AS coalesce('''' || replace(a_::VARCHAR, '''', '''''') || '''', 'NULL');
CREATE MACRO array_upper(a_, b_) AS CASE WHEN len(a_) > 0 THEN len(a_) END;
CREATE MACRO array_lower(a_, b_) AS CASE WHEN len(a_) > 0 THEN 1 END;
CREATE MACRO array_ndims(a_) AS CASE WHEN len(a_) > 0 THEN 1 END;
CREATE MACRO cardinality(a_) AS len(a_);
CREATE MACRO _pg_expandarray(a_) AS list_transform(a_, lambda w_x, w_n: {'x': w_x, 'n': w_n});
CREATE MACRO aclexplode(a_) AS []::STRUCT(grantor BIGINT, grantee BIGINT, privilege_type VARCHAR, is_grantable BOOLEAN)[];
CREATE MACRO acldefault(a_, b_) AS NULL::VARCHAR[];
CREATE MACRO makeaclitem(a_, b_, c_, d_) AS NULL::VARCHAR;
CREATE MACRO pg_options_to_table(a_) AS []::STRUCT(option_name VARCHAR, option_value VARCHAR)[];
CREATE MACRO pg_get_keywords() AS (SELECT list({'word': w_k.keyword_name, 'catcode': CASE w_k.keyword_category WHEN 'reserved' THEN 'R' WHEN 'column_name' THEN 'C' WHEN 'type_function' THEN 'T' ELSE 'U' END,
  'barelabel': TRUE, 'catdesc': w_k.keyword_category, 'baredesc': 'can be bare label'}) FROM duckdb_keywords() AS w_k);
CREATE MACRO pg_available_extensions() AS []::STRUCT(name VARCHAR, default_version VARCHAR, comment VARCHAR)[];
CREATE MACRO pg_stat_get_activity(a_) AS []::STRUCT(pid INTEGER)[];
CREATE MACRO pg_listening_channels() AS []::VARCHAR[];
CREATE MACRO pg_blocking_pids(a_) AS []::INTEGER[];
CREATE MACRO pg_safe_snapshot_blocking_pids(a_) AS []::INTEGER[];
CREATE MACRO pg_sleep(a_) AS NULL;
CREATE MACRO pg_advisory_lock(a_) AS NULL, (a_, b_) AS NULL;
CREATE MACRO pg_try_advisory_lock(a_) AS TRUE, (a_, b_) AS TRUE;
CREATE MACRO pg_advisory_unlock(a_) AS TRUE, (a_, b_) AS TRUE;
CREATE MACRO pg_advisory_unlock_all() AS NULL;
CREATE MACRO pg_cancel_backend(a_) AS FALSE;
CREATE MACRO pg_terminate_backend(a_) AS FALSE;
CREATE MACRO to_regclass(a_) AS whatif_class_oid(a_);
CREATE MACRO to_regtype(a_) AS whatif_type_oid(a_);
CREATE MACRO to_regnamespace(a_) AS whatif_schema_oid(a_);
CREATE MACRO to_regproc(a_) AS whatif_proc_oid(a_);
CREATE MACRO to_regrole(a_) AS CASE WHEN a_::VARCHAR = (SELECT w_r.rolname FROM pg_authid AS w_r) THEN 10 END;
