-- +goose Up
-- What is due next of one record is found at that record, not among all that is due on the day.
DROP INDEX deadline_about;
CREATE INDEX deadline_about ON deadline (about_id, met_on, due, owes);

-- +goose Down
DROP INDEX deadline_about;
CREATE INDEX deadline_about ON deadline (about_id);
