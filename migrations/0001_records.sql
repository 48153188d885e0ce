-- +goose Up
CREATE TABLE head (
  id          TEXT PRIMARY KEY,
  seq         BIGINT NOT NULL UNIQUE,
  ref         TEXT NOT NULL UNIQUE,
  kind        TEXT NOT NULL,
  case_id     TEXT NOT NULL DEFAULT '',
  title       TEXT NOT NULL DEFAULT '',
  sort        TEXT NOT NULL DEFAULT '',
  state       TEXT NOT NULL,
  sensitivity TEXT NOT NULL DEFAULT 'internal',
  version     BIGINT NOT NULL DEFAULT 1,
  voided      INTEGER NOT NULL DEFAULT 0,
  restricted  INTEGER NOT NULL DEFAULT 0,
  merged_into TEXT NOT NULL DEFAULT '',
  created_at  TEXT NOT NULL,
  created_by  TEXT NOT NULL,
  updated_at  TEXT NOT NULL,
  updated_by  TEXT NOT NULL
);
CREATE INDEX head_kind_sort ON head (kind, voided, sort);
CREATE INDEX head_kind_updated ON head (kind, voided, updated_at);
CREATE INDEX head_case ON head (case_id, kind);

CREATE TABLE member (
  case_id    TEXT NOT NULL,
  account_id TEXT NOT NULL,
  PRIMARY KEY (account_id, case_id)
);
CREATE INDEX member_case ON member (case_id);

CREATE TABLE tie (
  from_id TEXT NOT NULL,
  field   TEXT NOT NULL,
  row_id  TEXT NOT NULL DEFAULT '',
  pos     INTEGER NOT NULL DEFAULT 0,
  to_id   TEXT NOT NULL,
  PRIMARY KEY (from_id, field, row_id, pos)
);
CREATE INDEX tie_to ON tie (to_id, field);

CREATE TABLE name_key (
  name_key  TEXT NOT NULL,
  kind      TEXT NOT NULL,
  record_id TEXT NOT NULL,
  PRIMARY KEY (name_key, kind, record_id)
);
CREATE INDEX name_key_record ON name_key (record_id);

CREATE TABLE called (
  record_id TEXT NOT NULL,
  pos       INTEGER NOT NULL,
  name      TEXT NOT NULL,
  PRIMARY KEY (record_id, pos)
);

CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  last BIGINT NOT NULL
);

CREATE TABLE trail (
  n            BIGINT PRIMARY KEY,
  at           TEXT NOT NULL,
  actor        TEXT NOT NULL,
  record_id    TEXT NOT NULL,
  action       TEXT NOT NULL,
  move         TEXT NOT NULL DEFAULT '',
  version      BIGINT NOT NULL DEFAULT 0,
  payload_hash TEXT NOT NULL,
  hash         TEXT NOT NULL
);
CREATE INDEX trail_record ON trail (record_id, n);

CREATE TABLE trail_payload (
  n       BIGINT PRIMARY KEY,
  salt    TEXT NOT NULL,
  note    TEXT NOT NULL DEFAULT '',
  changes TEXT NOT NULL DEFAULT ''
);

CREATE TABLE chain (
  id   INTEGER PRIMARY KEY,
  n    BIGINT NOT NULL,
  hash TEXT NOT NULL
);
INSERT INTO chain (id, n, hash) VALUES (1, 0, '');

-- +goose Down
DROP TABLE chain; DROP TABLE trail_payload; DROP TABLE trail; DROP TABLE counter;
DROP TABLE called; DROP TABLE name_key; DROP TABLE tie; DROP TABLE member; DROP TABLE head;
