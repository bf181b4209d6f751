package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// instruction is one of a Dockerfile: "RUN", "go build ...".
type instruction struct{ word, rest string }

// stages splits a Dockerfile at its FROMs.
func stages(t *testing.T, text string) (list [][]instruction) {
	t.Helper()
	text = regexp.MustCompile(`(?m)^\s*#.*\n`).ReplaceAllString(text, "")
	text = strings.ReplaceAll(text, "\\\n", " ")
	for line := range strings.Lines(text) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if word == "" {
			continue
		}
		if word == "FROM" {
			list = append(list, nil)
		}
		if len(list) == 0 {
			t.Fatalf("%s before FROM", word)
		}
		list[len(list)-1] = append(list[len(list)-1], instruction{word, strings.TrimSpace(rest)})
	}
	return list
}

// the returns the one instruction of a stage that begins so.
func the(t *testing.T, stage []instruction, word, beginning string) string {
	t.Helper()
	var found []string
	for _, i := range stage {
		if i.word == word && strings.HasPrefix(i.rest, beginning) {
			found = append(found, i.rest)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d times %s %s in %v", len(found), word, beginning, stage[0])
	}
	return found[0]
}

// execForm reads the exec form: ["/supportbot", "serve"].
func execForm(t *testing.T, text string) (list []string) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatalf("%s is not the form that needs no shell: %v", text, err)
	}
	return list
}

