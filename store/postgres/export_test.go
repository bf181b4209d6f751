package postgres

import "github.com/optoste/supportbot/store/internal/claimsql"

// Transactions returns what the SQL of a store runs on.
func Transactions(db *DB) claimsql.DB { return db.pool }

// MaxConns returns how many connections a store may have.
func MaxConns(db *DB) int32 { return db.pool.Config().MaxConns }
