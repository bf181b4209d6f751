// Package claimsql is the only copy of the SQL behind [bot.Store]. It runs unchanged on SQLite and
// on PostgreSQL: a store of one technology wraps its own transactions as [DB] and [Tx], brings its
// own migrations, and has the rest from here.
//
// What both databases agree on: placeholders are $1, $2, ...; what is filtered on is a column, and
// the whole value stands beside it as JSON; times are UTC with microseconds; days of the policy are
// texts like 2026-03-02; the clock in a statement is current_timestamp. Text with a NUL character,
// or that is not UTF-8, is refused, because PostgreSQL cannot keep it.
package claimsql

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Statement is one SQL text with what goes in and what is done with what comes out. Args are only
// nil, string, int64, bool, []byte and time.Time.
type Statement struct {
	SQL  string
	Args []any
	Row  RowFunc // called for each row; nil = rows are of no interest
}

// RowFunc takes one row: scan copies its columns.
type RowFunc func(scan func(dest ...any) error) error

// Tx is an open transaction.
type Tx interface {
	// Run executes statements in their order, in one round trip where the database can, and
	// returns the first error: of a statement or of its Row.
	Run(ctx context.Context, list ...Statement) error
}

// DB runs transactions. An error of f rolls back and is returned so that errors.Is finds it. A
// cancelled context ends the call with the context's error; after the database was closed every
// call fails.
type DB interface {
	// Read lets f see one state of the database. f runs all its statements at once.
	Read(ctx context.Context, f func(Tx) error) error
	// Write commits what f does. Two of them may run at once at "read committed"; the SQL here
	// compares and swaps, or locks a row by updating it, where that matters. When others get in
	// the way, as in a deadlock, f runs again after a rollback.
	Write(ctx context.Context, f func(Tx) error) error
	// Trail is a Write of what the session store holds as well, so a crash of the machine may
	// lose the last second of it.
	Trail(ctx context.Context, f func(Tx) error) error
}

// Store implements all of [bot.Store] but Ping and Close. It is safe for concurrent use.
type Store struct{ db DB }

// New returns the store on a database whose tables exist.
func New(db DB) *Store { return &Store{db} }

var errText = errors.New("text has a NUL character or is not UTF-8")

// run checks the arguments and executes.
func run(ctx context.Context, tx Tx, list ...Statement) error {
	for _, s := range list {
		for i, arg := range s.Args {
			if err := check(arg); err != nil {
				return fmt.Errorf("argument $%d: %w", i+1, err)
			}
		}
	}
	return tx.Run(ctx, list...)
}

// read runs statements that belong together in one transaction of their own.
func (s *Store) read(ctx context.Context, list ...Statement) error {
	return s.db.Read(ctx, func(tx Tx) error { return run(ctx, tx, list...) })
}

// write is read for statements that change something.
func (s *Store) write(ctx context.Context, list ...Statement) error {
	return s.db.Write(ctx, func(tx Tx) error { return run(ctx, tx, list...) })
}

// check refuses what one of the databases would not keep as it is.
func check(arg any) error {
	switch arg := arg.(type) {
	case string:
		if strings.IndexByte(arg, 0) >= 0 || !utf8.ValidString(arg) {
			return errText
		}
	case nil, int64, bool, []byte, time.Time:
	default:
		return fmt.Errorf("a %T is not an argument that every driver takes", arg)
	}
	return nil
}

// encode returns the JSON of a value; text with a NUL character is refused.
func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode %T: %w", v, err)
	}
	if hasNUL(b) {
		return "", fmt.Errorf("encode %T: %w", v, errText)
	}
	return string(b), nil
}

// hasNUL finds the escape of a NUL character, which is not the same as somebody's own words
// `\u0000`: their backslash is escaped itself.
func hasNUL(b []byte) bool {
	const escape = `\u0000`
	for i := bytes.Index(b, []byte(escape)); i >= 0; {
		before := 0
		for i-before > 0 && b[i-before-1] == '\\' {
			before++
		}
		if before%2 == 0 {
			return true
		}
		next := bytes.Index(b[i+1:], []byte(escape))
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

// decode reads what encode wrote.
func decode[T any](text string) (T, error) {
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return v, fmt.Errorf("decode %T: %w", v, err)
	}
	return v, nil
}

// into takes one row of JSON into *v and tells by *found that there was one.
func into[T any](v *T, found *bool) RowFunc {
	return func(scan func(dest ...any) error) error {
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		var err error
		*v, err = decode[T](text)
		*found = true
		return err
	}
}

// each appends rows of JSON to *list.
func each[T any](list *[]T) RowFunc {
	return func(scan func(dest ...any) error) error {
		var v T
		var found bool
		if err := into(&v, &found)(scan); err != nil {
			return err
		}
		*list = append(*list, v)
		return nil
	}
}

// count adds one to *n for each row.
func count(n *int) RowFunc {
	return func(func(dest ...any) error) error {
		*n++
		return nil
	}
}

// micro brings a time into the form in which it is kept.
func micro(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// orNull is micro with the zero time as NULL.
func orNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return micro(t)
}
