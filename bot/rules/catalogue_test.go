package rules_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
)

func texts(t *testing.T, lang string) map[string]string {
	t.Helper()
	b, err := rules.Texts.ReadFile("text/" + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]string
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(b), "\": \""); n != len(m) {
		t.Errorf("%s: %d lines, %d keys; one stands twice", lang, n, len(m))
	}
	return m
}

// wanted is every key that the rules can ask for.
func wanted() []string {
	var list []string
	for _, id := range rules.All() {
		list = append(list, rules.RuleKey(id))
	}
	for _, c := range []claim.Coverage{claim.In, claim.Out, claim.Excluded, claim.Undetermined} {
		list = append(list, rules.CoverageKey(c))
	}
	for _, f := range []claim.Flag{claim.Borderline, claim.ExclusionReview, claim.DateConflict, claim.PolicyGap} {
		list = append(list, rules.FlagKey(f))
	}
	for _, p := range []claim.Party{
		claim.Nobody, claim.PaidByYou, claim.PaidByUs, claim.ByQuote, claim.AlreadyYou, claim.ByFinalRow,
		claim.AsQuoted, claim.NotYet, claim.HoursByQuote, claim.QuotedBefore, claim.AskPerson,
	} {
		list = append(list, rules.PartyKey(p))
	}
	for _, p := range []claim.PSS{claim.PSSNo, claim.PSSYes, claim.PSSLater, claim.PSSExisting, claim.PSSIfReturn} {
		list = append(list, rules.PSSKey(p))
	}
	for _, r := range []claim.Remedy{
		claim.FixRemotely, claim.AdvanceReplacement, claim.ReturnAndRepair, claim.PartWithoutReturn, claim.Guidance,
		claim.PartSale, claim.RemoteHelp, claim.ChargedRepair, claim.KeepOrSendBack, claim.ReturnUnchanged,
		claim.ReturnUnrepaired, claim.Advice, claim.Answer,
	} {
		list = append(list, rules.RemedyKey(r))
	}
	slices.Sort(list)
	return list
}

func TestTextsAreComplete(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "zh"} {
		if diff := cmp.Diff(wanted(), slices.Sorted(maps.Keys(texts(t, lang)))); diff != "" {
			t.Errorf("%s: %s", lang, diff)
		}
	}
}

// Every word that a policy row can put into a verdict has a text.
func TestRowsUseWordsThatHaveTexts(t *testing.T) {
	t.Parallel()
	en := texts(t, "en")
	for _, id := range rules.Rows() {
		for _, c := range []claim.Coverage{claim.In, claim.Out, claim.Excluded, claim.Undetermined} {
			for _, advance := range []bool{false, true} {
				v := edition().Terms(id, c, advance)
				for _, key := range []string{
					rules.PartyKey(v.ShipsFirst), rules.PartyKey(v.ToOptoste), rules.PartyKey(v.ChinaCustoms),
					rules.PartyKey(v.ToCustomer), rules.PartyKey(v.FirstLeg), rules.PartyKey(v.Duties),
					rules.PartyKey(v.Service), rules.PSSKey(v.PSS), rules.RemedyKey(v.Remedy),
				} {
					if en[key] == "" {
						t.Errorf("%s: no text %q", id, key)
					}
				}
			}
		}
	}
}

// forbidden are the words of domain.md section 13, in the forms in which they could slip in.
var forbidden = map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`(?i)\bwe(?:'ll| will) (?:replace|repair|refund|pay|send)|refund|\bfree\b|\bvoid|your fault|\barrives?\b|\bprice is\b|guarantee|promise|\bblame`),
	"zh": regexp.MustCompile(`免费|不收费|退款|作废|失效|无效|您的责任|您的过错|您的错|到货|价格是|价格为|我们会(?:更换|赔偿|退)|保证|承诺|一定会`),
}

func TestTextsAreFitForCustomers(t *testing.T) {
	t.Parallel()
	placeholder := regexp.MustCompile(`\{\{.*?\}\}`)
	en, zh := texts(t, "en"), texts(t, "zh")
	for lang, m := range map[string]map[string]string{"en": en, "zh": zh} {
		for key, text := range m {
			if strings.TrimSpace(text) == "" || text != strings.TrimSpace(text) {
				t.Errorf("%s %s: %q", lang, key, text)
			}
			if bad := forbidden[lang].FindString(text); bad != "" {
				t.Errorf("%s %s: %q is not to be said (domain.md 13): %s", lang, key, bad, text)
			}
			if rs := []rune(text); len(rs) > 260 {
				t.Errorf("%s %s: %d characters", lang, key, len(rs))
			}
			want := []string(nil)
			if key == "rule.W1" || key == "rule.W2" {
				want = []string{"{{.LastDay}}"}
			}
			if diff := cmp.Diff(want, placeholder.FindAllString(text, -1)); diff != "" {
				t.Errorf("%s %s: placeholders %s", lang, key, diff)
			}
			if strings.ContainsAny(text, "*`_<>") {
				t.Errorf("%s %s: markup in %q", lang, key, text)
			}
		}
	}
	for key, text := range zh {
		if !strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) || text == en[key] {
			t.Errorf("%s is not Chinese: %s", key, text)
		}
		if strings.ContainsAny(text, ",;:()?!") {
			t.Errorf("%s has half-width punctuation: %s", key, text)
		}
	}
}

// Numbers of the policy are data: a text that repeats one would go wrong with the next edition.
func TestTextsHoldNoNumbers(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "zh"} {
		for key, text := range texts(t, lang) {
			if strings.ContainsAny(text, "0123456789") {
				t.Errorf("%s %s: %s", lang, key, text)
			}
		}
	}
}

// Coverage is always said to be provisional (P9).
func TestCoverageIsProvisional(t *testing.T) {
	t.Parallel()
	for lang, word := range map[string]string{"en": "An engineer confirms", "zh": "最终以工程师确认为准"} {
		for _, c := range []claim.Coverage{claim.In, claim.Out} {
			if text := texts(t, lang)[rules.CoverageKey(c)]; !strings.Contains(text, word) {
				t.Errorf("%s %s: %s", lang, c, text)
			}
		}
	}
}
