/* SPDX-License-Identifier: Apache-2.0 */
-- The relations that clients see.

CREATE VIEW pg_namespace AS
SELECT s_oid AS oid, s_name AS nspname, 10 AS nspowner FROM whatif_schema
WHERE s_oid <> (SELECT any_value(oid) FROM duckdb_schemas() WHERE database_name = 'temp' AND schema_name = 'main')
  OR EXISTS (SELECT 1 FROM duckdb_tables() WHERE temporary);

CREATE VIEW pg_class AS
SELECT r_oid AS oid, r_name AS relname, r_schema AS relnamespace, 10 AS relowner,
  CASE r_kind WHEN 'r' THEN 2 WHEN 'i' THEN 403 ELSE 0 END AS relam, CASE WHEN r_kind IN ('r', 'i', 'S') THEN r_oid ELSE 0 END AS relfilenode,
  r_rows AS reltuples, CASE WHEN r_kind = 'i' THEN 1 ELSE 0 END AS relpages, r_indexed AS relhasindex, r_persistence AS relpersistence, r_kind AS relkind, r_columns AS relnatts,
  r_checks AS relchecks, r_kind = 'v' AS relhasrules, r_linked AS relhastriggers, TRUE AS relispopulated,
  CASE WHEN r_kind <> 'r' OR r_oid < 16384 THEN 'n' ELSE 'd' END AS relreplident
FROM whatif_relation;

CREATE VIEW pg_attribute AS
SELECT c_relation AS attrelid, c_name AS attname, c_type AS atttypid, -1 AS attstattarget, c_length AS attlen, c_number AS attnum,
  CASE WHEN c_type IN (SELECT y_array FROM whatif_type WHERE y_array <> 0) THEN 1 ELSE 0 END AS attndims, -1 AS attcacheoff,
  c_modifier AS atttypmod, coalesce(c_byval, FALSE) AS attbyval, coalesce(c_align, 'i') AS attalign,
  coalesce(c_storage, 'x') AS attstorage, c_notnull AS attnotnull, c_default IS NOT NULL AS atthasdef,
  CASE WHEN c_generated THEN 's' ELSE '' END AS attgenerated, TRUE AS attislocal, c_collation AS attcollation
FROM whatif_duckdb_column
UNION ALL
SELECT b_relation, b_name, b_type, -1, y_length, b_number, CASE WHEN y_category = 'A' THEN 1 ELSE 0 END, -1, -1, y_byval, y_align,
  y_storage, b_notnull, FALSE, '', TRUE, CASE WHEN y_collation = 0 THEN 0 ELSE 950 END
FROM whatif_builtin_column JOIN whatif_type ON y_oid = b_base
UNION ALL
SELECT i_oid, CASE WHEN x.i_key = 0 THEN 'expr' ELSE coalesce(c_name, 'expr') END, coalesce(c_type, 25), -1, coalesce(c_length, -1), x.i_number, 0, -1,
  coalesce(c_modifier, -1), coalesce(c_byval, FALSE), coalesce(c_align, 'i'), coalesce(c_storage, 'x'), FALSE, FALSE, '', TRUE,
  coalesce(c_collation, 100)
FROM (SELECT i_oid, i_table, unnest(i_keys) AS i_key, generate_subscripts(i_keys, 1) AS i_number FROM whatif_index) x
LEFT JOIN whatif_duckdb_column ON c_relation = i_table AND c_number = x.i_key;

CREATE VIEW pg_attrdef AS
SELECT 536870912 + (c_relation * 512 + c_number) % 536870912 AS oid, c_relation AS adrelid, c_number AS adnum, c_default AS adbin
FROM whatif_duckdb_column WHERE c_default IS NOT NULL;

CREATE VIEW pg_type AS
SELECT y_oid AS oid, y_name AS typname, 11 AS typnamespace, 10 AS typowner, y_length AS typlen, y_byval AS typbyval,
  y_kind AS typtype, y_category AS typcategory, y_preferred AS typispreferred, TRUE AS typisdefined, ',' AS typdelim,
  y_subscript AS typsubscript, y_element AS typelem, y_array AS typarray,
  CASE WHEN y_true_array THEN 750 ELSE 0 END AS typinput, CASE WHEN y_true_array THEN 751 ELSE 0 END AS typoutput,
  CASE WHEN y_true_array THEN 2400 ELSE 0 END AS typreceive, CASE WHEN y_true_array THEN 2401 ELSE 0 END AS typsend,
  y_align AS typalign, y_storage AS typstorage, -1 AS typtypmod, y_collation AS typcollation, 0 AS typbasetype, NULL AS typdefault
