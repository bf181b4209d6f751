package bot

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"
	"unicode"

	"github.com/optoste/supportbot/bot/duty"
)

// Bounds of the codes by which accounts are linked. Of a hundred million codes a few are good at a time, each for
// minutes, and an account may try few.
const (
	CodeLife = 10 * time.Minute // a code links an account until then
	maxCodes = 5                // may be tried in codeTime
	codeTime = 15 * time.Minute
)

// NewCode makes a code that is easily typed on a phone: two times four digits, at random.
func NewCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1e8))
	if err != nil {
		panic(err) // the reader never fails (crypto/rand)
	}
	s := fmt.Sprintf("%08d", n)
	return s[:4] + "-" + s[4:]
}

// codeHash is what is stored of a code, however it was typed.
func codeHash(code string) string {
	digits := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return r
	}, Fold(code))
	sum := sha256.Sum256([]byte(digits))
	return hex.EncodeToString(sum[:])
}

// IssueCode stores a code for one of the desk's people and returns it. make is [NewCode].
func IssueCode(ctx context.Context, codes Codes, person duty.PersonID, now time.Time, make func() string) (code string, err error) {
	for range 3 { // the same one may be there
		code = make()
		if err = codes.PutCode(ctx, codeHash(code), person, now.Add(CodeLife)); !errors.Is(err, ErrConflict) {
			break
		}
	}
	if err != nil {
		return "", fmt.Errorf("store code: %w", err)
	}
	return code, nil
}

// linkAccount links the account that acts; refused is the key of the text that says why not.
func (t *turn) linkAccount(ctx context.Context, eff LinkAccount) (refused string, err error) {
	if !t.e.staffed() {
		return "account.off", nil
	}
	if _, ok := t.spare(QuotaCodes); !ok {
		t.warnLink(ctx, "too many tries")
		return "account.often", nil
	}
	a := Account{Channel: t.in.To.Channel, ID: t.in.From.ID, At: t.e.now()}
	if !t.inRoom() {
		a.Chat = t.in.To.Chat
	}
	a, err = t.e.store.UseCode(ctx, codeHash(eff.Code), a)
	switch {
	case errors.Is(err, ErrNotFound):
		refused = "account.wrong"
	case errors.Is(err, ErrUsed):
		refused = "account.used"
	case errors.Is(err, ErrExpired):
		refused = "account.expired"
	case err != nil:
		return "", err
	}
	if refused != "" {
		t.warnLink(ctx, refused)
		return refused, nil
	}
	person, ok := t.e.duty().Person(a.Person)
	if !ok { // the file has changed since
		return "account.wrong", nil
	}
	t.e.log.InfoContext(ctx, "account linked to one of the desk's people", "channel", a.Channel, "person", string(a.Person), "in", t.in.ID)
	if err := t.e.findCrew(ctx); err != nil {
		return "", err
	}
	if !t.inRoom() {
		if in, err := t.e.inRooms(ctx, person, t.in); err != nil || !in {
			return "account.outside", err
		}
	}
	t.staff = person
	return "", nil
}

func (t *turn) warnLink(ctx context.Context, why string) {
	t.e.log.WarnContext(ctx, "refused: a code links no account", "channel", t.in.To.Channel, "chat", t.in.To.Chat,
		"account", string(t.in.From.ID), "in", t.in.ID, "why", why)
}

// newLink makes a code for who acts. It is shown where he asks, so a flow asks for it in private only.
func (t *turn) newLink(ctx context.Context) (string, error) {
	if t.staff.ID == "" || t.inRoom() {
		return "", fmt.Errorf("make code: %w", errBroken)
	}
	return IssueCode(ctx, t.e.store, t.staff.ID, t.e.now(), t.e.codes)
}
