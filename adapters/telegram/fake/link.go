package fake

import (
	"slices"
	"strconv"
	"strings"
)

// linkTo makes an entity a link, to a person or an address. It returns false when it is neither.
func linkTo(e *Entity, url string) bool {
	if id, ok := strings.CutPrefix(url, "tg://user?id="); ok {
		n, err := strconv.ParseInt(id, 10, 64)
		e.Type, e.User = "text_mention", n
		return err == nil && n > 0
	}
	e.URL = checkedLink(url)
	return e.URL != ""
}

// checkedLink completes an address as the server does; empty when it is none.
func checkedLink(url string) string {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		scheme, rest = "http", url
	}
	scheme = strings.ToLower(scheme)
	if !slices.Contains([]string{"http", "https", "tg", "ton", "tonsite"}, scheme) || rest == "" || strings.ContainsAny(rest, " \n<>\"") {
		return ""
	}
	host, path, hasPath := strings.Cut(rest, "/")
	if scheme == "tg" {
		return scheme + "://" + rest
	}
	if !strings.Contains(host, ".") && !strings.HasPrefix(host, "localhost") {
		return ""
	}
	if !hasPath && !strings.ContainsAny(host, "?#") {
		return scheme + "://" + host + "/"
	}
	if !hasPath {
		return scheme + "://" + rest
	}
	return scheme + "://" + host + "/" + path
}
