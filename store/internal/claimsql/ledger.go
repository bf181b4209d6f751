package claimsql

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// A row of files is a content that may be in the media store. Whoever needs it updates the row, and
// whoever removes the content holds the row meanwhile, so neither comes between the other.

// NoteFile implements [bot.Ledger]. A file without a content changes nothing.
func (s *Store) NoteFile(ctx context.Context, f bot.File) error {
	if f.Hash == "" {
		return nil
	}
	if err := s.write(ctx, noteFile(f.Hash)); err != nil {
		return fmt.Errorf("note file: %w", err)
	}
	return nil
}

func noteFile(hash string) Statement {
	return Statement{
		SQL: `insert into files (hash, noted) values ($1, current_timestamp)
		on conflict (hash) do update set noted = excluded.noted`,
		Args: []any{hash},
	}
}

// DropUnused implements [bot.Ledger]. It looks at each content once.
func (s *Store) DropUnused(ctx context.Context, before time.Time, remove func(hash string) error) (n int, err error) {
	last := ""
	for {
		list, err := s.unused(ctx, before, last)
		for _, hash := range list {
			var dropped bool
			if dropped, err = s.dropFile(ctx, hash, before, remove); err != nil {
				break
			}
			if dropped {
				n++
			}
			last = hash
		}
		if err != nil {
			return n, fmt.Errorf("drop unused files: %w", err)
		}
		if len(list) == 0 {
			return n, nil
		}
	}
}

// unused lists the first contents after the last one that nobody needs.
func (s *Store) unused(ctx context.Context, before time.Time, last string) (list []string, err error) {
	err = s.read(ctx, Statement{
		`select hash from files
		where hash > $1 and noted < $2 and not exists (select 1 from claim_files where claim_files.hash = files.hash)
		order by hash limit $3`,
		[]any{last, micro(before), int64(bundle)},
		func(scan func(dest ...any) error) error {
			var hash string
			err := scan(&hash)
			list = append(list, hash)
			return err
		},
	})
	return list, err
}

// dropFile removes a content unless somebody has come to need it.
func (s *Store) dropFile(ctx context.Context, hash string, before time.Time, remove func(hash string) error) (dropped bool, err error) {
	err = s.db.Write(ctx, func(tx Tx) error {
		gone := 0
		args := []any{hash, micro(before)}
		err := run(ctx, tx,
			// This waits for a claim that is being written, so that the next one sees it.
			Statement{SQL: `update files set noted = noted where hash = $1 and noted < $2`, Args: args},
			Statement{
				`delete from files where hash = $1 and noted < $2
					and not exists (select 1 from claim_files where claim_files.hash = $1)
				returning hash`,
				args, count(&gone),
			})
		dropped = gone > 0
		if err != nil || !dropped {
			return err
		}
		return remove(hash)
	})
	return dropped && err == nil, err
}

// files writes which contents the claim needs.
func (w written) files(was *claim.Claim) (list []Statement) {
	now := hashes(w.claim.Evidence)
	var before []string
	if was != nil {
		before = hashes(was.Evidence)
	}
	id := string(w.claim.ID)
	for _, hash := range before {
		if _, still := slices.BinarySearch(now, hash); !still {
			list = append(list, Statement{SQL: `delete from claim_files where claim = $1 and hash = $2`, Args: []any{id, hash}})
		}
	}
	for _, hash := range now {
		if _, already := slices.BinarySearch(before, hash); already {
			continue
		}
		list = append(list, noteFile(hash), Statement{
			SQL:  `insert into claim_files (claim, hash) values ($1, $2) on conflict do nothing`,
			Args: []any{id, hash},
		})
	}
	return list
}

// hashes lists contents in the order in which all writers go through their rows.
func hashes(evidence []claim.Evidence) (list []string) {
	for _, e := range evidence {
		if e.Hash != "" {
			list = append(list, e.Hash)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
