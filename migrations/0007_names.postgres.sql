-- +goose Up
-- The keys of a record follow from its names.
DROP INDEX name_key_record;

-- +goose Down
CREATE INDEX name_key_record ON name_key (record_id);
