package claimsql

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/optoste/supportbot/bot"
)

// OpenUpload implements [bot.Uploads].
func (s *Store) OpenUpload(ctx context.Context, u bot.Upload) error {
	u.Expires = micro(u.Expires)
	text, err := encode(u)
	if err == nil {
		err = s.write(ctx, Statement{
			SQL: `insert into uploads (id, version, expires, old, data) values ($1, 1, $2, $3, $4)
			on conflict (id) do nothing`,
			Args: []any{u.ID, u.Expires, oldSince(u), text},
		})
	}
	if err != nil {
		return fmt.Errorf("open upload: %w", err)
	}
	return nil
}

// oldSince returns from when on an upload's parts are of no use: NULL when it has none.
func oldSince(u bot.Upload) any {
	switch {
	case len(u.Parts) == 0:
		return nil
	case isDone(u):
		return micro(time.Time{})
	default:
		return micro(u.Expires)
	}
}

func isDone(u bot.Upload) bool { return u.Done != bot.File{} }

// Upload implements [bot.Uploads].
func (s *Store) Upload(ctx context.Context, id string) (bot.Upload, error) {
	u, _, err := s.upload(ctx, id)
	if err != nil {
		return bot.Upload{}, fmt.Errorf("read upload: %w", err)
	}
	return u, nil
}

// upload reads an upload and its version.
func (s *Store) upload(ctx context.Context, id string) (u bot.Upload, version int64, err error) {
	found := false
	err = s.read(ctx, Statement{
		`select version, data from uploads where id = $1`,
		[]any{id},
		func(scan func(dest ...any) error) error {
			var text string
			if err := scan(&version, &text); err != nil {
				return err
			}
			found = true
			u, err = decode[bot.Upload](text)
			return err
		},
	})
	if err == nil && !found {
		err = bot.ErrNotFound
	}
	return u, version, err
}

// changeUpload stores what f makes of an upload, with more statements in the same commit; f may run
// again. An error of f changes nothing and is returned with the upload as it is.
func (s *Store) changeUpload(ctx context.Context, id string, f func(*bot.Upload) error, more ...Statement) (bot.Upload, error) {
	for range maxTries {
		was, version, err := s.upload(ctx, id)
		if err != nil {
			return bot.Upload{}, err
		}
		u := was
		if err := f(&u); err != nil {
			return was, err
		}
		text, err := encode(u)
		if err != nil {
			return was, err
		}
		err = s.db.Write(ctx, func(tx Tx) error {
			swapped := 0
			list := append([]Statement{{
				`update uploads set version = version + 1, old = $3, data = $4 where id = $1 and version = $2 returning id`,
				[]any{id, version, oldSince(u), text},
				count(&swapped),
			}}, more...)
			if err := run(ctx, tx, list...); err != nil {
				return err
			}
			if swapped == 0 {
				return errMoved
			}
			return nil
		})
		if !errors.Is(err, errMoved) {
			return u, err
		}
	}
	return bot.Upload{}, bot.ErrConflict
}

// BeginUpload implements [bot.Uploads].
func (s *Store) BeginUpload(ctx context.Context, id, name string, size int64) (bot.Upload, error) {
	u, err := s.changeUpload(ctx, id, func(u *bot.Upload) error {
		if isDone(*u) || len(u.Parts) > 0 {
			return bot.ErrConflict
		}
		u.Name, u.Size = name, size
		return nil
	})
	if err != nil {
		return u, fmt.Errorf("begin upload: %w", err)
	}
	return u, nil
}

// AddPart implements [bot.Uploads].
func (s *Store) AddPart(ctx context.Context, id string, offset int64, p bot.Part) (bot.Upload, error) {
	u, err := s.changeUpload(ctx, id, func(u *bot.Upload) error {
		var end int64
		for _, part := range u.Parts {
			end += part.Size
		}
		if isDone(*u) || end != offset {
			return bot.ErrConflict
		}
		u.Parts = append(u.Parts[:len(u.Parts):len(u.Parts)], p)
		return nil
	})
	if err != nil {
		return u, fmt.Errorf("add part to upload: %w", err)
	}
	return u, nil
}

// EndUpload implements [bot.Uploads]. Errors: [bot.ErrNotFound].
func (s *Store) EndUpload(ctx context.Context, id string, whole bot.File, then bot.Inbound) error {
	post, err := postAll([]bot.Inbound{then})
	if err == nil {
		_, err = s.changeUpload(ctx, id, func(u *bot.Upload) error {
			if isDone(*u) {
				return errRepeated
			}
			u.Done = whole
			return nil
		}, post...)
	}
	if err != nil && !errors.Is(err, errRepeated) {
		return fmt.Errorf("end upload: %w", err)
	}
	return nil
}

// OldUploads implements [bot.Uploads]: first those that are done, then by their end.
func (s *Store) OldUploads(ctx context.Context, before time.Time, limit int) ([]bot.Upload, error) {
	var list []bot.Upload
	err := s.read(ctx, Statement{
		`select data from uploads where old < $1 order by old, id limit $2`, []any{micro(before), int64(limit)}, each(&list),
	})
	if err != nil {
		return nil, fmt.Errorf("list old uploads: %w", err)
	}
	return list, nil
}

// DropParts implements [bot.Uploads]. One that is not there has none.
func (s *Store) DropParts(ctx context.Context, id string) error {
	_, err := s.changeUpload(ctx, id, func(u *bot.Upload) error {
		if len(u.Parts) == 0 {
			return errRepeated
		}
		u.Parts = nil
		return nil
	})
	if err != nil && !errors.Is(err, errRepeated) && !errors.Is(err, bot.ErrNotFound) {
		return fmt.Errorf("drop parts of upload: %w", err)
	}
	return nil
}
