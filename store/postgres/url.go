package postgres

import (
	"errors"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
)

const maxConns = 16 // of one process, unless the URL says otherwise

var errURL = errors.New("the URL is not one like postgres://user:password@host:5432/name " +
	"(write what is neither a letter nor a digit in the password as %40 for @, %2F for /, ...)")

// parse reads a URL. An error of net/url or pgx may quote what it did not understand, and a
// password in which a character is not escaped is just that: no such error is passed on.
func parse(text string) (*pgxpool.Config, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" && u.Query().Get("host") == "" || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return nil, errURL
	}
	config, err := pgxpool.ParseConfig(text)
	if err != nil {
		return nil, hideSecrets(u, err)
	}
	if !u.Query().Has("pool_max_conns") {
		config.MaxConns = maxConns
	}
	if params := config.ConnConfig.RuntimeParams; params["application_name"] == "" {
		params["application_name"] = "supportbot"
	}
	return config, nil
}

func hideSecrets(u *url.URL, err error) error {
	secrets := []string{u.Query().Get("password"), u.Query().Get("sslpassword")}
	if password, ok := u.User.Password(); ok {
		secrets = append(secrets, password)
	}
	for _, secret := range secrets {
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret)} {
			if form != "" && strings.Contains(err.Error(), form) {
				return errURL
			}
		}
	}
	return err
}
