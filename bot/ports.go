package bot

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/desk"
	"github.com/optoste/supportbot/bot/duty"
	"github.com/optoste/supportbot/bot/measure"
)

// The errors that ports answer with. Anything else is a fault: the turn is taken again.
var (
	ErrNotFound = errors.New("not found")
	ErrConflict = errors.New("version or lease moved")
	ErrBusy     = errors.New("conversation is being worked elsewhere")
	ErrTooBig   = errors.New("file is larger than the channel hands over")
	ErrGone     = errors.New("chat is gone") // the person blocked the bot, the room was deleted
	ErrRefused  = errors.New("platform will never take this message")
	ErrMismatch = errors.New("same effect key with other arguments")
	ErrUsed     = errors.New("code was used before")
	ErrExpired  = errors.New("code has expired")
)

// Jobs does what takes long or has to be tried again for hours, on whichever replica is free.
type Jobs interface {
	// Fetch has files fetched: an in whose Event is [Fetched] with a File.Ref is given to
	// [Engine.Fetch] until that succeeds. The same in.ID again changes nothing.
	Fetch(ctx context.Context, list ...Inbound) error
	// Ring has an alert's alarm rung: its ID is given to [Engine.Ring] until that succeeds. The same ID again
	// changes nothing.
	Ring(ctx context.Context, alert string) error
}

// Workers do [Jobs]. last tells that it is not tried again.
type Workers struct {
	Fetch func(ctx context.Context, in Inbound, last bool) error
	Ring  func(ctx context.Context, alert string, last bool) error
}

// Alarms rings outside of the chat.
type Alarms interface {
	// Ring rings once. Whoever is rung knows a second try by r.ID. Errors: [ErrRefused] when it will never
	// ring, else it is tried again. No error shows the alarm's address, which may hold a key.
	Ring(ctx context.Context, r Ring) error
}

// Ring is what an alarm says. It tells nothing of customers.
type Ring struct {
	ID     string // the same when it is tried again
	Alarm  duty.Outside
	Title  string   // one line, in English
	Text   string   // the same at length
	Claims []Caller // at least one; only Claim, Severity and Waits
	At     time.Time
}

// Leases lets one replica at a time do what only one may.
type Leases interface {
	// Hold takes the named lease for owner, or renews it, and tells whether owner has it now. With a ttl
	// of 0 its owner gives it back.
	Hold(ctx context.Context, name, owner string, ttl time.Duration) (bool, error)
}

// Limits counts what all replicas together may do.
type Limits interface {
	// Take takes one from a bucket that fills at a rate, unless that leaves fewer than Rate.Leave in
	// it; then it takes nothing and returns how long to wait.
	Take(ctx context.Context, bucket string, r Rate) (wait time.Duration, err error)
}

// Rate says how a bucket of [Limits] fills. A Burst of 0 is no limit at all.
type Rate struct {
	Burst int           // what the bucket holds when it is full
	Every time.Duration // one more comes in after this time
	Leave int           // what must be left for others who are more urgent; from Burst on: one is taken when it is full
}

// Sessions remembers conversations for a while. Losing it loses no answer: see [Snapshots].
type Sessions interface {
	// Open takes the conversation's lease and returns its memory, counting one start of the
	// inbound, in one round trip. A conversation without memory is a Session with Version 0.
	// Errors: [ErrBusy].
	Open(ctx context.Context, k Key, inbound string, lease time.Duration) (Session, error)
	// Save stores s with Version one higher than s.Version, and s.Unsent beside it, and renews the
	// lease. wake is when [Sessions.Due] shall name it; zero = never. Errors: [ErrConflict] when the
	// lease is not s.Lease or the stored version is higher than s.Version. (It may be lower: the
	// session was then restored from a snapshot.)
	Save(ctx context.Context, s Session, wake time.Time, lease time.Duration) error
	// Release gives the lease back, if it is still s.Lease.
	Release(ctx context.Context, s Session, f Finish) error
	// Due names conversations whose wake time has come, earliest first.
	Due(ctx context.Context, now time.Time, limit int) ([]Key, error)
}

