-- +goose Up
-- How certain an age is that was told: "about 30", or at least age and at most age_max.
ALTER TABLE person ADD COLUMN age_max DOUBLE PRECISION;
ALTER TABLE person ADD COLUMN age_about INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE person DROP COLUMN age_about;
ALTER TABLE person DROP COLUMN age_max;
