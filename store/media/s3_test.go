package media_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/media"
	"github.com/optoste/supportbot/store/storetest"
)

// The names that the AWS library looks for; the password is invented.
const (
	s3Key    = "AKIAIOSFODNN7EXAMPLE"
	s3Secret = "wJalrXUtnFEMI/never-shown/EXAMPLEKEY"
)

func TestMain(m *testing.M) {
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": s3Key, "AWS_SECRET_ACCESS_KEY": s3Secret, "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
	} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// s3 starts a server that speaks as S3 does, with an empty bucket, and returns its URL for a bucket.
func s3(t *testing.T) string {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("photos"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server())
	t.Cleanup(server.Close)
	return s3URL(server.URL)
}

func s3URL(endpoint string) string {
	return "s3://photos?" + url.Values{"region": {"us-east-1"}, "endpoint": {endpoint}}.Encode()
}

func TestMediaInS3(t *testing.T) {
	t.Parallel()
	storetest.Media(t, func(t *testing.T) bot.Media {
		t.Helper()
		return open(t, s3(t))
	})
}

// TestLargeFileInS3 stores what goes there in several parts.
func TestLargeFileInS3(t *testing.T) {
	t.Parallel()
	b := open(t, s3(t))
	defer b.Close()
	const size = 20 << 20
	f, err := b.Put(t.Context(), io.LimitReader(zeros{}, size), "x.bin", size)
	if err != nil || f.Size != size || f.Refused != "" {
		t.Fatalf("file %+v, %v", f, err)
	}
	r, err := b.Get(t.Context(), f.Hash)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if n, err := io.Copy(io.Discard, r); n != size || err != nil {
		t.Errorf("%d bytes came back, %v", n, err)
	}
}

// TestS3Refuses checks that an error shows no secret, and is none of those that have a meaning.
func TestS3Refuses(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `<Error><Code>InvalidAccessKeyId</Code><Message>no such key</Message></Error>`)
	}))
	defer server.Close()
	b := open(t, s3URL(server.URL))
	defer b.Close()
	_, put := b.Put(t.Context(), strings.NewReader("a"), "a", 10)
	_, get := b.Get(t.Context(), strings.Repeat("a", 64))
	_, thumb := b.Thumb(t.Context(), strings.Repeat("a", 64))
	for name, err := range map[string]error{"Put": put, "Get": get, "Thumb": thumb, "Remove": b.Remove(t.Context(), strings.Repeat("a", 64))} {
		if err == nil || errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), s3Secret) || strings.Contains(err.Error(), "Signature") {
			t.Errorf("%s shows a secret: %v", name, err)
		}
	}
}

func TestCheckURL(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		"file:///var/lib/media", "file:///C:/media", "mem://", "s3://photos?region=eu-central-1",
		"s3://photos/?region=us-east-1&endpoint=http://127.0.0.1:9000&use_path_style=true", "s3://photos?region=x&profile=bot&ssetype=AES256",
	} {
		if err := media.CheckURL(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for bad, want := range map[string]string{
		"":                                    "must be the URL of a folder",
		"/var/lib/media":                      "must be the URL of a folder",
		":":                                   "must be the URL of a folder",
		"file://media/x":                      "with its whole path",
		"file:":                               "with its whole path",
		"floppy://a":                          "must begin with file:// or s3://",
		"gs://photos":                         "go build -tags gcs",
		"azblob://photos":                     "go build -tags azure",
		"s3://photos":                         "must name the region",
		"s3://?region=x":                      "must name a bucket",
		"s3://photos/folder?region=x":         "must name a bucket and no folder",
		"s3://key:never-shown@p?region=x":     "must hold no name and no password",
		"s3://p?region=x&secret=never-shown":  "has an option that S3 does not know",
		"s3://p?region=x&endpoint=minio:9000": "must have an endpoint",
		"s3://p?region=x&endpoint=ftp://a":    "must have an endpoint",
		"s3://p?region=x&endpoint=http://k:never-shown@a": "must have an endpoint",
	} {
		err := media.CheckURL(bad)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "never-shown") {
			t.Errorf("%s: %v, want %q", bad, err, want)
		}
		b, err := media.Open(t.Context(), bad)
		if err == nil {
			b.Close()
			t.Errorf("%s was opened", bad)
		} else if strings.Contains(err.Error(), "never-shown") {
			t.Errorf("%s shows a secret: %v", bad, err)
		}
	}
}

// TestOpenTellsNoURL checks what the library says itself.
func TestOpenTellsNoURL(t *testing.T) {
	t.Parallel()
	b, err := media.Open(t.Context(), "s3://photos?region=never-shown&fips=perhaps")
	if err == nil {
		b.Close()
		t.Fatal("it was opened")
	}
	if strings.Contains(err.Error(), "never-shown") || !strings.Contains(err.Error(), "s3://photos") || !strings.Contains(err.Error(), "fips") {
		t.Errorf("error %v", err)
	}
}
