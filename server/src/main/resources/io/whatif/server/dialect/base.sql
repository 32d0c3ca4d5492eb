/* SPDX-License-Identifier: Apache-2.0 */
-- PostgreSQL's catalog over DuckDB's own functions. A view that relations.txt knows gives the columns it has something to say
-- of; the others, and the types, come from there. Its relations have columns of which no client's has the name, because a
-- macro's argument takes the nearest column of its name.

CREATE MACRO quote_ident(a_) AS CASE WHEN regexp_full_match(a_, '[a-z_][a-z0-9_$]*') AND NOT contains(
    ' all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both '
    || 'case cast char character check coalesce collate collation column concurrently constraint create cross '
    || 'current_catalog current_date current_role current_schema current_time current_timestamp current_user dec '
    || 'decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign '
    || 'freeze from full grant greatest group grouping having ilike in initially inner inout int integer '
    || 'intersect interval into is isnull join lateral leading least left like limit localtime localtimestamp '
    || 'national natural nchar none normalize not notnull null nullif numeric offset on only or order out outer '
    || 'overlaps overlay placing position precision primary real references returning right row select '
    || 'session_user setof similar smallint some substring symmetric table tablesample then time timestamp to '
    || 'trailing treat trim true union unique user using values varchar variadic verbose when where window with ', ' ' || a_ || ' ')
  THEN a_ ELSE '"' || replace(a_, '"', '""') || '"' END;

CREATE MACRO whatif_list(a_) AS array_to_string(list_transform(a_, lambda w_x: quote_ident(w_x)), ', ');

-- DuckDB's search path is empty until it is set.
CREATE MACRO whatif_path() AS CASE WHEN len(system.pg_catalog.current_schemas(FALSE)) = 0 THEN [current_schema()]
  ELSE system.pg_catalog.current_schemas(FALSE) END;

CREATE VIEW whatif_schema AS
SELECT oid AS s_oid, database_name AS s_database, schema_name AS s_duckdb,
  CASE WHEN database_name = 'temp' THEN 'pg_temp_3' ELSE schema_name END AS s_name, comment AS s_comment
FROM duckdb_schemas()
WHERE (database_name = current_database() AND schema_name NOT IN ('pg_catalog', 'information_schema'))
  OR (database_name = 'temp' AND schema_name = 'main')
UNION ALL VALUES (11, NULL, NULL, 'pg_catalog', 'system catalog schema'), (13207, NULL, NULL, 'information_schema', NULL),
  (99, NULL, NULL, 'pg_toast', 'reserved schema for TOAST tables');

CREATE VIEW whatif_numbering AS
SELECT table_oid AS n_oid, map(list(column_name), list(column_index::SMALLINT)) AS n_numbers
FROM duckdb_columns() WHERE NOT internal AND database_name IN (current_database(), 'temp') GROUP BY table_oid;

