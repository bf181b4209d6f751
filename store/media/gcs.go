//go:build gcs

package media

import _ "gocloud.dev/blob/gcsblob" // buckets of Google Cloud Storage: gs://bucket
