package claimsql

import (
	"context"
	"fmt"
	"strings"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// maxNear is how many near matches are listed.
const maxNear = 5

// Machine implements [bot.Registry].
func (s *Store) Machine(ctx context.Context, serial claim.Serial) (claim.Machine, error) {
	list, err := s.machines(ctx,
		`select m.data, p.data from machines m left join parts p on p.machine = m.serial
		where m.serial = $1
		order by p.serial`, string(serial))
	if err == nil && len(list) == 0 {
		err = bot.ErrNotFound
	}
	if err != nil {
		return claim.Machine{}, fmt.Errorf("read machine %s: %w", serial, err)
	}
	return list[0], nil
}

// NearMachines implements [bot.Registry].
func (s *Store) NearMachines(ctx context.Context, folded string) ([]claim.Machine, error) {
	list, err := s.machines(ctx,
		`select m.data, p.data
		from (select serial, data from machines where folded = $1 order by serial limit $2) m
		left join parts p on p.machine = m.serial
		order by m.serial, p.serial`, folded, int64(maxNear))
	if err != nil {
		return nil, fmt.Errorf("list machines near %s: %w", folded, err)
	}
	return list, nil
}

// MachinesOf implements [bot.Registry].
func (s *Store) MachinesOf(ctx context.Context, c claim.CompanyID) ([]claim.Machine, error) {
	list, err := s.machines(ctx,
		`select m.data, p.data from machines m left join parts p on p.machine = m.serial
		where m.company = $1
		order by m.serial, p.serial`, string(c))
	if err != nil {
		return nil, fmt.Errorf("list machines of company %s: %w", c, err)
	}
	return list, nil
}

// machines reads rows of a machine and one of its parts, or none, ordered by machine.
func (s *Store) machines(ctx context.Context, sql string, args ...any) ([]claim.Machine, error) {
	var list []claim.Machine
	row := func(scan func(dest ...any) error) error {
		var machine string
		var part *string
		if err := scan(&machine, &part); err != nil {
			return err
		}
		m, err := decode[claim.Machine](machine)
		if err != nil {
			return err
		}
		if len(list) == 0 || list[len(list)-1].Serial != m.Serial {
			list = append(list, m)
		}
		if part == nil {
			return nil
		}
		p, err := decode[claim.Part](*part)
		last := &list[len(list)-1]
		last.Parts = append(last.Parts, p)
		return err
	}
	return list, s.read(ctx, Statement{sql, args, row})
}

// Company implements [bot.Registry].
func (s *Store) Company(ctx context.Context, id claim.CompanyID) (claim.Company, error) {
	var c claim.Company
	var found bool
	err := s.read(ctx, Statement{`select data from companies where id = $1`, []any{string(id)}, into(&c, &found)})
	if err == nil && !found {
		err = bot.ErrNotFound
	}
	if err != nil {
		return claim.Company{}, fmt.Errorf("read company %s: %w", id, err)
	}
	return c, nil
}

// FindCompanies implements [bot.Registry]. There are few companies, and few ask for them: all are looked at.
func (s *Store) FindCompanies(ctx context.Context, words string, limit int) ([]claim.Company, error) {
	words = strings.ToLower(strings.TrimSpace(words))
	var exact, list []claim.Company
	row := func(scan func(dest ...any) error) error {
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		c, err := decode[claim.Company](text)
		switch {
		case err != nil:
			return err
		case words == "":
		case strings.ToLower(string(c.ID)) == words || strings.ToLower(c.Name) == words:
			exact = append(exact, c)
		case strings.Contains(strings.ToLower(c.Name), words):
			list = append(list, c)
		}
		return nil
	}
	if err := s.read(ctx, Statement{`select data from companies order by id`, nil, row}); err != nil {
		return nil, fmt.Errorf("find companies: %w", err)
	}
	list = append(exact, list...)
	return list[:min(len(list), limit)], nil
}

// Import implements [bot.Registry]. Parts may also come inside their machines.
func (s *Store) Import(ctx context.Context, r bot.Registration, progress func(done int)) (changed int, err error) {
	err = s.db.Write(ctx, func(tx Tx) error {
		in := importing{tx: tx, progress: progress}
		for _, c := range r.Companies {
			in.company(ctx, c)
		}
		for _, m := range r.Machines {
			in.machine(ctx, m)
		}
		for _, p := range r.Parts {
			in.part(ctx, p)
		}
		in.flush(ctx)
		changed = in.changed
		return in.err
	})
	if err != nil {
		return 0, fmt.Errorf("import registry: %w", err)
	}
	return changed, nil
}

// importing sends rows in bundles and keeps the first error.
type importing struct {
	tx       Tx
	progress func(done int)
	waiting  []Statement
	done     int
	changed  int
	err      error
}

const bundle = 500 // rows that go to the database at once

func (in *importing) company(ctx context.Context, c claim.Company) {
	in.add(ctx, c, `insert into companies (id, data) values ($1, $2)
		on conflict (id) do update set data = excluded.data
		where companies.data <> excluded.data
		returning id`, string(c.ID))
}

func (in *importing) machine(ctx context.Context, m claim.Machine) {
	parts := m.Parts
	m.Parts = nil
	in.add(ctx, m, `insert into machines (serial, folded, company, data) values ($1, $2, $3, $4)
		on conflict (serial) do update set company = excluded.company, data = excluded.data
		where machines.data <> excluded.data
		returning serial`, string(m.Serial), m.Serial.Folded(), string(m.Company))
	for _, p := range parts {
		p.Machine = m.Serial
		in.part(ctx, p)
	}
}

func (in *importing) part(ctx context.Context, p claim.Part) {
	in.add(ctx, p, `insert into parts (serial, machine, data) values ($1, $2, $3)
		on conflict (serial) do update set machine = excluded.machine, data = excluded.data
		where parts.data <> excluded.data
		returning serial`, string(p.Serial), string(p.Machine))
}

// add appends a row, its JSON being the last column.
func (in *importing) add(ctx context.Context, v any, sql string, columns ...any) {
	if in.err != nil {
		return
	}
	var text string
	if text, in.err = encode(v); in.err != nil {
		return
	}
	in.waiting = append(in.waiting, Statement{sql, append(columns, text), count(&in.changed)})
	if len(in.waiting) == bundle {
		in.flush(ctx)
	}
}

func (in *importing) flush(ctx context.Context) {
	if in.err != nil {
		return
	}
	in.err = run(ctx, in.tx, in.waiting...)
	in.done += len(in.waiting)
	in.waiting = in.waiting[:0]
	if in.progress != nil && in.err == nil {
		in.progress(in.done)
	}
}
