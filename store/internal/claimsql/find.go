package claimsql

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// FindClaims implements [bot.Claims].
func (s *Store) FindClaims(ctx context.Context, f bot.ClaimFilter) ([]claim.Claim, error) {
	var list []claim.Claim
	sql, args := findClaims(f)
	if err := s.read(ctx, Statement{sql, args, each(&list)}); err != nil {
		return nil, fmt.Errorf("find claims: %w", err)
	}
	return list, nil
}

// Unconfirmed implements [bot.Claims].
func (s *Store) Unconfirmed(ctx context.Context, before time.Time, limit int) ([]claim.Claim, error) {
	var list []claim.Claim
	err := s.read(ctx, Statement{
		`select data from claims where status = 'resolved' and not held and changed <= $1 order by changed limit $2`,
		[]any{micro(before), int64(limit)},
		each(&list),
	})
	if err != nil {
		return nil, fmt.Errorf("list unconfirmed claims: %w", err)
	}
	return list, nil
}

// findClaims puts the query of a filter together. What names few claims comes first, so that
// they are found by an index and looked at one by one.
func findClaims(f bot.ClaimFilter) (sql string, args []any) {
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	var owned, where []string
	if f.Person != "" {
		owned = append(owned, `select id from claims where channel = `+arg(f.Channel)+` and reporter = `+arg(string(f.Person)))
	}
	if f.Company != "" {
		owned = append(owned, `select claim from claim_lines where company = `+arg(string(f.Company)))
	}
	var sets []string
	if len(owned) > 0 {
		sets = append(sets, strings.Join(owned, ` union `))
	}
	if f.Serial != "" {
		sets = append(sets, `select claim from claim_lines where serial = `+arg(string(f.Serial)))
	}
	for _, set := range sets {
		where = append(where, `id in (`+set+`)`)
	}
	if f.Pending {
		where = append(where, `pending`)
	}
	if !f.Since.IsZero() {
		where = append(where, `date >= `+arg(f.Since.String()))
	}
	sql = `select data from claims`
	if len(where) > 0 {
		sql += ` where ` + strings.Join(where, ` and `)
	}
	limit := f.Limit
	if limit == 0 {
		limit = 100
	}
	return sql + ` order by opened desc, id desc limit ` + arg(int64(limit)), args
}

// Calling implements [bot.Claims].
func (s *Store) Calling(ctx context.Context, now time.Time, limit int) ([]claim.Claim, error) {
	var list []claim.Claim
	err := s.read(ctx, Statement{
		`select data from claims where call_at <= $1 order by call_at limit $2`,
		[]any{micro(now), int64(limit)},
		each(&list),
	})
	if err != nil {
		return nil, fmt.Errorf("list claims to call for: %w", err)
	}
	return list, nil
}
