-- +goose Up
-- Lists and boards are counted within scope without reading the heads themselves; the few that have a gate are found at once.
DROP INDEX head_state;
CREATE INDEX head_state ON head (kind, voided, state, gate, seq, id);
CREATE INDEX head_gate ON head (gate, kind) WHERE gate > '';

-- +goose Down
DROP INDEX head_gate;
DROP INDEX head_state;
CREATE INDEX head_state ON head (kind, voided, state, seq);