FROM whatif_type
UNION ALL
SELECT v.oid, v.name, 13207, 10, v.len, v.len BETWEEN 1 AND 8, 'd', v.category, FALSE, TRUE, ',', 0, 0, v.oid - 1, 0, 0, 0, 0, v.align, v.storage,
  v.modifier, v.ordering, v.base, CASE WHEN v.name = 'time_stamp' THEN 'CURRENT_TIMESTAMP(2)' END
FROM (VALUES (13221, 'cardinal_number', 4, 'N', 'i', 'p', -1, 0, 23), (13224, 'character_data', -1, 'S', 'i', 'x', -1, 950, 1043),
  (13226, 'sql_identifier', 64, 'S', 'c', 'p', -1, 950, 19), (13232, 'time_stamp', 8, 'D', 'd', 'p', 2, 0, 1184),
  (13234, 'yes_or_no', -1, 'S', 'i', 'x', 7, 950, 1043)) v(oid, name, len, category, align, storage, modifier, ordering, base)
UNION ALL
SELECT e_oid, e_name, e_schema, 10, 4, TRUE, 'e', 'E', FALSE, TRUE, ',', 0, 0, 0, 0, 0, 0, 0, 'i', 'p', -1, 0, 0, NULL FROM whatif_enum;

CREATE VIEW pg_enum AS
SELECT 1610612736 + (e_oid * 512 + x) % 536870912 AS oid, e_oid AS enumtypid, x AS enumsortorder, label AS enumlabel
FROM (SELECT e_oid, unnest(e_labels) AS label, generate_subscripts(e_labels, 1) AS x FROM whatif_enum);

CREATE VIEW pg_index AS
SELECT i_oid AS indexrelid, i_table AS indrelid, len(i_keys) AS indnatts, len(i_keys) AS indnkeyatts, i_unique AS indisunique,
  i_primary AS indisprimary, TRUE AS indimmediate, TRUE AS indisvalid, TRUE AS indisready, TRUE AS indislive, i_keys AS indkey,
  list_transform(i_keys, lambda x: 0) AS indcollation, list_transform(i_keys, lambda x: 0) AS indclass,
  list_transform(i_keys, lambda x: 0) AS indoption,
  CASE WHEN list_contains(i_keys, 0) THEN array_to_string(list_filter(i_parts, lambda x, n: i_keys[n] = 0), ', ') END AS indexprs
FROM whatif_index;

CREATE VIEW pg_constraint AS
SELECT k_oid AS oid, k_name AS conname, k_schema AS connamespace, k_type AS contype, TRUE AS convalidated, k_table AS conrelid,
  k_index_oid AS conindid, k_other AS confrelid, CASE WHEN k_type = 'f' THEN 'a' ELSE ' ' END AS confupdtype,
  CASE WHEN k_type = 'f' THEN 'a' ELSE ' ' END AS confdeltype, CASE WHEN k_type = 'f' THEN 's' ELSE ' ' END AS confmatchtype,
  TRUE AS conislocal, k_type <> 'c' AS connoinherit, k_keys AS conkey, CASE WHEN k_type = 'f' THEN k_other_keys END AS confkey,
  k_expression AS conbin
FROM whatif_constraint;

CREATE VIEW pg_description AS SELECT m_oid AS objoid, m_class AS classoid, m_sub AS objsubid, m_text AS description FROM whatif_comment;

CREATE VIEW pg_proc AS
SELECT f_oid AS oid, f_name AS proname, f_schema AS pronamespace, 10 AS proowner, CASE WHEN f_oid < 16384 AND f_schema = 11 THEN 12 ELSE 14 END AS prolang, 100 AS procost,
  CASE WHEN f_rows THEN 1000 ELSE 0 END AS prorows, 'f' AS prokind, f_rows AS proretset, 'v' AS provolatile, 'u' AS proparallel,
  CASE WHEN f_modes IS NULL THEN len(f_types) ELSE len(list_filter(f_modes, lambda x: x IN ('i', 'v'))) END AS pronargs, f_result_type AS prorettype,
  CASE WHEN f_modes IS NULL THEN f_types ELSE list_filter(f_types, lambda x, n: f_modes[n] IN ('i', 'v')) END AS proargtypes,
  CASE WHEN list_contains(f_modes, 't') OR list_contains(f_modes, 'v') THEN f_types END AS proallargtypes,
  CASE WHEN list_contains(f_modes, 't') OR list_contains(f_modes, 'v') THEN f_modes END AS proargmodes,
  f_names AS proargnames, f_source AS prosrc