func TestDockerfile(t *testing.T) {
	t.Parallel()
	file := stages(t, readFile(t, "deploy/Dockerfile"))
	if len(file) != 3 {
		t.Fatalf("%d stages", len(file))
	}
	build, tools, final := file[0], file[1], file[2]

	flags := regexp.MustCompile(`(?m)^\t(CGO_ENABLED=0 go build .*) -o bin/supportbot \./cmd/supportbot$`).FindStringSubmatch(readFile(t, "Makefile"))
	if flags == nil {
		t.Fatal("the Makefile builds no static program")
	}
	if got, want := the(t, build, "RUN", "CGO_ENABLED"), flags[1]+" -o /out/supportbot ./cmd/supportbot"; got != want {
		t.Errorf("it builds by %q, the Makefile by %q", got, want)
	}
	language := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(readFile(t, "go.mod"))[1]
	if from := the(t, build, "FROM", ""); !strings.HasPrefix(from, "golang:"+language+"-") {
		t.Errorf("built by %s, go.mod wants %s", from, language)
	}

	if from := the(t, final, "FROM", ""); from != "scratch" {
		t.Errorf("the program stands on %s", from)
	}
	the(t, final, "COPY", "--from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/")
	program := execForm(t, the(t, final, "ENTRYPOINT", ""))
	if len(program) != 1 || the(t, final, "COPY", "--from=build /out/supportbot ") != "--from=build /out/supportbot "+program[0] {
		t.Errorf("entry point %q", program)
	}
	health := execForm(t, regexp.MustCompile(`\[.*`).FindString(the(t, final, "HEALTHCHECK", "")))
	if health[0] != program[0] {
		t.Errorf("health check by %q", health)
	}
	for _, args := range [][]string{health[1:], execForm(t, the(t, final, "CMD", "")), execForm(t, the(t, tools, "CMD", ""))} {
		if err := understood(args); err != nil {
			t.Errorf("%q: %v", args, err)
		}
	}
	for _, stage := range [][]instruction{tools, final} {
		if user := the(t, stage, "USER", ""); !regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`).MatchString(user) {
			t.Errorf("USER %s: not a number, or root", user)
		}
		for _, pair := range strings.Fields(the(t, stage, "ENV", "")) {
			if name, _, _ := strings.Cut(pair, "="); !slices.Contains(names(), name) {
				t.Errorf("ENV %s is no setting", name)
			}
		}
	}
	port := the(t, final, "EXPOSE", "")
	if !strings.Contains(the(t, final, "ENV", ""), "LISTEN=:"+port+" ") {
		t.Errorf("port %s is exposed, another one is listened on", port)
	}
}

// compose is what we look at in a compose file.
type compose struct {
	Services map[string]struct {
		Image       string
		Command     []string
		Environment map[string]string
		Secrets     []string
		Volumes     []string
		ReadOnly    bool `yaml:"read_only"`
		Deploy      struct{ Replicas int }
		Healthcheck struct{ Test []string }
		DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	}
	Secrets map[string]struct{ File string }
	Volumes map[string]any
}

func TestCompose(t *testing.T) {
	t.Parallel()
	var c compose
	if err := yaml.Unmarshal([]byte(readFile(t, "deploy/compose.yaml")), &c); err != nil {
		t.Fatal(err)
	}
	ours := 0
	for name, s := range c.Services {
		for on := range s.DependsOn {
			if _, ok := c.Services[on]; !ok {
				t.Errorf("%s waits for %s, which is no service", name, on)
			}
		}
		for _, secret := range s.Secrets {
			if c.Secrets[secret].File == "" {
				t.Errorf("%s: there is no secret %s", name, secret)
			}
		}
		for _, v := range s.Volumes {
			source, _, _ := strings.Cut(v, ":")
			if _, ok := c.Volumes[source]; !ok && !strings.HasPrefix(source, "./") && v != "/tmp" {
				t.Errorf("%s: there is no volume %s", name, source)
			}
		}
		if !strings.HasPrefix(s.Image, "supportbot") {
			continue
		}
		ours++
		if err := understood(s.Command); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !s.ReadOnly {
			t.Errorf("%s may write everywhere", name)
		}
		if name != "migrate" && !slices.Contains(s.Volumes, "/tmp") {
			t.Errorf("%s has no room for files on their way", name)
		}
		for variable, value := range s.Environment {
			knows(t, "compose.yaml, "+name, variable)
			if path, ok := strings.CutPrefix(value, "/run/secrets/"); ok && !slices.Contains(s.Secrets, path) {
				t.Errorf("%s: %s is not given to it", name, path)
			}
			if f := field(variable); f.Tag.Get("secret") != "" && variable != "REDIS_URL" && !strings.HasPrefix(value, "file:") {
				t.Errorf("%s: the secret %s stands in the file", name, variable)
			}
		}
	}
	if ours != 3 || c.Services["supportbot"].Deploy.Replicas < 2 {
		t.Errorf("%d services of ours, %d replicas", ours, c.Services["supportbot"].Deploy.Replicas)
	}
	redis := strings.Join(c.Services["redis"].Command, " ")
	for _, want := range []string{"--appendonly yes", "--appendfsync everysec", "--maxmemory-policy noeviction"} {
		if !strings.Contains(redis, want) {
			t.Errorf("Redis runs without %s: %s", want, redis)
		}
	}
	for _, store := range []string{"postgres", "redis"} {
		if len(c.Services[store].Healthcheck.Test) == 0 {
			t.Errorf("nobody looks whether %s is ready", store)
		}
	}
	if got := c.Services["supportbot"].DependsOn["migrate"].Condition; got != "service_completed_successfully" {
		t.Errorf("the replicas start when migrate is %q", got)
	}
}

// knows fails unless a variable is a setting, or one that every client honours.
func knows(t *testing.T, where, variable string) {
	t.Helper()
	if !slices.Contains(append(names(), "HTTPS_PROXY", "NO_PROXY"), strings.TrimSuffix(variable, "_FILE")) {
		t.Errorf("%s: %s is no setting", where, variable)
	}
}

func TestEnvExample(t *testing.T) {
	t.Parallel()
	lines := regexp.MustCompile(`(?m)^#?([A-Z_]+)=(.*)$`).FindAllStringSubmatch(readFile(t, "deploy/.env.example"), -1)
	var environ []string
	for _, m := range lines {
		knows(t, ".env.example", m[1])
		environ = append(environ, m[1]+"="+m[2])
	}
	if len(lines) < 5 {
		t.Errorf("only %d variables", len(lines))
	}
	// All of the examples together are right, with a token.
	environ = append(environ, "TELEGRAM_TOKEN="+fmt.Sprintf("%d:%s", 7312345678, strings.Repeat("a", 35)))
	if _, err := readSettings(environ, servable); err != nil {
		t.Error(err)
	}
}

func TestSecretsStayOutside(t *testing.T) {
	t.Parallel()
	ignored := strings.Split(readFile(t, ".gitignore"), "\n")
	for _, name := range []string{"/deploy/.env", "/deploy/secrets/", "/deploy/backups/"} {
		if !slices.Contains(ignored, name) {
			t.Errorf("%s could be committed", name)
		}
	}
	lines := strings.Split(readFile(t, ".dockerignore"), "\n")
	for _, name := range []string{".git", "data", "deploy", "**/.env", "**/*.tar"} {
		if !slices.Contains(lines, name) {
			t.Errorf("%s gets into the image", name)
		}
	}
}
