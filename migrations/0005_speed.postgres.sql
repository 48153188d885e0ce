-- +goose Up
-- The order of names within a state of custody, and the periods of one
-- detention without reading their rows.
ALTER TABLE custody ADD COLUMN sort TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE custody SET sort = (SELECT h.sort FROM head h WHERE h.id = custody.person_id) WHERE EXISTS (SELECT 1 FROM head h WHERE h.id = custody.person_id);
DROP INDEX custody_state;
CREATE INDEX custody_state ON custody (latest, state, person_id);
CREATE INDEX custody_sort ON custody (latest, state, sort);
CREATE INDEX custody_period_of ON custody_period (detention_id, from_day, to_day);
DROP INDEX custody_period_day;
CREATE INDEX custody_period_day ON custody_period (from_day, detention_id, to_day);
DROP INDEX task_assignee;
CREATE INDEX task_assignee ON task (assignee, due_earliest);

-- +goose Down
DROP INDEX custody_period_day;
CREATE INDEX custody_period_day ON custody_period (from_day, to_day);
DROP INDEX task_assignee;
CREATE INDEX task_assignee ON task (assignee);
DROP INDEX custody_period_of;
DROP INDEX custody_sort;
DROP INDEX custody_state;
CREATE INDEX custody_state ON custody (latest, state);
ALTER TABLE custody DROP COLUMN sort;
