package media

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/fileblob" // buckets that are directories: file:///var/lib/supportbot/media
	_ "gocloud.dev/blob/s3blob"   // buckets of S3 and of servers that speak like it: s3://bucket?region=eu-central-1
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

// tags are the build tags of buckets that few need: their libraries are large.
var tags = map[string]string{"gs": "gcs", "azblob": "azure"}

// CheckURL tells what is wrong with the URL of a bucket, in words for whoever sets it. It does not look
// whether the bucket is there, and shows nothing of the URL.
func CheckURL(bucketURL string) error {
	u, err := url.Parse(bucketURL)
	switch {
	case err != nil || u.Scheme == "":
		return errors.New("must be the URL of a folder, file:///folder/of/files, or of a bucket, s3://bucket?region=eu-central-1")
	case u.User != nil:
		return errors.New("must hold no name and no password: S3's are in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or where the AWS tools keep them")
	case tags[u.Scheme] != "" && !blob.DefaultURLMux().ValidBucketScheme(u.Scheme):
		return fmt.Errorf("needs a program that was built with it: go build -tags %s", tags[u.Scheme])
	case !blob.DefaultURLMux().ValidBucketScheme(u.Scheme):
		return errors.New("must begin with file:// or s3://")
	case u.Scheme == "file" && (u.Host != "" || u.Path == ""):
		return errors.New("must be a folder with its whole path: file:///folder/of/files")
	case u.Scheme == "s3":
		return checkS3(u)
	}
	return nil
}

// s3Options are what may be set of an S3 bucket.
var s3Options = []string{
	"region", "endpoint", "use_path_style", "disable_https", "profile", "role", "anonymous", "ssetype", "kmskeyid",
	"accelerate", "dualstack", "fips", "request_checksum_calculation", "response_checksum_validation",
}

func checkS3(u *url.URL) error {
	q := u.Query()
	for name := range q {
		if !slices.Contains(s3Options, name) {
			return fmt.Errorf("has an option that S3 does not know; it knows %s", strings.Join(s3Options, ", "))
		}
	}
	if u.Host == "" || strings.Trim(u.Path, "/") != "" {
		return errors.New("must name a bucket and no folder in it: s3://bucket?region=eu-central-1")
	}
	if q.Get("region") == "" {
		return errors.New("must name the region: s3://bucket?region=eu-central-1; a server of one's own takes any, for example us-east-1")
	}
	if !q.Has("endpoint") {
		return nil
	}
	e, err := url.Parse(q.Get("endpoint"))
	if err != nil || e.Host == "" || e.Scheme != "http" && e.Scheme != "https" || e.User != nil {
		return errors.New("must have an endpoint as https://minio.example.com:9000, without a name and a password")
	}
	return nil
}

// complete fills in how a bucket is kept, where the URL does not say it.
func complete(u url.URL) string {
	q := u.Query()
	preset := func(name, value string) {
		if !q.Has(name) {
			q.Set(name, value)
		}
	}
	switch {
	case u.Scheme == "file":
		preset("create_dir", "true")
		preset("dir_file_mode", "0700")
		preset("metadata", "skip")
		preset("no_tmp_dir", "true") // a file is renamed into place, which works within one file system only
	case u.Scheme == "s3" && q.Has("endpoint"):
		preset("use_path_style", "true") // few have a name for each bucket, and not all know the newer checksums
		preset("request_checksum_calculation", "when_required")
		preset("response_checksum_validation", "when_required")
	}
	u.RawQuery = q.Encode()
	return u.String()
}
