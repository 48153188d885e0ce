// Package sqlite3 stands in for the cgo driver that gorm's sqlite dialect
// imports for its side effect only. Amparo hands that dialect a connection of
// the pure Go engine, so nothing is needed here, and no C compiler either.
package sqlite3
