package database

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	gormpostgres "gorm.io/driver/postgres"
	"gorm.io/gorm"
)

const connections = 16

func openPostgres(o Options) (*DB, error) {
	cfg, err := pgx.ParseConfig(verified(o.URL))
	if err != nil {
		// pgx repeats the address, password blanked; the operator needs no more than this.
		return nil, fmt.Errorf("open the database: AMPARO_DATABASE_URL is not a PostgreSQL address")
	}
	cfg.RuntimeParams["timezone"] = "UTC"
	if cfg.RuntimeParams["application_name"] == "" {
		cfg.RuntimeParams["application_name"] = "amparo"
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 10 * time.Second
	}
	pool := stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(func(_ context.Context, c *pgx.Conn) error {
		// Moments come back in UTC, as they do from SQLite.
		c.TypeMap().RegisterType(&pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC}})
		return nil
	}))
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(8)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	db := &DB{dialect: Postgres, opts: o, pool: pool, writing: make(chan struct{}, connections/2)}
	h, err := gorm.Open(gormpostgres.New(gormpostgres.Config{Conn: pool}), gormConfig())
	if err == nil {
		err = db.Ping(context.Background())
	}
	if err != nil {
		_ = pool.Close()
		return nil, fmt.Errorf("reach PostgreSQL, see that it runs and AMPARO_DATABASE_URL is right: %w", err)
	}
	db.reader, db.write = h, h
	return db, nil
}

// verified asks a server on another machine for a certificate that fits its name,
// unless the address says otherwise by its sslmode: left to itself the driver takes
// any certificate, or none.
func verified(address string) string {
	u, err := url.Parse(address)
	if err != nil || Near(address) || u.Query().Has("sslmode") || os.Getenv("PGSSLMODE") != "" {
		return address
	}
	q := u.Query()
	q.Set("sslmode", "verify-full")
	u.RawQuery = q.Encode()
	return u.String()
}

// Near tells whether the server of an address is on this machine, reached by the
// loopback or a socket.
func Near(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := u.Hostname()
	if host == "" {
		host = u.Query().Get("host")
	}
	ip, err := netip.ParseAddr(host)
	return host == "" || host == "localhost" || strings.HasPrefix(host, "/") || err == nil && ip.IsLoopback()
}

// Verified tells whether nobody between here and the server of an address can read or
// change what goes over: for amparo check.
func Verified(address string) bool {
	cfg, err := pgx.ParseConfig(verified(address))
	if err != nil || Near(address) {
		return err == nil
	}
	proven := func(c *tls.Config) bool { return c != nil && !c.InsecureSkipVerify }
	return proven(cfg.TLSConfig) && !slices.ContainsFunc(cfg.Fallbacks, func(f *pgconn.FallbackConfig) bool { return !proven(f.TLSConfig) })
}

var rebound sync.Map // query with ? → query with $n

// dollars writes PostgreSQL's numbered placeholders for question marks outside quotes.
func dollars(query string) string {
	if done, ok := rebound.Load(query); ok {
		return done.(string)
	}
	var b strings.Builder
	n, quote := 0, byte(0)
	for i := 0; i < len(query); i++ {
		c := query[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '?':
			n++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
			continue
		}
		b.WriteByte(c)
	}
	out := b.String()
	rebound.Store(query, out)
	return out
}
