package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

func deskLinkCommand() *cobra.Command {
	cmd := command("link PERSON", "Make a code by which one of the desk's people links an account", cobra.ExactArgs(1),
		func(cmd *cobra.Command, args []string) error {
			s, err := readSettings(os.Environ())
			if err != nil {
				return err
			}
			person, err := s.Desk.person(args[0])
			if err != nil {
				return err
			}
			return besideStore(cmd.Context(), s, func(store bot.Store) error {
				code, err := bot.IssueCode(cmd.Context(), store, person.ID, now(), bot.NewCode)
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), `%s writes to the bot within 10 minutes, in private or in the engineers' room:

  !link %s

The code works once. Whoever uses it acts for the desk as %[1]s: give it to nobody else.
`, oneLine(person.Name), code)
				return nil
			})
		})
	cmd.Long = `Make a code by which one of the people of DESK_FILE links an account: on Telegram, Slack or the web page.
The code works once, within 10 minutes. The program may be running.`
	return cmd
}

func deskPeopleCommand() *cobra.Command {
	var asJSON bool
	cmd := command("people", "List the desk's people and the accounts that are linked", nil, func(cmd *cobra.Command, _ []string) error {
		s, err := readSettings(os.Environ())
		if err != nil {
			return err
		}
		accounts, err := readAccounts(cmd.Context(), s)
		if err != nil {
			return err
		}
		list := members(s.Desk.active(), accounts)
		if asJSON {
			return jsonLines(cmd.OutOrStdout(), list)
		}
		printMembers(cmd.OutOrStdout(), list)
		if s.Desk.loaded == nil {
			fmt.Fprintln(cmd.OutOrStdout(), "\nThese are samples: DESK_FILE is not set, so whoever is in the engineers' room is an engineer.")
		}
		return nil
	})
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	cmd.Long = `List the people of DESK_FILE with their accounts: those that stand in the file, and those that were
linked by a code. "Not in the file" is an account that can do nothing for the desk any more.`
	return cmd
}

func deskUnlinkCommand() *cobra.Command {
	var channel string
	cmd := command("unlink PERSON", "Unlink the accounts of one of the desk's people", cobra.ExactArgs(1),
		func(cmd *cobra.Command, args []string) error {
			s, err := readSettings(os.Environ())
			if err != nil {
				return err
			}
			return besideStore(cmd.Context(), s, func(store bot.Store) error {
				return unlink(cmd.Context(), store, s.Desk.active(), duty.PersonID(args[0]), channel, cmd.OutOrStdout())
			})
		})
	cmd.Flags().StringVar(&channel, "channel", "", "only those on this channel: telegram, slack, web")
	cmd.Long = `Unlink the accounts that one of the desk's people has linked by codes. They count no more from that moment
on, also while the program runs. An account that stands in DESK_FILE is taken out there.`
	return cmd
}

// person finds one of the people of the file.
func (d deskFile) person(id string) (duty.Person, error) {
	if d.loaded == nil {
		return duty.Person{}, usagef("DESK_FILE is not set, so the desk has no people of its own: whoever is in the engineers' room is an engineer")
	}
	p, ok := d.loaded.Person(duty.PersonID(id))
	if !ok {
		var ids []string
		for _, p := range d.loaded.People {
			ids = append(ids, string(p.ID))
		}
		return p, usagef("%q is the id of nobody in %s; there are: %s", id, d.file, strings.Join(ids, ", "))
	}
	return p, nil
}

// besideStore gives the database to f, for a moment, also while a program has it open.
func besideStore(ctx context.Context, s settings, f func(bot.Store) error) error {
	store, err := openStoreBeside(ctx, s)
	if errors.Is(err, bot.ErrNotFound) {
		return fmt.Errorf("there is no database in %s yet: start the program once; DATA_DIR names the folder", s.DataDir)
	}
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // what was written is committed
	return f(store)
}

