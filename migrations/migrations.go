// Package migrations holds the database's history as SQL files, embedded in the program.
//
// A file is NNNN_name.sql where one text serves both databases, or the pair NNNN_name.sqlite.sql
// and NNNN_name.postgres.sql where they must differ. Each opens with "-- +goose Up"; a statement
// with semicolons inside (a trigger) stands between "-- +goose StatementBegin" and
// "-- +goose StatementEnd". A file that was released is never edited: a further one is added.
package migrations

import "embed"

// Files holds every migration; database.Migrate picks the ones of its dialect.
//
//go:embed *.sql
var Files embed.FS
