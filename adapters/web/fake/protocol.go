package fake

import (
	"fmt"
	"io"
	"net/http"
	"time"
)

// Me is what the page learns first.
type Me struct {
	Customers []Person `json:"customers"`
	Engineers []Person `json:"engineers"`
	Demo      bool     `json:"demo"`
	MaxUpload int64    `json:"max_upload"`
	MaxFiles  int      `json:"max_files"`
	Lang      string   `json:"lang"`
}

// Person is somebody that one may write as.
type Person struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Company string `json:"company"`
	About   string `json:"about"`
	Lang    string `json:"lang"`
	Chat    string `json:"chat"`
}

// Update is one thing that a person does. Exactly one of Text, Press, Edit, Album and Odd is set.
type Update struct {
	ID    string `json:"id"`              // 8 to 64 letters, digits, "-" and "_"; the same at every retry
	Order int64  `json:"order,omitempty"` // grows with every update of one person
	Sent  int64  `json:"sent,omitempty"`  // when it was done, ms by the browser's clock
	Now   int64  `json:"now,omitempty"`   // when it is posted, ms by the same clock
	Lang  string `json:"lang,omitempty"`  // the page's language

	Text  *string `json:"text,omitempty"`
	Press *Press  `json:"press,omitempty"`
	Edit  *Edit   `json:"edit,omitempty"`
	Album *Album  `json:"album,omitempty"`
	Odd   string  `json:"odd,omitempty"`
}

// Press is a pressed button.
type Press struct {
	Message string `json:"message"`
	Choice  string `json:"choice"`
	Label   string `json:"label,omitempty"`
}

// Edit is a new wording of one's earlier message.
type Edit struct {
	Of   string `json:"of"`
	Text string `json:"text"`
}

// Album is files that were uploaded, and words beside them.
type Album struct {
	Files   []Item `json:"files"`
	Caption string `json:"caption,omitempty"`
}

// Item is one uploaded file, or one that was too big to try.
type Item struct {
	Ref    string `json:"ref,omitempty"`
	TooBig bool   `json:"too_big,omitempty"`
	Name   string `json:"name,omitempty"`
	Size   int64  `json:"size,omitempty"`
}

// Receipt is the answer to an accepted update.
type Receipt struct {
	Message string `json:"message"`
	Note    string `json:"note"`
}

// RefusedError is any answer but 200.
type RefusedError struct {
	Status     int
	Problem    string
	RetryAfter time.Duration
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("the page's server answered %d %s", e.Status, e.Problem)
}

// Again tells whether the browser shall send the same update again.
func (e *RefusedError) Again() bool { return e.Status == http.StatusServiceUnavailable }

// File is a file to upload. Body is read once.
type File struct {
	Name string
	Body io.Reader
}

// Uploaded is a file that the server has.
type Uploaded struct {
	Ref  string   `json:"ref"`
	File SeenFile `json:"file"`
}
