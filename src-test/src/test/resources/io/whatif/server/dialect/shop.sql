-- SPDX-License-Identifier: Apache-2.0
-- Tables that both databases hold.
CREATE TABLE customers (id integer PRIMARY KEY, email text NOT NULL UNIQUE, spend double precision DEFAULT 0, vip boolean NOT NULL DEFAULT false, joined date, price numeric(10,2), tags text[], seen timestamp, updated timestamptz, CHECK (spend >= 0));
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers(id), amount real, note text, code smallint);
CREATE TABLE lines (order_id bigint, line integer, qty integer, PRIMARY KEY (order_id, line));
CREATE VIEW big_spenders AS SELECT id, email, spend FROM customers WHERE spend > 100;
CREATE INDEX orders_customer ON orders (customer_id);
CREATE UNIQUE INDEX orders_note ON orders (note, code);
CREATE SEQUENCE ticket START 5;
CREATE SCHEMA marts;
CREATE TABLE marts.daily (day date, n bigint);
COMMENT ON TABLE customers IS 'who buys';
COMMENT ON COLUMN customers.email IS 'where to write';
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE goods (id integer PRIMARY KEY, name text NOT NULL, kind text, price numeric(10,2), quantity integer);
INSERT INTO goods VALUES (1, 'apple', 'fruit', 1.20, 10), (2, 'pear', 'fruit', 2.50, 5), (3, 'leek', 'vegetable', 0.80, 20), (4, 'salt', NULL, 3.00, 7);
CREATE TABLE sales (good integer, day date, sold integer);
INSERT INTO sales VALUES (1, DATE '2024-05-01', 3), (1, DATE '2024-05-02', 4), (3, DATE '2024-05-01', 2), (7, DATE '2024-05-03', 1);
