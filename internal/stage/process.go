package stage

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/script"
)

// Build builds the program into a folder; with the tag "stage" its clock can be set by transcripts.
func Build(ctx context.Context, dir string, tags ...string) (string, error) {
	path := filepath.Join(dir, "supportbot")
	cmd := exec.CommandContext(ctx, "go", "build", "-tags", strings.Join(tags, ","), "-o", path, "github.com/optoste/supportbot/cmd/supportbot")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build program: %w\n%s", err, out)
	}
	return path, nil
}

// SceneFile is what the program built with the tag "stage" reads from the file that the variable
// SCENE_FILE names: its clock, and machines and people in place of the samples.
type SceneFile struct {
	Now      time.Time
	Registry bot.Registration
	Page     web.Demo
	Channel  string         // on which People are linked to their companies
	People   []claim.Person // in the order of the transcript
	Staff    []bot.Account  // engineers who are linked
}

// process is the built program as it runs: its folder, its clock, what it has logged.
type process struct {
	Path string   // of the program that [Build] made
	Env  []string // settings besides the stage's own, such as DATABASE_URL
	// Wipe empties the session store under the running program. nil = the store is a file, which only a
	// program that has ended lets go of.
	Wipe func(context.Context) error

	dir    string
	phone  *phone
	hand   sync.Mutex // guards clock: a platform may look at it beside the transcript
	clock  time.Time
	cmd    *exec.Cmd
	ended  chan struct{} // closed when cmd has ended
	log    *journal
	url    string
	client *http.Client
}

// journal is what a program writes. It may be read while the program goes on.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements [io.Writer].
func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

// String returns what was written so far.
func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// Journal returns what the program has logged so far.
func (p *process) Journal() string { return p.log.String() }

// EffectBlind says that effects are not seen from outside.
func (p *process) EffectBlind() {}

// set writes the scene for the program to read; id names persons on the channel, staff are the engineers who are linked.
func (p *process) set(s script.Scene, channel string, id func(script.Person) claim.PersonID, staff []bot.Account) error {
	if len(s.Policy)+len(s.Roster) > 0 {
		return fmt.Errorf("policy and roster: %w", script.ErrCannot)
	}
	dir, err := os.MkdirTemp("", "supportbot-program-")
	if err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	p.dir, p.clock, p.client = dir, s.At, &http.Client{Timeout: 20 * time.Second}
	if p.phone, err = newPhone(context.Background()); err != nil {
		return err
	}
	scene := SceneFile{Now: s.At, Registry: s.Registry, Page: *sample(s), Channel: channel, Staff: staff}
	for _, who := range s.Persons {
		if who.Company != "" {
			scene.People = append(scene.People, claim.Person{
				ID: id(who), Name: who.Shown, Zone: who.Zone, Company: who.Company, Why: "desk",
			})
		}
	}
	b, err := json.Marshal(scene)
	if err != nil {
		return fmt.Errorf("write scene: %w", err)
	}
	for name, text := range map[string][]byte{"scene.json": b, "desk.yaml": p.phone.desk} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			return fmt.Errorf("write scene: %w", err)
		}
	}
	return nil
}

// launch starts a command of the program and returns its output.
func (p *process) launch(command string, env ...string) (io.Reader, error) {
	p.cmd = exec.Command(p.Path, command) //nolint:noctx // it lives until kill
	p.cmd.Env = append(os.Environ(),
		"DATA_DIR="+filepath.Join(p.dir, "data"), "LISTEN=127.0.0.1:0", "SCENE_FILE="+filepath.Join(p.dir, "scene.json"), "DESK_FILE="+filepath.Join(p.dir, "desk.yaml"))
	p.cmd.Env = append(append(p.cmd.Env, env...), p.Env...)
	p.log = &journal{}
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("start program: %w", err)
	}
	p.ended = make(chan struct{})
	return out, nil
}

// await notes when the program ends. What it prints has been read then.
func (p *process) await() {
	cmd, ended := p.cmd, p.ended
	go func() {
		_ = cmd.Wait() // it says how it ended
		close(ended)
	}()
}

// now is the transcript's clock.
func (p *process) now() time.Time {
	p.hand.Lock()
	defer p.hand.Unlock()
	return p.clock
}

// pass lets time go by.
func (p *process) pass(d time.Duration) {
	p.hand.Lock()
	defer p.hand.Unlock()
	p.clock = p.clock.Add(d)
}

// kill ends the program without warning.
func (p *process) kill() error {
	if err := p.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		return fmt.Errorf("kill program: %w", err)
	}
	<-p.ended
	return nil
}

// Close ends the program and removes what it wrote.
func (p *process) Close() error {
	if p.cmd == nil || p.cmd.Process == nil {
		return nil
	}
	return errors.Join(p.kill(), p.phone.Close(), os.RemoveAll(p.dir))
}

// setClock brings the program's clock to the stage's and has it do what is due.
func (p *process) setClock(ctx context.Context) error {
	_, err := p.ask(ctx, http.MethodPost, "/stage/clock?now="+url.QueryEscape(p.now().Format(time.RFC3339Nano)))
	return err
}

// ask calls one of the paths that only the build for stages has.
func (p *process) ask(ctx context.Context, method, path string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, method, p.url+path, nil)
	if err != nil {
		return "", err
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return "", fmt.Errorf("ask program: %w\n%s", err, p.log)
	}
	defer resp.Body.Close()
	var b strings.Builder
	if _, err := bufio.NewReader(resp.Body).WriteTo(&b); err != nil {
		return "", fmt.Errorf("ask program: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("ask program: %s %s: %s", path, resp.Status, b.String())
	}
	return b.String(), nil
}

// wipe removes the session store.
func (p *process) wipe() error {
	files, err := filepath.Glob(filepath.Join(p.dir, "data", "sessions.db*"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("wipe sessions: no such file: %w", err)
	}
	for _, f := range files {
		err = errors.Join(err, os.Remove(f))
	}
	return err
}

// link makes the payload of a machine's deep link.
func (p *process) link(ctx context.Context, s claim.Serial) (string, error) {
	return p.ask(ctx, http.MethodGet, "/stage/link?serial="+url.QueryEscape(string(s)))
}

// URL is where the program answers; another one after each start.
func (p *process) URL() string { return p.url }