CREATE VIEW whatif_listed AS
WITH listed AS (
  SELECT *, row_number() OVER (PARTITION BY table_oid ORDER BY constraint_index) AS k_index,
    CASE constraint_type WHEN 'PRIMARY KEY' THEN 'p' WHEN 'UNIQUE' THEN 'u' WHEN 'FOREIGN KEY' THEN 'f' ELSE 'c' END AS k_type,
    CASE constraint_type WHEN 'PRIMARY KEY' THEN table_name || '_pkey'
      WHEN 'UNIQUE' THEN concat_ws('_', table_name, array_to_string(constraint_column_names, '_'), 'key')
      WHEN 'FOREIGN KEY' THEN concat_ws('_', table_name, array_to_string(constraint_column_names, '_'), 'fkey')
      ELSE concat_ws('_', table_name, CASE WHEN len(constraint_column_names) = 1 THEN constraint_column_names[1] END, 'check')
    END AS k_base
  FROM duckdb_constraints()
  WHERE database_name IN (current_database(), 'temp') AND constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY', 'CHECK'))
SELECT *, k_base || CASE k_same WHEN 1 THEN '' ELSE (k_same - 1)::VARCHAR END AS k_name,
  CASE WHEN k_type IN ('p', 'u') THEN 1610612736 + (table_oid * 512 + k_index) % 536870912 ELSE 0 END AS k_own_index
FROM (SELECT *, row_number() OVER (PARTITION BY schema_oid, k_base ORDER BY table_oid, k_index) AS k_same FROM listed);

CREATE VIEW whatif_constraint AS
SELECT *, k_start || CASE WHEN k_type = 'c' THEN '(' || k_expression || ')' ELSE '' END AS k_text,
  k_start || CASE WHEN k_type = 'c' THEN CASE WHEN k_expression LIKE '(%' THEN k_expression ELSE '(' || k_expression || ')' END ELSE '' END AS k_pretty
FROM (
  SELECT 1073741824 + (c.table_oid * 512 + c.k_index) % 536870912 AS k_oid, c.table_oid AS k_table, c.schema_oid AS k_schema,
    c.schema_name AS k_schema_name, c.table_name AS k_table_name, c.k_type,
    c.k_name, c.constraint_column_names AS k_columns,
    list_transform(c.constraint_column_indexes, lambda x: (x + 1)::SMALLINT) AS k_keys,
    CASE WHEN c.k_type = 'f' THEN coalesce(r.k_own_index, 0) ELSE c.k_own_index END AS k_index_oid,
    coalesce(r.table_oid, 0) AS k_other, c.referenced_table AS k_other_name, c.referenced_column_names AS k_other_columns,
    list_transform(c.referenced_column_names,
      lambda x: (r.constraint_column_indexes[list_position(r.constraint_column_names, x)] + 1)::SMALLINT) AS k_other_keys,
    CASE WHEN c.k_type = 'c' THEN c.expression END AS k_expression,
    CASE c.k_type WHEN 'p' THEN 'PRIMARY KEY (' || whatif_list(c.constraint_column_names) || ')'
      WHEN 'u' THEN 'UNIQUE (' || whatif_list(c.constraint_column_names) || ')'
      WHEN 'f' THEN 'FOREIGN KEY (' || whatif_list(c.constraint_column_names) || ') REFERENCES '
        || CASE WHEN list_contains(whatif_path(), c.schema_name) THEN '' ELSE quote_ident(c.schema_name) || '.' END
        || quote_ident(c.referenced_table) || '(' || whatif_list(c.referenced_column_names) || ')' ELSE 'CHECK ' END AS k_start
  FROM whatif_listed c
  LEFT JOIN whatif_listed r ON c.k_type = 'f' AND r.k_type IN ('p', 'u') AND r.database_name = c.database_name
    AND r.schema_name = c.schema_name AND r.table_name = c.referenced_table
    AND list_sort(r.constraint_column_names) = list_sort(c.referenced_column_names));

CREATE VIEW whatif_index AS
SELECT index_oid AS i_oid, schema_oid AS i_schema, index_name AS i_name, table_oid AS i_table, is_unique AS i_unique,
  FALSE AS i_primary, list_transform(i_parts, lambda x: coalesce(n_numbers[trim(x, '"')], 0)) AS i_keys,
  list_transform(i_parts, lambda x: CASE WHEN n_numbers[trim(x, '"')] IS NULL THEN x ELSE trim(x, '"') END) AS i_parts,
  comment AS i_comment, database_name AS i_database, schema_name AS i_schema_name, table_name AS i_table_name
FROM (SELECT *, expressions::VARCHAR[] AS i_parts FROM duckdb_indexes() WHERE database_name IN (current_database(), 'temp')) i
LEFT JOIN whatif_numbering n ON n.n_oid = i.table_oid
UNION ALL
SELECT k_own_index, schema_oid, k_name, table_oid, TRUE, k_type = 'p', list_transform(constraint_column_indexes, lambda x: (x + 1)::SMALLINT),
  constraint_column_names, NULL, database_name, schema_name, table_name
FROM whatif_listed WHERE k_type IN ('p', 'u');

CREATE VIEW whatif_relation AS
SELECT *, r_schema = 11 OR r_schema_name = 'pg_temp_3' OR list_contains(whatif_path(), r_schema_name) AS r_visible
FROM (
  SELECT table_oid AS r_oid, schema_oid AS r_schema, CASE WHEN temporary THEN 'pg_temp_3' ELSE schema_name END AS r_schema_name,
    table_name AS r_name, 'r' AS r_kind, CASE WHEN temporary THEN 't' ELSE 'p' END AS r_persistence, column_count AS r_columns,
    index_count > 0 OR has_primary_key AS r_indexed, check_constraint_count AS r_checks, estimated_size AS r_rows,
    comment AS r_comment,
    (schema_name, table_name) IN (SELECT (schema_name, table_name) FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY'
      UNION ALL SELECT (schema_name, referenced_table) FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY') AS r_linked
  FROM duckdb_tables() WHERE NOT internal AND database_name IN (current_database(), 'temp')
  UNION ALL
  SELECT view_oid, schema_oid, CASE WHEN temporary THEN 'pg_temp_3' ELSE schema_name END, view_name, 'v',
    CASE WHEN temporary THEN 't' ELSE 'p' END, column_count, FALSE, 0, 0, comment, FALSE
  FROM duckdb_views() WHERE NOT internal AND database_name IN (current_database(), 'temp')
  UNION ALL
  SELECT sequence_oid, schema_oid, CASE WHEN temporary THEN 'pg_temp_3' ELSE schema_name END, sequence_name, 'S',
    CASE WHEN temporary THEN 't' ELSE 'p' END, 3, FALSE, 0, 1, comment, FALSE
  FROM duckdb_sequences() WHERE database_name IN (current_database(), 'temp')
  UNION ALL
  SELECT index_oid, schema_oid, CASE WHEN database_name = 'temp' THEN 'pg_temp_3' ELSE schema_name END, index_name, 'i', 'p',
    len(expressions::VARCHAR[]), FALSE, 0, 0, comment, FALSE
  FROM duckdb_indexes() WHERE database_name IN (current_database(), 'temp')
  UNION ALL
  SELECT k_own_index, schema_oid, CASE WHEN database_name = 'temp' THEN 'pg_temp_3' ELSE schema_name END, k_name, 'i', 'p',
    len(constraint_column_indexes), FALSE, 0, 0, NULL, FALSE
  FROM whatif_listed WHERE k_type IN ('p', 'u')
  UNION ALL
  SELECT b_oid, b_schema, CASE WHEN b_schema = 11 THEN 'pg_catalog' ELSE 'information_schema' END, b_name, b_kind, 'p', b_columns,
    FALSE, 0, 0, NULL, FALSE FROM whatif_builtin_relation);

CREATE VIEW whatif_duckdb_column AS
SELECT c.table_oid AS c_relation, c.column_index AS c_number, c.column_name AS c_name,
  coalesce(t.d_oid, 25) AS c_type, coalesce(t.d_length, -1) AS c_length, t.d_byval AS c_byval, t.d_align AS c_align,
  t.d_storage AS c_storage, coalesce(t.d_collation, 100) AS c_collation,
  CASE WHEN c.data_type LIKE 'DECIMAL(%'
    THEN (c.numeric_precision << 16 | c.numeric_scale) + 4 ELSE -1 END AS c_modifier,
  NOT c.is_nullable AS c_notnull, c.column_default AS c_default, c.is_generated AS c_generated, c.comment AS c_comment,
  c.schema_oid AS c_schema, c.table_name AS c_table, c.schema_name AS c_schema_name, c.database_name AS c_database,
  c.numeric_precision AS c_precision, c.numeric_scale AS c_scale, c.data_type AS c_duckdb
FROM (SELECT *, regexp_replace(regexp_replace(data_type, '\(.*\)', ''), '\[\d+\]', '[]', 'g') AS base FROM duckdb_columns()) c
LEFT JOIN whatif_duckdb_type t ON t.d_name = c.base
WHERE NOT c.internal AND c.database_name IN (current_database(), 'temp');

CREATE VIEW whatif_macro AS
SELECT function_oid + row_number() OVER (PARTITION BY function_oid) * 0 AS f_oid, function_name AS f_name, s_oid AS f_schema,
  function_type = 'table_macro' AS f_rows, CASE WHEN function_type = 'table_macro' THEN 2249 ELSE 2276 END AS f_result_type,
  CASE WHEN function_type = 'table_macro' THEN 'SETOF record' ELSE '"any"' END AS f_result,
  parameters AS f_names, list_transform(parameters, lambda x: 2276) AS f_types, list_transform(parameters, lambda x: 'i') AS f_modes,
  array_to_string(list_transform(parameters, lambda x: x || ' "any"'), ', ') AS f_arguments, macro_definition AS f_source,
  coalesce(comment, description) AS f_text
FROM duckdb_functions() f JOIN whatif_schema s ON s.s_database = f.database_name AND s.s_duckdb = f.schema_name
WHERE f.database_name IN (current_database(), 'temp') AND NOT internal AND function_type IN ('macro', 'table_macro');

CREATE VIEW whatif_function AS
SELECT p_oid AS f_oid, p_name AS f_name, s_oid AS f_schema, p_rows AS f_rows, p_result_type AS f_result_type, p_result AS f_result,
  p_names AS f_names, p_types AS f_types, p_modes AS f_modes, p_arguments AS f_arguments, p_name AS f_source, p_text AS f_text
FROM whatif_causal_function JOIN whatif_schema ON s_database = current_database() AND s_duckdb = 'main'
UNION ALL
SELECT * FROM whatif_macro
UNION ALL
SELECT * FROM (VALUES (750, 'array_in', 11, FALSE, 2277, 'anyarray', NULL, [2275], NULL, 'cstring', 'array_in', NULL),
  (751, 'array_out', 11, FALSE, 2275, 'cstring', NULL, [2277], NULL, 'anyarray', 'array_out', NULL),
  (2400, 'array_recv', 11, FALSE, 2277, 'anyarray', NULL, [2281], NULL, 'internal', 'array_recv', NULL),
  (2401, 'array_send', 11, FALSE, 17, 'bytea', NULL, [2277], NULL, 'anyarray', 'array_send', NULL));

CREATE VIEW whatif_comment AS
SELECT r_oid AS m_oid, 1259 AS m_class, 0 AS m_sub, r_comment AS m_text FROM whatif_relation WHERE r_comment IS NOT NULL
UNION ALL
SELECT c_relation, 1259, c_number, c_comment FROM whatif_duckdb_column WHERE c_comment IS NOT NULL
UNION ALL
SELECT s_oid, 2615, 0, s_comment FROM whatif_schema WHERE s_comment IS NOT NULL
UNION ALL
SELECT f_oid, 1255, 0, f_text FROM whatif_function WHERE f_text IS NOT NULL
UNION ALL
SELECT type_oid, 1247, 0, comment FROM duckdb_types() WHERE database_name = current_database() AND comment IS NOT NULL;

CREATE VIEW whatif_enum AS
SELECT type_oid AS e_oid, type_name AS e_name, schema_oid AS e_schema, labels AS e_labels, logical_type AS e_type
FROM duckdb_types() WHERE database_name = current_database() AND NOT internal AND logical_type = 'ENUM';

CREATE VIEW pg_authid AS
SELECT 10 AS oid, coalesce(getvariable('whatif_postgres_user'), 'whatif') AS rolname, TRUE AS rolsuper, TRUE AS rolinherit, TRUE AS rolcreaterole,
  TRUE AS rolcreatedb, TRUE AS rolcanlogin, TRUE AS rolreplication, TRUE AS rolbypassrls, -1 AS rolconnlimit;

CREATE VIEW whatif_visible AS SELECT r_oid AS v_oid FROM whatif_relation WHERE r_visible;

CREATE MACRO whatif_parts(a_) AS list_transform(regexp_extract_all(a_::VARCHAR, '("([^"]|"")+"|[^."]+)'),
  lambda w_x: CASE WHEN w_x LIKE '"%' THEN replace(w_x[2:-2], '""', '"') ELSE w_x END);

CREATE MACRO whatif_class_oid(a_) AS CASE WHEN regexp_full_match(a_::VARCHAR, '[0-9]+') THEN try_cast(a_::VARCHAR AS BIGINT)
  ELSE (SELECT min(w_r.r_oid) FROM whatif_relation AS w_r WHERE lower(w_r.r_name) = lower(whatif_parts(a_)[-1])
    AND CASE WHEN len(whatif_parts(a_)) > 1 THEN lower(w_r.r_schema_name) = lower(whatif_parts(a_)[-2]) ELSE w_r.r_visible END) END;

CREATE MACRO whatif_class_name(a_) AS CASE WHEN try_cast(a_::VARCHAR AS BIGINT) IS NULL THEN a_::VARCHAR WHEN try_cast(a_::VARCHAR AS BIGINT) = 0 THEN '-' ELSE coalesce(
  (SELECT CASE WHEN w_r.r_visible THEN '' ELSE quote_ident(w_r.r_schema_name) || '.' END || quote_ident(w_r.r_name)
   FROM whatif_relation AS w_r WHERE w_r.r_oid = try_cast(a_::VARCHAR AS BIGINT)), a_::VARCHAR) END;

CREATE MACRO whatif_schema_oid(a_) AS CASE WHEN regexp_full_match(a_::VARCHAR, '[0-9]+') THEN try_cast(a_::VARCHAR AS BIGINT)
  ELSE (SELECT min(w_s.s_oid) FROM whatif_schema AS w_s WHERE lower(w_s.s_name) = lower(whatif_parts(a_)[-1])) END;
CREATE MACRO whatif_schema_name(a_) AS coalesce((SELECT quote_ident(w_s.s_name) FROM whatif_schema AS w_s WHERE w_s.s_oid = try_cast(a_::VARCHAR AS BIGINT)), a_::VARCHAR);

CREATE MACRO whatif_type_oid(a_) AS CASE WHEN regexp_full_match(a_::VARCHAR, '[0-9]+') THEN try_cast(a_::VARCHAR AS BIGINT)
  ELSE (SELECT min(w_y.y_oid) FROM whatif_type AS w_y WHERE w_y.y_name = lower(whatif_parts(a_)[-1]) OR whatif_format_type(w_y.y_oid, NULL) = lower(a_::VARCHAR)) END;
CREATE MACRO whatif_type_name(a_) AS whatif_format_type(coalesce((SELECT w_d.d_oid FROM whatif_duckdb_type AS w_d WHERE w_d.d_name = regexp_replace(a_, '\(.*\)', '')), 25), NULL);

CREATE MACRO whatif_proc_oid(a_) AS CASE WHEN regexp_full_match(a_::VARCHAR, '[0-9]+') THEN try_cast(a_::VARCHAR AS BIGINT)
  ELSE (SELECT min(w_f.f_oid) FROM whatif_function AS w_f WHERE w_f.f_name = lower(whatif_parts(a_)[-1])) END;
CREATE MACRO whatif_proc_name(a_) AS CASE WHEN try_cast(a_::VARCHAR AS BIGINT) = 0 THEN '-' ELSE coalesce((SELECT w_f.f_name FROM whatif_function AS w_f WHERE w_f.f_oid = try_cast(a_::VARCHAR AS BIGINT)), a_::VARCHAR) END;

CREATE VIEW whatif_index_text AS
SELECT i_oid AS d_oid, d_start || quote_ident(i_schema_name) || '.' || d_end AS d_text,
  d_start || CASE WHEN list_contains(whatif_path(), i_schema_name) THEN '' ELSE quote_ident(i_schema_name) || '.' END || d_end AS d_pretty, d_parts
FROM (SELECT *, 'CREATE ' || CASE WHEN i_unique THEN 'UNIQUE ' ELSE '' END || 'INDEX ' || quote_ident(i_name) || ' ON ' AS d_start,
    quote_ident(i_table_name) || ' USING btree (' || array_to_string(d_parts, ', ') || ')' AS d_end
  FROM (SELECT index_oid AS i_oid, is_unique AS i_unique, index_name AS i_name, schema_name AS i_schema_name, table_name AS i_table_name,
    expressions::VARCHAR[] AS d_parts
  FROM duckdb_indexes() WHERE database_name IN (current_database(), 'temp')
  UNION ALL SELECT k_own_index, TRUE, k_name, schema_name, table_name, list_transform(constraint_column_names, lambda x: quote_ident(x))
  FROM whatif_listed WHERE k_type IN ('p', 'u')));

CREATE VIEW whatif_view_text AS
SELECT view_oid AS d_oid, ' ' || regexp_replace(sql, '^CREATE (TEMP )?VIEW ("([^"]|"")*"|[^ ".(]+)(\.("([^"]|"")*"|[^ ".(]+))*( ?\([^)]*\))? AS ', '') AS d_text
FROM duckdb_views() WHERE NOT internal AND database_name IN (current_database(), 'temp');

CREATE MACRO whatif_regclass(a_) AS CASE WHEN a_ IS NULL THEN NULL ELSE coalesce(whatif_class_oid(a_), error('relation "' || a_ || '" does not exist')::BIGINT) END;
CREATE MACRO whatif_regtype(a_) AS CASE WHEN a_ IS NULL THEN NULL ELSE coalesce(whatif_type_oid(a_), error('type "' || a_ || '" does not exist')::BIGINT) END;
CREATE MACRO whatif_regtype_name(a_) AS CASE WHEN try_cast(a_::VARCHAR AS BIGINT) IS NULL THEN a_::VARCHAR ELSE coalesce(nullif(whatif_format_type(try_cast(a_::VARCHAR AS BIGINT), NULL), '???'), a_::VARCHAR) END;
CREATE MACRO whatif_regproc(a_) AS CASE WHEN a_ IS NULL THEN NULL ELSE coalesce(whatif_proc_oid(a_), error('function "' || a_ || '" does not exist')::BIGINT) END;
CREATE MACRO whatif_regnamespace(a_) AS CASE WHEN a_ IS NULL THEN NULL ELSE coalesce(whatif_schema_oid(a_), error('schema "' || a_ || '" does not exist')::BIGINT) END;
CREATE MACRO whatif_setting(a_, b_) AS coalesce(b_[lower(a_)], (SELECT w_p.p_shown FROM whatif_parameter AS w_p WHERE lower(w_p.p_name) = lower(a_))),
  (a_, c_, b_) AS coalesce(b_[lower(a_)], (SELECT w_p.p_shown FROM whatif_parameter AS w_p WHERE lower(w_p.p_name) = lower(a_)));