FROM whatif_function;

CREATE VIEW pg_rewrite AS
SELECT 536870912 + (r_oid * 512 + 511) % 536870912 AS oid, '_RETURN' AS rulename, r_oid AS ev_class, '1' AS ev_type, 'O' AS ev_enabled, TRUE AS is_instead
FROM whatif_relation WHERE r_kind = 'v' AND r_oid >= 16384;

CREATE VIEW pg_database AS
SELECT database_oid AS oid, database_name AS datname, 10 AS datdba, 6 AS encoding, 'c' AS datlocprovider, FALSE AS datistemplate,
  TRUE AS datallowconn, -1 AS datconnlimit, 1663 AS dattablespace, 'C.UTF-8' AS datcollate, 'C.UTF-8' AS datctype
FROM duckdb_databases() WHERE database_name = current_database();

CREATE VIEW pg_roles AS
SELECT oid, rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolconnlimit, rolbypassrls,
  '********' AS rolpassword FROM pg_authid;

CREATE VIEW pg_user AS
SELECT rolname AS usename, oid AS usesysid, TRUE AS usecreatedb, TRUE AS usesuper, TRUE AS userepl, TRUE AS usebypassrls, '********' AS passwd
FROM pg_authid;

CREATE VIEW pg_shadow AS SELECT usename, usesysid, usecreatedb, usesuper, userepl, usebypassrls FROM pg_user;

CREATE VIEW pg_am AS SELECT oid, amname, amtype FROM (VALUES (2, 'heap', 't'), (403, 'btree', 'i'), (405, 'hash', 'i'), (783, 'gist', 'i'), (2742, 'gin', 'i'), (3580, 'brin', 'i'),
  (4000, 'spgist', 'i')) v(oid, amname, amtype);

CREATE VIEW pg_language AS
SELECT oid, lanname, 10 AS lanowner, ispl AS lanispl, trusted AS lanpltrusted
FROM (VALUES (12, 'internal', FALSE, FALSE), (13, 'c', FALSE, FALSE), (14, 'sql', FALSE, TRUE)) v(oid, lanname, ispl, trusted);

CREATE VIEW pg_tablespace AS SELECT oid, spcname, 10 AS spcowner FROM (VALUES (1663, 'pg_default'), (1664, 'pg_global')) v(oid, spcname);

CREATE VIEW pg_collation AS
SELECT oid, name AS collname, 11 AS collnamespace, 10 AS collowner, provider AS collprovider, TRUE AS collisdeterministic, -1 AS collencoding,
  place AS collcollate, place AS collctype
FROM (VALUES (100, 'default', 'd', NULL), (950, 'C', 'c', 'C'), (951, 'POSIX', 'c', 'POSIX')) v(oid, name, provider, place);

CREATE VIEW pg_tables AS
SELECT r_schema_name AS schemaname, r_name AS tablename, rolname AS tableowner, r_indexed AS hasindexes
FROM whatif_relation, pg_authid WHERE r_kind = 'r';

CREATE VIEW pg_views AS
SELECT r_schema_name AS schemaname, r_name AS viewname, rolname AS viewowner, pg_get_viewdef(r_oid) AS definition
FROM whatif_relation, pg_authid WHERE r_kind = 'v';

CREATE VIEW pg_indexes AS
SELECT s_name AS schemaname, i_table_name AS tablename, i_name AS indexname, pg_get_indexdef(i_oid) AS indexdef
FROM whatif_index JOIN whatif_schema ON s_oid = i_schema;

CREATE VIEW pg_sequence AS
SELECT sequence_oid AS seqrelid, 20 AS seqtypid, start_value AS seqstart, increment_by AS seqincrement, max_value AS seqmax,
  min_value AS seqmin, 1 AS seqcache, cycle AS seqcycle
FROM duckdb_sequences() WHERE database_name IN (current_database(), 'temp');

