-- +goose Up
CREATE VIRTUAL TABLE head_text USING fts5(fold, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0", prefix='2 3');
INSERT INTO head_text (head_text, rank) VALUES ('secure-delete', 1);
-- +goose StatementBegin
CREATE TRIGGER trail_stays BEFORE UPDATE ON trail BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER trail_keeps BEFORE DELETE ON trail BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER trail_keeps; DROP TRIGGER trail_stays; DROP TABLE head_text;