// readAccounts reads the linked accounts; without a database there are none.
func readAccounts(ctx context.Context, s settings) ([]bot.Account, error) {
	store, err := openStoreReadOnly(ctx, s)
	if errors.Is(err, bot.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer store.Close() //nolint:errcheck // nothing was written
	return store.Accounts(ctx)
}

// member is an account of one of the desk's people, or one of them without an account.
type member struct {
	Person  duty.PersonID  `json:"person"`
	Name    string         `json:"name,omitempty"` // empty = not in the file
	Channel string         `json:"channel,omitempty"`
	Account claim.PersonID `json:"account,omitempty"`
	Linked  string         `json:"linked"` // "file", the time, or "no"
}

// members lists the desk's people in the order of the file, and then accounts of who is not in it.
func members(desk *duty.Desk, accounts []bot.Account) (list []member) {
	add := func(m member) {
		same := func(have member) bool {
			return have.Channel == m.Channel && have.Account == m.Account && m.Account != ""
		}
		if !slices.ContainsFunc(list, same) { // the file counts
			list = append(list, m)
		}
	}
	for _, p := range desk.People {
		before := len(list)
		for channel, id := range p.Accounts {
			if id != "" {
				add(member{p.ID, p.Name, channel, id, "file"})
			}
		}
		slices.SortFunc(list[before:], func(a, b member) int { return cmp.Compare(a.Channel, b.Channel) })
	}
	for _, a := range accounts {
		p, _ := desk.Person(a.Person)
		add(member{a.Person, p.Name, a.Channel, a.ID, a.At.In(desk.Calendar.Zone()).Format(minutes)})
	}
	for _, p := range desk.People {
		if !slices.ContainsFunc(list, func(m member) bool { return m.Person == p.ID }) {
			add(member{Person: p.ID, Name: p.Name, Linked: "no"})
		}
	}
	place := func(m member) int {
		i := slices.IndexFunc(desk.People, func(p duty.Person) bool { return p.ID == m.Person })
		return (i + len(desk.People) + 1) % (len(desk.People) + 1) // who is not there comes last
	}
	slices.SortStableFunc(list, func(a, b member) int { return cmp.Compare(place(a), place(b)) })
	return list
}

func printMembers(w io.Writer, list []member) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "PERSON\tNAME\tCHANNEL\tACCOUNT\tLINKED")
	for _, m := range list {
		linked := m.Linked
		if m.Name == "" {
			linked += ", not in the file"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", oneLine(string(m.Person)), oneLine(cmp.Or(m.Name, "-")), oneLine(cmp.Or(m.Channel, "-")),
			oneLine(cmp.Or(string(m.Account), "-")), linked)
	}
	_ = t.Flush() // as with Fprint: with a broken pipe nobody is left to be told
}

// unlink drops the accounts that somebody has linked.
func unlink(ctx context.Context, store bot.Store, desk *duty.Desk, person duty.PersonID, channel string, out io.Writer) error {
	accounts, err := store.Accounts(ctx)
	if err != nil {
		return err
	}
	done := 0
	for _, a := range accounts {
		if a.Person != person || channel != "" && a.Channel != channel {
			continue
		}
		if err := store.DropAccount(ctx, a.Channel, a.ID); err != nil && !errors.Is(err, bot.ErrNotFound) {
			return err
		}
		fmt.Fprintf(out, "%s: %s on %s is unlinked.\n", oneLine(string(person)), oneLine(string(a.ID)), oneLine(a.Channel))
		done++
	}
	p, known := desk.Person(person)
	stays := 0
	for on, id := range p.Accounts {
		if !desk.Sample && id != "" && (channel == "" || channel == on) {
			fmt.Fprintf(out, "%s: %s on %s stands in the desk file and counts until it is taken out there.\n", oneLine(string(person)), oneLine(string(id)), on)
			stays++
		}
	}
	if done+stays == 0 {
		if !known {
			return usagef("%q is the id of nobody, and has no account", string(person))
		}
		fmt.Fprintf(out, "%s has linked no account.\n", oneLine(string(person)))
	}
	return nil
}
