-- +goose Up
-- What is due next of one record is found at that record, not among all that is due on the day;
-- and what is late is counted by body along one index.
DROP INDEX deadline_about;
CREATE INDEX deadline_about ON deadline (about_id, met_on, due, owes);
DROP INDEX demand_line_late;
CREATE INDEX demand_line_late ON demand_line (waiting, due, proposal, demand_id, targets);

-- +goose Down
DROP INDEX demand_line_late;
CREATE INDEX demand_line_late ON demand_line (waiting, due, proposal, demand_id);
DROP INDEX deadline_about;
CREATE INDEX deadline_about ON deadline (about_id);
