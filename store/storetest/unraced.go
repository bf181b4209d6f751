//go:build !race

package storetest

// Raced tells whether the race detector watches, under which SQLite takes ten times as long.
const Raced = false