// Finish says how a turn ended.
type Finish struct {
	Forgive bool      // forget the counted start
	Sent    bool      // s.Unsent has been sent: drop it, and take Board and Wake
	Board   MessageID // see [Session]
	Wake    time.Time // zero = never
}

// Snapshot is a session as the database keeps it.
type Snapshot struct {
	Session Session
	Quiet   time.Time // since when a draft waits for the person; zero = nothing waits, or nudged already
	Wake    time.Time // when its next timer is due; zero = it has none
}

// Snapshots keeps the newest version of each session in the database.
type Snapshots interface {
	// PutSnapshots stores those that are newer than what is there and returns which of their
	// chats have messages waiting in the outbox.
	PutSnapshots(ctx context.Context, list []Snapshot) (queued []Chat, err error)
	// Snapshot returns the stored session. Errors: [ErrNotFound].
	Snapshot(ctx context.Context, k Key) (Session, error)
	// Quiet lists sessions that have waited for the person since before the given time.
	Quiet(ctx context.Context, before time.Time, limit int) ([]Session, error)
	// Overdue names conversations that nobody has woken though their Wake was before the given time,
	// longest first: the session store has lost them.
	Overdue(ctx context.Context, before time.Time, limit int) ([]Key, error)
	// Heard lists a channel's sessions whose last message was sent at the given time or later, newest first.
	Heard(ctx context.Context, channel string, since time.Time, limit int) ([]Session, error)
}

// EffectKey makes an effect happen once. Hash is of its arguments: another hash under the same
// key is [ErrMismatch].
type EffectKey struct{ Inbound, Kind, Subject, Hash string }

// String returns the key without the hash.
func (k EffectKey) String() string { return k.Inbound + "/" + k.Kind + "/" + k.Subject }

// ClaimFilter says which claims are wanted; empty fields do not filter.
type ClaimFilter struct {
	Channel string          // with Reporter
	Person  claim.PersonID  // reported by this person on Channel
	Company claim.CompanyID // or on a machine of this company
	Serial  claim.Serial
	Pending bool
	Since   claim.Date // claim date not before
	Limit   int        // 0 = 100
}

// Claims keeps claims and their history.
type Claims interface {
	// OpenClaim numbers and stores a claim with its first event and puts then into the inbox, all
	// in one commit. The same key returns the first claim again.
	OpenClaim(ctx context.Context, key EffectKey, c claim.Claim, then func(claim.Claim) []Inbound) (claim.Claim, error)
	// ChangeClaim loads, changes by f and stores in one commit; f is pure and may run again. The
	// same key returns the claim as the first call left it. Errors: [ErrNotFound], those of f.
	ChangeClaim(ctx context.Context, key EffectKey, id claim.ID, f func(claim.Claim) (ClaimChange, error)) (claim.Claim, error)
	// Claim reads one claim. Errors: [ErrNotFound].
	Claim(ctx context.Context, id claim.ID) (claim.Claim, error)
	// Events returns a claim's history, oldest first.
	Events(ctx context.Context, id claim.ID) ([]claim.Event, error)
	// FindClaims lists claims, newest first.
	FindClaims(ctx context.Context, f ClaimFilter) ([]claim.Claim, error)
	// Calling lists claims whose Calls.Next is the given time or earlier, longest due first.
	Calling(ctx context.Context, now time.Time, limit int) ([]claim.Claim, error)
	// SearchClaims lists the claims that somebody means by a few words, newest first, at most limit, and counts all
	// of them: one that has this number, those on a machine whose serial number this is or could be mistaken for,
	// and those that have each of the words in the customer's name, the company's or the description. A word of
	// three letters or more stands for those that begin with it. Without words nothing is found.
	SearchClaims(ctx context.Context, words string, limit int) (list []claim.Claim, total int, err error)
	// Unconfirmed lists claims that are [claim.Claim.Unconfirmed] and have not changed after the given time,
	// the longest unchanged first.
	Unconfirmed(ctx context.Context, before time.Time, limit int) ([]claim.Claim, error)
	// Histories calls f for each claim that was opened on the days from and to or between, counted in Shantou,
	// the one opened first coming first, with its events, oldest first. It reads some claims at a time, each
	// as it is then, and holds nothing while f runs. An error of f ends it and is returned.
	Histories(ctx context.Context, from, to claim.Date, f func(claim.Claim, []claim.Event) error) error
}

