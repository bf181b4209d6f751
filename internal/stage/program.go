package stage

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
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
}

// Program is stage 3: the built program, its own process, played over the page's protocol. A
// restart is a kill without warning.
type Program struct {
	Path string   // of the program that [Build] made
	Env  []string // settings besides the stage's own, such as DATABASE_URL
	// Wipe empties the session store under the running program. nil = the store is a file, which only a
	// program that has ended lets go of.
	Wipe func(context.Context) error

	dir    string
	clock  time.Time
	cmd    *exec.Cmd
	log    *bytes.Buffer
	url    string
	page   *page
	notes  []script.Heard
	client *http.Client
}

var _ script.EffectBlind = (*Program)(nil)

// EffectBlind says that effects are not seen from outside.
func (p *Program) EffectBlind() {}

// Setup writes the scene and starts the program.
func (p *Program) Setup(ctx context.Context, s script.Scene) error {
	if len(s.Policy) > 0 {
		return fmt.Errorf("policy: %w", script.ErrCannot)
	}
	dir, err := os.MkdirTemp("", "supportbot-program-")
	if err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	p.dir, p.clock, p.client = dir, s.At, &http.Client{Timeout: 20 * time.Second}
	scene := SceneFile{Now: s.At, Registry: s.Registry, Page: *sample(s), Channel: web.Name}
	for _, who := range s.Persons {
		if who.Company != "" {
			scene.People = append(scene.People, claim.Person{
				ID: claim.PersonID(idOf(who.Name)), Name: who.Shown, Zone: who.Zone, Company: who.Company, Why: "desk",
			})
		}
	}
	b, err := json.Marshal(scene)
	if err != nil {
		return fmt.Errorf("write scene: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "scene.json"), b, 0o600); err != nil {
		return fmt.Errorf("write scene: %w", err)
	}
	return p.start(ctx)
}

var opened = regexp.MustCompile(`Open (http://\S+) in a browser`)

// start starts the program and waits until it says its address. The page's browser goes on with
// its cookie, as after a reload.
func (p *Program) start(ctx context.Context) error {
	p.cmd = exec.Command(p.Path, "demo") //nolint:noctx // it lives until kill
	p.cmd.Env = append(os.Environ(),
		"DATA_DIR="+filepath.Join(p.dir, "data"), "LISTEN=127.0.0.1:0", "SCENE_FILE="+filepath.Join(p.dir, "scene.json"))
	p.cmd.Env = append(p.cmd.Env, p.Env...)
	p.log = &bytes.Buffer{}
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("start program: %w", err)
	}
	if err := p.cmd.Start(); err != nil {
		return fmt.Errorf("start program: %w", err)
	}
	p.url = ""
	for lines := bufio.NewScanner(out); p.url == "" && lines.Scan(); {
		if m := opened.FindStringSubmatch(lines.Text()); m != nil {
			p.url = m[1]
		}
	}
	if p.url == "" {
		_ = p.cmd.Wait()
		return fmt.Errorf("start program: it ended\n%s", p.log)
	}
	if err := p.setClock(ctx); err != nil {
		return err
	}
	before := p.page
	if p.page, err = openPage(ctx, p.url, func() time.Time { return p.clock }); err != nil {
		return err
	}
	if before != nil {
		p.page.last, p.page.stands, p.page.posted = before.last, before.stands, before.posted
	}
	return nil
}

// kill ends the program without warning.
func (p *Program) kill() error {
	if err := p.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		return fmt.Errorf("kill program: %w", err)
	}
	_ = p.cmd.Wait() // it says that it was killed
	return nil
}

// Close ends the program and removes what it wrote.
func (p *Program) Close() error {
	if p.cmd == nil || p.cmd.Process == nil {
		return nil
	}
	return errors.Join(p.kill(), os.RemoveAll(p.dir))
}

// setClock brings the program's clock to the stage's and has it do what is due.
func (p *Program) setClock(ctx context.Context) error {
	_, err := p.ask(ctx, http.MethodPost, "/stage/clock?now="+url.QueryEscape(p.clock.Format(time.RFC3339Nano)))
	return err
}

// ask calls one of the paths that only the build for stages has.
func (p *Program) ask(ctx context.Context, method, path string) (string, error) {
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

// Say posts an input as the page does, and has the program do what follows from it.
func (p *Program) Say(ctx context.Context, in script.Input) error {
	note, err := p.page.post(ctx, func(ctx context.Context, s claim.Serial) (string, error) {
		return p.ask(ctx, http.MethodGet, "/stage/link?serial="+url.QueryEscape(string(s)))
	}, in)
	if err != nil {
		return fmt.Errorf("%w\n%s", err, p.log)
	}
	if note != "" {
		p.notes = append(p.notes, script.Noted{Place: in.Place, Text: note})
	}
	return p.setClock(ctx)
}

// Apply does what a control cue asks for.
func (p *Program) Apply(ctx context.Context, c script.Control) error {
	switch c := c.(type) {
	case script.Wait:
		for _, step := range steps(c.For) {
			p.clock = p.clock.Add(step)
			if err := p.setClock(ctx); err != nil {
				return err
			}
		}
		return nil
	case script.Restart:
		return errors.Join(p.kill(), p.start(ctx))
	case script.Flush:
		if p.Wipe != nil {
			return p.Wipe(ctx)
		}
		return errors.Join(p.kill(), p.wipe(), p.start(ctx))
	default:
		return script.ErrCannot
	}
}

// wipe removes the session store.
func (p *Program) wipe() error {
	files, err := filepath.Glob(filepath.Join(p.dir, "data", "sessions.db*"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("wipe sessions: no such file: %w", err)
	}
	for _, f := range files {
		err = errors.Join(err, os.Remove(f))
	}
	return err
}

// Heard returns what the pages show since the last call.
func (p *Program) Heard(ctx context.Context) ([]script.Heard, error) {
	shown, err := p.page.shown(ctx)
	out := slices.Concat(p.notes, shown)
	p.notes = nil
	return out, err
}
