package adaptertest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"sync"

	"github.com/optoste/supportbot/bot"
)

// Media is a [bot.Media] in memory, for harnesses. The zero value is empty and ready; it is safe for
// concurrent use.
type Media struct {
	mu    sync.Mutex
	files map[string][]byte
}

var _ bot.Media = (*Media)(nil)

// Put implements [bot.Media]. Types are told as browsers do.
func (m *Media) Put(_ context.Context, r io.Reader, name string, limit int64) (bot.File, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return bot.File{}, err
	}
	if int64(len(b)) > limit {
		return bot.File{Name: name, Size: int64(len(b)), Refused: bot.FileTooBig}, nil
	}
	sum := sha256.Sum256(b)
	f := bot.File{Hash: hex.EncodeToString(sum[:]), Name: name, Mime: http.DetectContentType(b), Size: int64(len(b))}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.files == nil {
		m.files = map[string][]byte{}
	}
	m.files[f.Hash] = b
	return f, nil
}

// Get implements [bot.Media]. What it returns cannot seek, like a bucket's.
func (m *Media) Get(_ context.Context, hash string) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.files[hash]
	if !ok {
		return nil, bot.ErrNotFound
	}
	return io.NopCloser(bytes.NewBuffer(b)), nil
}

// Remove implements [bot.Media].
func (m *Media) Remove(_ context.Context, hash string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.files, hash)
	return nil
}

// Log is a buffer that several goroutines may write to. The zero value is ready.
type Log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements [io.Writer].
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// String returns all that was written.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