// ClaimChange is what a change of a claim consists of.
type ClaimChange struct {
	Claim  claim.Claim
	Events []claim.Event
	Then   []Inbound
}

// Registry knows machines and companies.
type Registry interface {
	// Machine finds a serial number exactly, with its serviced parts. Errors: [ErrNotFound].
	Machine(ctx context.Context, s claim.Serial) (claim.Machine, error)
	// NearMachines lists at most five machines whose number folds to the same key.
	NearMachines(ctx context.Context, folded string) ([]claim.Machine, error)
	// MachinesOf lists a company's machines by serial number.
	MachinesOf(ctx context.Context, c claim.CompanyID) ([]claim.Machine, error)
	// Company reads one company. Errors: [ErrNotFound].
	Company(ctx context.Context, id claim.CompanyID) (claim.Company, error)
	// FindCompanies lists companies by name, at most limit: the one that has this number, and those whose name
	// has the words in it, in whatever case. Without words nothing is found.
	FindCompanies(ctx context.Context, words string, limit int) ([]claim.Company, error)
	// Import stores machines, parts and companies in one commit, replacing those with the same
	// key, and returns how many rows were new or changed. progress may be nil.
	Import(ctx context.Context, r Registration, progress func(done int)) (changed int, err error)
}

// Registration is what an import brings.
type Registration struct {
	Companies []claim.Company
	Machines  []claim.Machine
	Parts     []claim.Part
}

// People knows who writes.
type People interface {
	// Person reads somebody on a channel. Errors: [ErrNotFound].
	Person(ctx context.Context, channel string, id claim.PersonID) (claim.Person, error)
	// PutPerson stores somebody, replacing what was there.
	PutPerson(ctx context.Context, channel string, p claim.Person) error
	// Writers lists a company's people with where each wrote last, who wrote last coming first, at most limit. Who has
	// chosen no language has the platform's.
	Writers(ctx context.Context, company claim.CompanyID, limit int) ([]claim.Writer, error)
}

// Accounts knows which accounts the desk's people have linked.
type Accounts interface {
	// Account reads who has linked an account. Errors: [ErrNotFound].
	Account(ctx context.Context, channel string, id claim.PersonID) (Account, error)
	// Accounts lists all of them by person, channel and id.
	Accounts(ctx context.Context) ([]Account, error)
	// PutAccount links an account, which is its person's alone from then on.
	PutAccount(ctx context.Context, a Account) error
	// NoteChat notes which private chat with the bot a linked account has. When it is that person's no more, nothing
	// happens.
	NoteChat(ctx context.Context, a Account) error
	// DropAccount unlinks an account. Errors: [ErrNotFound].
	DropAccount(ctx context.Context, channel string, id claim.PersonID) error
}

// Codes keeps the codes by which the desk's people link their accounts. A code itself is never stored.
type Codes interface {
	// PutCode stores the hash of a new code. Errors: [ErrConflict] when there is such a one.
	PutCode(ctx context.Context, hash string, person duty.PersonID, expires time.Time) error
	// UseCode links the account to the person whom the code is for, once: of several at once one succeeds. a.At
	// is the time by which it may have expired. Whoever has used it may use it again and changes nothing.
	// Errors: [ErrNotFound], [ErrUsed], [ErrExpired].
	UseCode(ctx context.Context, hash string, a Account) (Account, error)
}

// Inbox holds what waits to be worked: the house's notes to itself, updates that a channel has put here
// before it works them, and updates set aside. A conversation's inbounds are with one replica at a time,
// in the order in which they were posted.
type Inbox interface {
	// Post stores inbounds; an ID that is there, or was, is not stored again.
	Post(ctx context.Context, list ...Inbound) error
	// Take returns inbounds that wait, oldest first, of conversations that nobody holds, and holds those
	// conversations until the given time: whoever has not finished then has died. One conversation gives
	// at most 16 at a time, and stands behind the others afterwards.
	Take(ctx context.Context, now, hold time.Time, limit int) ([]Inbound, error)
	// Finish marks inbounds of a conversation as worked and gives the conversation back, if it is still
	// held until the given time.
	Finish(ctx context.Context, k Key, hold time.Time, done ...string) error
	// SetAside keeps an inbound that could not be worked, with the reason, for a person.
	SetAside(ctx context.Context, in Inbound, why string) error
}

