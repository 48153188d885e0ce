-- +goose Up
-- The name in Arabic letters of somebody whose title is in others, for whoever reads Arabic.
ALTER TABLE head ADD COLUMN title_arab TEXT NOT NULL DEFAULT '';
UPDATE head SET title_arab = (SELECT p.name_arab FROM person p WHERE p.id = head.id AND p.name_arab <> head.title)
  WHERE id IN (SELECT p.id FROM person p JOIN head h ON h.id = p.id WHERE p.name_arab <> '' AND p.name_arab <> h.title);
UPDATE head SET title_arab = (SELECT h.title_arab FROM detention d JOIN head h ON h.id = d.person WHERE d.id = head.id)
  WHERE id IN (SELECT d.id FROM detention d JOIN head h ON h.id = d.person WHERE h.title_arab <> '');

-- +goose Down
ALTER TABLE head DROP COLUMN title_arab;
