package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/optoste/supportbot/bot"
)

const (
	oldestVersion = 150000          // as server_version_num counts
	clockLimit    = 5 * time.Second // between the database's clock and ours
)

// Examiner looks at a database without opening it as a store, so it may be away, old or empty. It
// implements [bot.Examiner].
type Examiner struct {
	URL string
	Now func() time.Time
}

var _ bot.Examiner = Examiner{}

// What is looked at, as it is named in a [bot.Finding].
const (
	whatDatabase = "Database"
	whatTables   = "Database tables"
	whatClock    = "Database clock"
	whatSafety   = "Database safety"
)

// Examine implements [bot.Examiner].
func (e Examiner) Examine(ctx context.Context) []bot.Finding {
	config, err := parse(e.URL)
	if err != nil {
		return []bot.Finding{{What: whatDatabase, Problem: err.Error(), Do: "correct DATABASE_URL"}}
	}
	config.MaxConns, config.MinConns, config.MinIdleConns = 1, 0, 0
	conns, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return []bot.Finding{unreachable(err)}
	}
	defer conns.Close()
	seen, err := e.look(ctx, conns)
	if err != nil {
		return []bot.Finding{unreachable(err)}
	}
	return append(seen.findings(), tables(ctx, conns))
}

// server is what a server says of itself.
type server struct {
	version                        string
	number                         int
	encoding, fsync, commit, pages string
	standby, readOnly              bool
	ahead                          time.Duration // its clock before ours
}

func (e Examiner) look(ctx context.Context, conns *pgxpool.Pool) (s server, err error) {
	if err := conns.Ping(ctx); err != nil { // so that the time below is that of one round trip
		return s, err
	}
	var at time.Time
	began := e.Now()
	err = conns.QueryRow(ctx, `select current_setting('server_version'), current_setting('server_version_num')::int,
		current_setting('server_encoding'), current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes'),
		pg_is_in_recovery(), current_setting('default_transaction_read_only')::bool, clock_timestamp()`).
		Scan(&s.version, &s.number, &s.encoding, &s.fsync, &s.commit, &s.pages, &s.standby, &s.readOnly, &at)
	took := e.Now().Sub(began)
	s.ahead = at.Sub(began.Add(took / 2))
	return s, err
}

func (s server) findings() []bot.Finding {
	return []bot.Finding{s.kind(), s.clock(), s.safety()}
}

func (s server) kind() bot.Finding {
	f := bot.Finding{What: whatDatabase, Detail: "Postgres " + s.version}
	switch {
	case s.number < oldestVersion:
		f.Problem, f.Do = "Postgres "+s.version+" is too old", "upgrade the server to Postgres 15 or newer"
	case s.encoding != "UTF8":
		f.Problem = "the encoding of the database is " + s.encoding + ", which has not all languages"
		f.Do = "make a new database: createdb --encoding UTF8 --template template0 NAME"
	case s.standby || s.readOnly:
		f.Problem, f.Do = "this server takes no writes: it is a standby, or read-only", "let DATABASE_URL name the primary; ?target_session_attrs=read-write with several hosts finds it"
	}
	return f
}

func (s server) clock() bot.Finding {
	off := s.ahead.Abs()
	f := bot.Finding{What: whatClock, Detail: fmt.Sprintf("%s apart from ours", off.Round(time.Millisecond))}
	if off > clockLimit {
		f.Problem = fmt.Sprintf("the database's clock is %s %s ours, so reminders come at the wrong time", off.Round(time.Second), side(s.ahead))
		f.Do, f.Minor = "let both machines keep time by NTP (timedatectl set-ntp true)", true
	}
	return f
}

func side(ahead time.Duration) string {
	if ahead < 0 {
		return "behind"
	}
	return "ahead of"
}

// safety is about settings with which a server says "stored" before it is.
func (s server) safety() bot.Finding {
	f := bot.Finding{What: whatSafety, Detail: "a commit is on the disk"}
	switch {
	case s.fsync == "off" || s.pages == "off":
		f.Problem, f.Minor = "fsync or full_page_writes is off: a power cut can destroy the database", true
		f.Do = "set fsync = on and full_page_writes = on in postgresql.conf"
	case s.commit == "off":
		f.Problem, f.Minor = "synchronous_commit is off: a crash loses claims that were confirmed to people", true
		f.Do = "set synchronous_commit = on; what may be lost, the program itself commits without waiting"
	}
	return f
}

func tables(ctx context.Context, conns *pgxpool.Pool) bot.Finding {
	f := bot.Finding{What: whatTables}
	err := upToDate(ctx, conns)
	if err == nil {
		var have int64
		if err = conns.QueryRow(ctx, `select max(version_id) from goose_db_version where is_applied`).Scan(&have); err == nil {
			f.Detail = fmt.Sprintf("migrations %d", have)
			return f
		}
	}
	f.Problem, f.Do = err.Error(), "grant the user of DATABASE_URL the rights on the tables"
	if errors.Is(err, ErrOutdated) {
		f.Problem, f.Do = "the tables are older than this program needs", "run 'supportbot migrate'"
	}
	return f
}

// unreachable turns an error of connecting into what to do. pgx shows no password.
func unreachable(err error) bot.Finding {
	f := bot.Finding{What: whatDatabase, Problem: err.Error(), Do: "start the server, or correct host and port in DATABASE_URL; a firewall may be between"}
	refused := new(pgconn.PgError)
	if !errors.As(err, &refused) {
		return f
	}
	f.Problem = fmt.Sprintf("the server refuses: %s (SQLSTATE %s)", refused.Message, refused.Code)
	switch refused.Code {
	case "28P01", "28000":
		f.Do = "correct user and password in DATABASE_URL, or let the user in by pg_hba.conf"
	case "3D000":
		f.Do = "make the database: createdb --encoding UTF8 NAME, then run 'supportbot migrate'"
	case "53300":
		f.Do = "raise max_connections, or lower ?pool_max_conns= in DATABASE_URL (16 for each replica)"
	default:
		f.Do = "look into the server's log"
	}
	return f
}