CREATE VIEW pg_sequences AS
SELECT s_name AS schemaname, sequence_name AS sequencename, rolname AS sequenceowner, 20 AS data_type, start_value, min_value, max_value,
  increment_by, cycle, 1 AS cache_size, last_value
FROM duckdb_sequences() q JOIN whatif_schema ON s_oid = q.schema_oid, pg_authid WHERE database_name IN (current_database(), 'temp');

CREATE VIEW pg_settings AS
SELECT p_name AS name, p_value AS setting, p_unit AS unit, 'Preset Options' AS category, p_context AS context, p_type AS vartype,
  'default' AS source, p_least AS min_val, p_greatest AS max_val, p_words AS enumvals, p_value AS boot_val, p_value AS reset_val
FROM whatif_parameter;

CREATE VIEW pg_stat_activity AS
SELECT d.oid AS datid, d.datname, getvariable('whatif_postgres_pid') AS pid, 10 AS usesysid, rolname AS usename, 'active' AS state,
  'client backend' AS backend_type, current_query() AS query
FROM pg_database d, pg_authid;

CREATE VIEW pg_stat_all_tables AS
SELECT r_oid AS relid, r_schema_name AS schemaname, r_name AS relname, r_rows AS n_live_tup
FROM whatif_relation WHERE r_kind = 'r';

CREATE VIEW pg_stat_user_tables AS
SELECT relid, schemaname, relname, n_live_tup FROM pg_stat_all_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'pg_toast');

CREATE VIEW pg_statio_user_tables AS SELECT relid, schemaname, relname FROM pg_stat_user_tables;

CREATE VIEW pg_stat_database AS SELECT oid AS datid, datname, 1 AS numbackends FROM pg_database;


CREATE VIEW pg_timezone_names AS SELECT name, abbrev, utc_offset, is_dst FROM pg_timezone_names();

CREATE VIEW schemata AS
SELECT current_database() AS catalog_name, nspname AS schema_name, rolname AS schema_owner FROM pg_namespace, pg_authid;

CREATE VIEW tables AS
SELECT current_database() AS table_catalog, r_schema_name AS table_schema, r_name AS table_name,
  CASE WHEN r_kind = 'v' THEN 'VIEW' WHEN r_persistence = 't' THEN 'LOCAL TEMPORARY' ELSE 'BASE TABLE' END AS table_type,
  CASE WHEN r_kind = 'r' THEN 'YES' ELSE 'NO' END AS is_insertable_into, 'NO' AS is_typed,
  CASE WHEN r_persistence = 't' THEN 'PRESERVE' END AS commit_action
FROM whatif_relation WHERE r_kind IN ('r', 'v');

CREATE VIEW columns AS
SELECT current_database() AS table_catalog, r_schema_name AS table_schema, r_name AS table_name, c_name AS column_name,
  c_number AS ordinal_position, CASE WHEN NOT c_generated THEN c_default END AS column_default, CASE WHEN c_notnull THEN 'NO' ELSE 'YES' END AS is_nullable,
  CASE WHEN c_type IN (SELECT y_array FROM whatif_type WHERE y_array <> 0) THEN 'ARRAY' ELSE format_type(c_type, NULL) END AS data_type,
  CASE WHEN c_type IN (25, 1043, 1042) THEN 1073741824 END AS character_octet_length,
  CASE c_type WHEN 21 THEN 16 WHEN 23 THEN 32 WHEN 20 THEN 64 WHEN 700 THEN 24 WHEN 701 THEN 53
    WHEN 1700 THEN CASE WHEN c_modifier >= 0 THEN c_precision END END AS numeric_precision,
  CASE WHEN c_type IN (21, 23, 20, 700, 701) THEN 2 WHEN c_type = 1700 THEN 10 END AS numeric_precision_radix,
  CASE WHEN c_type IN (21, 23, 20) THEN 0 WHEN c_type = 1700 AND c_modifier >= 0 THEN c_scale END AS numeric_scale,
  CASE WHEN c_type = 1082 THEN 0 WHEN c_type IN (1083, 1114, 1184, 1186, 1266) THEN 6 END AS datetime_precision,
  current_database() AS udt_catalog, 'pg_catalog' AS udt_schema, y_name AS udt_name, c_number::VARCHAR AS dtd_identifier,
  'NO' AS is_self_referencing, 'NO' AS is_identity, 'NO' AS identity_cycle, CASE WHEN c_generated THEN 'ALWAYS' ELSE 'NEVER' END AS is_generated,
  CASE WHEN c_generated THEN c_default END AS generation_expression,
  CASE WHEN r_kind = 'r' AND NOT c_generated THEN 'YES' ELSE 'NO' END AS is_updatable
