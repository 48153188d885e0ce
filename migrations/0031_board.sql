-- +goose Up
-- What figures over all appeals and demands ask lies in one row each, so that nothing has to be looked up beside it.
ALTER TABLE demand_line ADD COLUMN targets TEXT NOT NULL DEFAULT '';
UPDATE demand_line SET targets = COALESCE((SELECT d.targets FROM demand d WHERE d.id = demand_line.demand_id), '');
DROP TABLE demand_target;
ALTER TABLE appeal_line ADD COLUMN state TEXT NOT NULL DEFAULT '';
ALTER TABLE appeal_line ADD COLUMN assignee TEXT NOT NULL DEFAULT '';
ALTER TABLE appeal_line ADD COLUMN authors TEXT NOT NULL DEFAULT '';
UPDATE appeal_line SET state = COALESCE((SELECT h.state FROM head h WHERE h.id = appeal_line.appeal_id AND h.voided = 0), ''), assignee = COALESCE((SELECT t.assignee FROM appeal t WHERE t.id = appeal_line.appeal_id), ''),
  authors = COALESCE((SELECT CASE WHEN t.authors = '' THEN h.created_by ELSE h.created_by || '
' || t.authors END FROM appeal t JOIN head h ON h.id = t.id WHERE t.id = appeal_line.appeal_id), '');
-- The rows of a state, what is late, and what is due next, in their order.
CREATE INDEX head_state ON head (kind, voided, state, seq);
CREATE INDEX demand_line_late ON demand_line (waiting, due, proposal, demand_id);
CREATE INDEX demand_line_next ON demand_line ((CASE WHEN waiting = 1 AND due <> '' THEN due ELSE '9999' END), demand_id);
CREATE INDEX appeal_line_next ON appeal_line ((CASE WHEN due = '' THEN '9999' ELSE due END), appeal_id);
CREATE INDEX appeal_line_waits ON appeal_line (waits_since) WHERE waits_since > '';
CREATE INDEX appeal_line_unread ON appeal_line (unread_until) WHERE unread_until > '';
CREATE INDEX casefile_review ON casefile (review_on_earliest);
DROP INDEX custody_stale;
CREATE INDEX custody_stale ON custody (in_custody, latest, stale_on, detention_id);

-- +goose Down
DROP INDEX custody_stale;
CREATE INDEX custody_stale ON custody (in_custody, stale_on);
DROP INDEX casefile_review; DROP INDEX appeal_line_unread; DROP INDEX appeal_line_waits; DROP INDEX appeal_line_next; DROP INDEX demand_line_next; DROP INDEX demand_line_late; DROP INDEX head_state;
ALTER TABLE appeal_line DROP COLUMN authors;
ALTER TABLE appeal_line DROP COLUMN assignee;
ALTER TABLE appeal_line DROP COLUMN state;
CREATE TABLE demand_target (
  demand_id TEXT NOT NULL, target_id TEXT NOT NULL, PRIMARY KEY (target_id, demand_id)
);
CREATE INDEX demand_target_demand ON demand_target (demand_id);
INSERT INTO demand_target (demand_id, target_id) SELECT from_id, to_id FROM tie WHERE field = 'targets' ON CONFLICT DO NOTHING;
ALTER TABLE demand_line DROP COLUMN targets;
