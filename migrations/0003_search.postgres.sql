-- +goose Up
CREATE TABLE head_text (
  rowid BIGINT PRIMARY KEY,
  fold  TEXT NOT NULL,
  words tsvector GENERATED ALWAYS AS (to_tsvector('simple', fold)) STORED
);
CREATE INDEX head_text_words ON head_text USING gin (words);
ALTER TABLE head ALTER COLUMN sort TYPE TEXT COLLATE "C";
ALTER TABLE head ALTER COLUMN ref TYPE TEXT COLLATE "C";
-- +goose StatementBegin
CREATE FUNCTION trail_stays() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'the history is append-only'; END $$ LANGUAGE plpgsql;
-- +goose StatementEnd
CREATE TRIGGER trail_stays BEFORE UPDATE OR DELETE ON trail FOR EACH ROW EXECUTE FUNCTION trail_stays();

-- +goose Down
DROP TRIGGER trail_stays ON trail; DROP FUNCTION trail_stays; DROP TABLE head_text;
