package bot

import (
	"context"
	"time"
)

// Uploads keeps the pages on which people upload what their channel does not hand over.
type Uploads interface {
	// OpenUpload stores a new upload; one of the same ID is not stored again.
	OpenUpload(ctx context.Context, u Upload) error
	// Upload reads one. Errors: [ErrNotFound].
	Upload(ctx context.Context, id string) (Upload, error)
	// BeginUpload notes the name and the size of the file that is about to come, over those that were noted
	// before, and returns the upload as it is then. Errors: [ErrNotFound], and [ErrConflict] with the upload
	// as it is when it has parts or is done.
	BeginUpload(ctx context.Context, id, name string, size int64) (Upload, error)
	// AddPart appends a part that begins at the given offset, and returns the upload as it is then.
	// Errors: [ErrNotFound], and [ErrConflict] with the upload as it is when it does not end there or
	// is done.
	AddPart(ctx context.Context, id string, offset int64, p Part) (Upload, error)
	// EndUpload marks an upload as done with the whole file and puts then into the inbox, in one commit.
	// The second time changes nothing.
	EndUpload(ctx context.Context, id string, whole File, then Inbound) error
	// OldUploads lists uploads that expired before the given time, or are done, and still have parts.
	OldUploads(ctx context.Context, before time.Time, limit int) ([]Upload, error)
	// DropParts forgets an upload's parts.
	DropParts(ctx context.Context, id string) error
}

// Upload is one page on which one person may upload one file, once.
type Upload struct {
	ID      string    `json:"id"`   // SHA-256 of the link's token, lower-case hex: the link itself is kept nowhere
	From    Sender    `json:"from"` // whose it is
	To      Address   `json:"to"`
	Frame   FrameID   `json:"frame,omitempty"` // what the person was asked when the file was refused
	Of      string    `json:"of"`              // see [Fetched]
	Name    string    `json:"name,omitempty"`  // as the person's device names it
	Size    int64     `json:"size,omitempty"`  // of the whole file in bytes, as the page announced it; 0 = not begun
	Limit   int64     `json:"limit"`           // the largest size in bytes
	Parts   []Part    `json:"parts,omitempty"`
	Done    File      `json:"done,omitzero"` // the whole file, once it is there
	Expires time.Time `json:"expires"`
}

// Part is a piece of an upload, kept in the media store until the whole is there. What is kept begins with
// the upload's ID, so no two uploads share a part, and no evidence is one.
type Part struct {
	Hash string `json:"hash"` // of what is kept
	Size int64  `json:"size"` // of the piece in bytes
}

// Linker makes the links of upload pages.
type Linker interface {
	// UploadLink opens an upload and returns the address of its page. ID is filled in, and Expires where it
	// is zero. The same u.Of is always the same page: the second time changes nothing.
	UploadLink(ctx context.Context, u Upload) (string, error)
}
