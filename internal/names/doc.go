// Package names compares the names of people, organizations and places
// across spellings and scripts.
//
// It holds folding for search, romanisation, the comparable form of a name,
// the score between two forms with its reasons, and the index keys a database
// stores to find candidates. It knows nothing of records, permissions or
// sentences: a reason is a code with arguments, and its wording lives in the
// message catalogue under "names.reason.".
package names