FROM (SELECT c_relation, c_number, c_name, c_type, c_modifier, c_notnull, c_default, c_generated, c_precision, c_scale FROM whatif_duckdb_column
  UNION ALL SELECT b_relation, b_number, b_name, b_base, -1, b_notnull, NULL, FALSE, NULL, NULL FROM whatif_builtin_column)
JOIN whatif_relation ON r_oid = c_relation LEFT JOIN whatif_type ON y_oid = c_type
WHERE r_kind IN ('r', 'v');

CREATE VIEW views AS
SELECT current_database() AS table_catalog, r_schema_name AS table_schema, r_name AS table_name, pg_get_viewdef(r_oid) AS view_definition,
  'NONE' AS check_option, 'NO' AS is_updatable, 'NO' AS is_insertable_into, 'NO' AS is_trigger_updatable, 'NO' AS is_trigger_deletable,
  'NO' AS is_trigger_insertable_into
FROM whatif_relation WHERE r_kind = 'v';

CREATE VIEW sequences AS
SELECT current_database() AS sequence_catalog, schemaname AS sequence_schema, sequencename AS sequence_name, 'bigint' AS data_type,
  64 AS numeric_precision, 2 AS numeric_precision_radix, 0 AS numeric_scale, start_value::VARCHAR AS start_value,
  min_value::VARCHAR AS minimum_value, max_value::VARCHAR AS maximum_value, increment_by::VARCHAR AS increment,
  CASE WHEN cycle THEN 'YES' ELSE 'NO' END AS cycle_option
FROM pg_sequences;

CREATE VIEW whatif_named_constraint AS
SELECT k_oid, k_name, s_name, k_table_name, k_columns, k_other, k_other_name, k_other_columns, k_expression, k_type, k_index_oid
FROM whatif_constraint JOIN whatif_schema ON s_oid = k_schema
UNION ALL
SELECT 0, s_oid || '_' || c_relation || '_' || c_number || '_not_null', s_name, c_table, [c_name], 0, NULL, NULL, c_name || ' IS NOT NULL', 'n', NULL
FROM whatif_duckdb_column JOIN whatif_schema ON s_oid = c_schema WHERE c_notnull;

CREATE VIEW table_constraints AS
SELECT current_database() AS constraint_catalog, s_name AS constraint_schema, k_name AS constraint_name, current_database() AS table_catalog,
  s_name AS table_schema, k_table_name AS table_name,
  CASE k_type WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' WHEN 'f' THEN 'FOREIGN KEY' ELSE 'CHECK' END AS constraint_type,
  'NO' AS is_deferrable, 'NO' AS initially_deferred, 'YES' AS enforced, CASE WHEN k_type = 'u' THEN 'YES' END AS nulls_distinct
FROM whatif_named_constraint;

CREATE VIEW check_constraints AS
SELECT current_database() AS constraint_catalog, s_name AS constraint_schema, k_name AS constraint_name,
  CASE k_type WHEN 'c' THEN '(' || k_expression || ')' ELSE k_expression END AS check_clause
FROM whatif_named_constraint WHERE k_type IN ('c', 'n');

CREATE VIEW key_column_usage AS
SELECT current_database() AS constraint_catalog, s_name AS constraint_schema, k_name AS constraint_name, current_database() AS table_catalog,
  s_name AS table_schema, k_table_name AS table_name, column_name, ordinal_position,
  CASE WHEN k_type = 'f' THEN ordinal_position END AS position_in_unique_constraint
FROM (SELECT *, unnest(k_columns) AS column_name, generate_subscripts(k_columns, 1) AS ordinal_position
  FROM whatif_named_constraint WHERE k_type IN ('p', 'u', 'f'));

CREATE VIEW referential_constraints AS
SELECT current_database() AS constraint_catalog, f.s_name AS constraint_schema, f.k_name AS constraint_name,
  current_database() AS unique_constraint_catalog, f.s_name AS unique_constraint_schema,
  (SELECT max(u.k_name) FROM whatif_constraint u WHERE u.k_type IN ('p', 'u') AND u.k_index_oid = f.k_index_oid) AS unique_constraint_name, 'NONE' AS match_option, 'NO ACTION' AS update_rule, 'NO ACTION' AS delete_rule