// Outbox holds what a platform refused for now, a lane for each chat.
type Outbox interface {
	// Queue appends to the lane; an Outgoing whose ID is there is not stored again.
	Queue(ctx context.Context, c Chat, list []Outgoing, notBefore time.Time) error
	// Drain returns the first messages of one lane that may go on now and holds the lane until
	// the given time. Errors: [ErrNotFound] when no lane is due.
	Drain(ctx context.Context, now, hold time.Time, limit int) (Lane, []Outgoing, error)
	// Drained removes sent messages and, if the lane is still held as it was, lets it go on at the given
	// time. A lane whose chat has moved meanwhile is found under its new name.
	Drained(ctx context.Context, l Lane, sent []string, notBefore time.Time) error
}

// Lane is a chat whose queued messages are being sent.
type Lane struct {
	Chat Chat
	Held time.Time // until when; tells this holder from the next one
}

// Places knows where a claim's card stands.
type Places interface {
	PutPlace(ctx context.Context, p Place) error
	// Place returns where the claim's card stands in a chat. Errors: [ErrNotFound].
	Place(ctx context.Context, id claim.ID, c Chat) (Place, error)
	// PlaceAt returns the place that has the address's thread, else the one whose Message this is. An empty
	// name is nobody's. Errors: [ErrNotFound].
	PlaceAt(ctx context.Context, at Address, m MessageID) (Place, error)
}

// Place is one message that shows a claim's card.
type Place struct {
	Claim   claim.ID
	To      Address
	Message MessageID
	Version int // the claim's version that it shows
}

// Letters knows what became of what engineers sent, and which message is about which claim. All of it is
// forgotten by Purge after some weeks.
type Letters interface {
	// PutLetter stores a letter, replacing what was there, and returns its version, which grows by one each time.
	PutLetter(ctx context.Context, l Letter) (version int, err error)
	// PutNote stores where a letter's note stands and what it shows. It touches nothing of the letter itself.
	PutNote(ctx context.Context, letter string, n Note) error
	// Letter reads a letter and its note. Errors: [ErrNotFound].
	Letter(ctx context.Context, id string) (Letter, Note, error)
	// PutTraces stores traces, replacing those of the same messages.
	PutTraces(ctx context.Context, list ...Trace) error
	// Trace returns what is known of a message. Errors: [ErrNotFound].
	Trace(ctx context.Context, at Chat, m MessageID) (Trace, error)
	// Repeat returns the newest message of a chat that repeats a message of a claim's customer. Errors: [ErrNotFound].
	Repeat(ctx context.Context, at Chat, id claim.ID, of MessageID) (MessageID, error)
}

// Moves knows which chats go on under another name.
type Moves interface {
	// MoveChat notes that a chat goes on under another name, and brings places, queued messages, claims'
	// addresses and snapshots there. What named a message or a thread of the old chat names nothing any
	// more: a place then has no Message and Version 0. The second time changes nothing.
	MoveChat(ctx context.Context, channel, from, to string) error
	// Moved returns the present name of a chat: chat itself unless it has moved.
	Moved(ctx context.Context, channel, chat string) (string, error)
}

// Swaps keeps the turns that engineers have swapped.
type Swaps interface {
	// AddSwap numbers and stores a swap and puts then into the inbox, all in one commit. The same key
	// returns the first one again.
	AddSwap(ctx context.Context, key EffectKey, s Swap, then func(Swap) []Inbound) (Swap, error)
	// UndoSwap stores what undo makes of a swap that was not undone, and puts what it returns into the inbox,
	// in one commit; undo is pure and may run again. The same key returns what the first call stored.
	// Errors: [ErrNotFound], [ErrConflict] when it is undone already.
	UndoSwap(ctx context.Context, key EffectKey, number int, undo func(Swap) (Swap, []Inbound)) (Swap, error)
	// Swaps lists those that end after the given time and were not undone, in the order of their numbers.
	Swaps(ctx context.Context, after time.Time) ([]Swap, error)
}

