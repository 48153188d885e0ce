-- +goose Up
-- What was given to somebody outside: to whom, why, in what form, and which
-- records, in which version, were told in it. It is only ever added to.
CREATE TABLE handout (
  id       TEXT PRIMARY KEY,
  at       TEXT NOT NULL,
  by_id    TEXT NOT NULL,
  what     TEXT NOT NULL,
  form     TEXT NOT NULL,
  audience TEXT NOT NULL,
  lang     TEXT NOT NULL DEFAULT '',
  to_whom  TEXT NOT NULL,
  to_fold  TEXT NOT NULL,
  why      TEXT NOT NULL DEFAULT '',
  code     TEXT NOT NULL DEFAULT '',
  sha256   TEXT NOT NULL DEFAULT ''
);
CREATE INDEX handout_at ON handout (at);

-- told says how a person was told of: full, initials, pseudonym, none.
CREATE TABLE handout_record (
  handout_id TEXT NOT NULL,
  pos        INTEGER NOT NULL,
  record_id  TEXT NOT NULL,
  version    BIGINT NOT NULL,
  told       TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (handout_id, pos)
);
CREATE INDEX handout_record_record ON handout_record (record_id);

-- +goose StatementBegin
CREATE TRIGGER handout_stays BEFORE UPDATE ON handout BEGIN SELECT RAISE(ABORT, 'the given-to register is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handout_keeps BEFORE DELETE ON handout BEGIN SELECT RAISE(ABORT, 'the given-to register is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handout_record_stays BEFORE UPDATE ON handout_record BEGIN SELECT RAISE(ABORT, 'the given-to register is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handout_record_keeps BEFORE DELETE ON handout_record BEGIN SELECT RAISE(ABORT, 'the given-to register is append-only'); END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER handout_record_keeps; DROP TRIGGER handout_record_stays; DROP TRIGGER handout_keeps; DROP TRIGGER handout_stays;
DROP TABLE handout_record; DROP TABLE handout;