FROM whatif_named_constraint f WHERE f.k_type = 'f';

CREATE VIEW constraint_column_usage AS
SELECT current_database() AS table_catalog, s_name AS table_schema, CASE WHEN k_type = 'f' THEN k_other_name ELSE k_table_name END AS table_name,
  column_name, current_database() AS constraint_catalog, s_name AS constraint_schema, k_name AS constraint_name
FROM (SELECT *, unnest(CASE WHEN k_type = 'f' THEN k_other_columns ELSE k_columns END) AS column_name FROM whatif_named_constraint WHERE k_type <> 'n');

CREATE VIEW constraint_table_usage AS
SELECT current_database() AS table_catalog, s_name AS table_schema, CASE WHEN k_type = 'f' THEN k_other_name ELSE k_table_name END AS table_name,
  current_database() AS constraint_catalog, s_name AS constraint_schema, k_name AS constraint_name
FROM whatif_named_constraint WHERE k_type IN ('p', 'u', 'f');

CREATE VIEW routines AS
SELECT current_database() AS specific_catalog, s_name AS specific_schema, f_name || '_' || f_oid AS specific_name,
  current_database() AS routine_catalog, s_name AS routine_schema, f_name AS routine_name, 'FUNCTION' AS routine_type,
  CASE WHEN f_result_type = 2249 THEN 'record' ELSE format_type(f_result_type, NULL) END AS data_type,
  current_database() AS type_udt_catalog, 'pg_catalog' AS type_udt_schema, y_name AS type_udt_name, '0' AS dtd_identifier, 'EXTERNAL' AS routine_body,
  f_source AS routine_definition, 'SQL' AS external_language, 'GENERAL' AS parameter_style, 'NO' AS is_deterministic, 'MODIFIES' AS sql_data_access,
  'NO' AS is_null_call, 'YES' AS schema_level_routine, 0 AS max_dynamic_result_sets, 'INVOKER' AS security_type, 'NO' AS as_locator, 'NO' AS is_udt_dependent
FROM whatif_function JOIN whatif_schema ON s_oid = f_schema LEFT JOIN whatif_type ON y_oid = f_result_type;

CREATE VIEW parameters AS
SELECT current_database() AS specific_catalog, s_name AS specific_schema, f_name || '_' || f_oid AS specific_name, p.n AS ordinal_position,
  CASE WHEN p.m IN ('i', 'v') THEN 'IN' ELSE 'OUT' END AS parameter_mode, 'NO' AS is_result, 'NO' AS as_locator, p.a AS parameter_name,
  CASE WHEN y_true_array THEN 'ARRAY' ELSE format_type(p.t, NULL) END AS data_type, current_database() AS udt_catalog, 'pg_catalog' AS udt_schema, y_name AS udt_name, p.n::VARCHAR AS dtd_identifier
FROM (SELECT f_name, f_oid, f_schema, unnest(f_names) AS a, unnest(f_types) AS t, unnest(f_modes) AS m, generate_subscripts(f_names, 1) AS n
  FROM whatif_function WHERE f_names IS NOT NULL) p
JOIN whatif_schema ON s_oid = p.f_schema LEFT JOIN whatif_type ON y_oid = p.t;

CREATE VIEW table_privileges AS
SELECT rolname AS grantor, rolname AS grantee, current_database() AS table_catalog, r_schema_name AS table_schema, r_name AS table_name,
  privilege AS privilege_type, 'YES' AS is_grantable, CASE WHEN privilege = 'SELECT' THEN 'YES' ELSE 'NO' END AS with_hierarchy
FROM whatif_relation, pg_authid, (SELECT unnest(['INSERT', 'SELECT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege)
WHERE r_kind IN ('r', 'v');

CREATE VIEW role_table_grants AS
SELECT grantor, grantee, table_catalog, table_schema, table_name, privilege_type, is_grantable, with_hierarchy FROM table_privileges;

CREATE VIEW information_schema_catalog_name AS SELECT current_database() AS catalog_name;

CREATE VIEW enabled_roles AS SELECT rolname AS role_name FROM pg_authid;

CREATE VIEW character_sets AS SELECT 'UTF8' AS character_set_name, 'UCS' AS character_repertoire, 'UTF8' AS form_of_use, current_database() AS default_collate_catalog;