// Swap is an override of the rotation that an engineer has arranged in the chat.
type Swap struct {
	Number   int             `json:"number"` // from 1, in the order in which they were arranged
	Override duty.Override   `json:"override"`
	Instead  []duty.PersonID `json:"instead,omitempty"` // who had the turn
	Made     Stamp           `json:"made"`
	Undone   Stamp           `json:"undone,omitzero"` // the zero value = it counts
}

// Stamp says who did something, and when.
type Stamp struct {
	By claim.Actor `json:"by"`
	At time.Time   `json:"at"` // UTC
}

// Marks remembers how far something has come that is done once for all replicas.
type Marks interface {
	// Advance moves the mark of a name on to a time and puts then into the inbox, in one commit, and tells
	// whether it has: a mark that is as far already, or farther, stays where it is. Where none is, one is
	// made and nothing is put anywhere.
	Advance(ctx context.Context, name string, at time.Time, then ...Inbound) (advanced bool, err error)
	// Mark returns where a mark is. Errors: [ErrNotFound].
	Mark(ctx context.Context, name string) (time.Time, error)
}

// Ledger counts who needs which stored file, so that what nobody needs can go.
type Ledger interface {
	// NoteFile notes that a content is in use now, before it is stored.
	NoteFile(ctx context.Context, f File) error
	// DropUnused calls remove for each content that no claim has as evidence and that was not noted since
	// the given time, and forgets it. While remove runs, NoteFile of the same content waits; remove must
	// not call the store. The first error ends it; n counts what was dropped before.
	DropUnused(ctx context.Context, before time.Time, remove func(hash string) error) (n int, err error)
}

// Secrets keeps keys that all replicas share.
type Secrets interface {
	// Secret returns 32 random bytes under a name, made at the first call.
	Secret(ctx context.Context, name string) ([]byte, error)
}

// Store is the database: the truth.
type Store interface {
	Claims
	Registry
	People
	Accounts
	Codes
	Logins
	Snapshots
	Inbox
	Outbox
	Places
	Letters
	Alerts
	Uploads
	Moves
	Ledger
	Secrets
	Swaps
	Marks
	// Purge forgets what was finished before the given time: inbounds that were worked, effects that were
	// done, letters and traces, uploads without parts, codes, logins. What is delivered again after that is done again.
	Purge(ctx context.Context, before time.Time) error
	// Ping tells whether the database answers.
	Ping(ctx context.Context) error
	Close() error
}

// Media keeps files by the SHA-256 of their content.
type Media interface {
	// Put stores what r yields, sniffs its type and returns the file. name is the sender's.
	// A content over limit bytes is returned with Refused set and not stored.
	Put(ctx context.Context, r io.Reader, name string, limit int64) (File, error)
	// Get opens a stored file. Errors: [ErrNotFound].
	Get(ctx context.Context, hash string) (io.ReadCloser, error)
	// Remove drops a stored file; one that is not there is no error.
	Remove(ctx context.Context, hash string) error
}

// Thumbs is a [Media] that shows its pictures small.
type Thumbs interface {
	// Thumb opens a small JPEG of a stored picture. Errors: [ErrNotFound] when the file is not there or cannot
	// be drawn.
	Thumb(ctx context.Context, hash string) (io.ReadCloser, error)
}

// Plates reads the codes of a name plate from a picture. problem is the key of the text that
// says why there are none.
type Plates interface {
	ReadPlate(ctx context.Context, r io.Reader) (codes []string, problem string, err error)
}

// Printer makes a PDF of a paper.
type Printer interface {
	PDF(doc desk.Document) ([]byte, error)
}

// Charts draws numbers as PNG.
type Charts interface {
	// Weeks draws a report's weeks.
	Weeks(r measure.Report) ([]byte, error)
	// Groups draws groups beside each other.
	Groups(title string, list []measure.Group) ([]byte, error)
}

// Texts renders what is said. It is safe for concurrent use.
type Texts interface {
	// Render returns the text in a language; an unknown language is English.
	Render(lang string, t Text) string
	// Languages lists the tags of the catalogue; the first one is the default.
	Languages() []string
	// Words returns the words that mean a command in any language, folded: "back" -> back, back up.
	Words(key string) []string
}
