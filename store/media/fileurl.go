package media

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
)

// FileURL returns the URL of a bucket that is a directory.
func FileURL(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find media directory: %w", err)
	}
	u := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(abs), "/")}
	return u.String(), nil
}
