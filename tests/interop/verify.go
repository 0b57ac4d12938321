// Verify checks an export of a nemcon ledger without any code of nemcon's own: the signatures and
// the tree are those of golang.org/x/mod/sumdb, the rest follows the C2SP specifications.
//
//	verify [--council DIGEST] [--policy FILE] EXPORT_DIR
//	verify extract EXPORT_DIR INDEX|ballot OUT_DIR
//
// With --council the genesis must have that digest, and the policy in the export must ask for every
// member of the roster that seals its size and nobody else. Keys and members change: the changes are
// followed from record to record, each judged by the keys before it, and every block record names the
// digest of the roster that results. With --policy the caller's own policy is believed instead.
// Without --council an export is checked against itself only.
//
// It does not derive what the council's law does: decisions, lapses, the order and times of blocks. An
// export whose members have all sealed a false decision passes here; `nemcon audit` refuses it.
//
// Exit status: 0 verified, 1 not verified, 2 usage.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	council := flags.String("council", "", "SHA-256 of the genesis text, in hex")
	policyFile := flags.String("policy", "", "the policy to believe, instead of the export's own")
	if flags.Parse(os.Args[1:]) != nil {
		os.Exit(2)
	}
	var err error
	switch {
	case flags.NArg() == 4 && flags.Arg(0) == "extract":
		err = extract(flags.Arg(1), flags.Arg(2), flags.Arg(3))
	case flags.NArg() == 1:
		err = verify(flags.Arg(0), *council, *policyFile)
	default:
		fmt.Fprintln(os.Stderr, "usage: verify [--council DIGEST] [--policy FILE] EXPORT_DIR")
		fmt.Fprintln(os.Stderr, "       verify extract EXPORT_DIR INDEX|ballot OUT_DIR")
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "not verified:", err)
		os.Exit(1)
	}
}

func verify(dir, council, policyFile string) error {
	own := policyFile == ""
	if own {
		policyFile = filepath.Join(dir, "finality.policy")
	}
	p, err := readPolicy(policyFile)
	if err != nil {
		return err
	}
	tree, origin, err := openCheckpoint(dir, p)
	if err != nil {
		return err
	}
	entries, err := checkLog(dir, tree)
	if err != nil {
		return err
	}
	g, err := parseGenesis(string(entries[0]))
	if err != nil {
		return err
	}
	sealing, err := checkRecords(g, entries)
	if err != nil {
		return err
	}
	if err := checkCouncil(sealing, origin, council, own, p); err != nil {
		return err
	}
	fmt.Println("verified: tree, tiles, policies, seals, and the signatures of all statements")
	fmt.Println("not checked: what the council's law derives: decisions, lapses, order and times of blocks")
	return nil
}

func readPolicy(file string) (*policy, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	p, err := parsePolicy(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return p, nil
}

// openCheckpoint opens the checkpoint, and asks for one log signature and for the quorum.
func openCheckpoint(dir string, p *policy) (tree tlog.Tree, origin string, err error) {
	msg, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return tree, "", err
	}
	verifiers, err := p.verifiers()
	if err != nil {
		return tree, "", err
	}
	n, err := note.Open(msg, verifiers)
	if err != nil {
		return tree, "", fmt.Errorf("checkpoint: %w", err)
	}
	if origin, tree, err = parseTreeHead(n.Text); err != nil {
		return tree, "", err
	}
	return tree, origin, checkSignatures(n, origin, p)
}

func checkSignatures(n *note.Note, origin string, p *policy) error {
	names := map[string]string{}
	for _, k := range p.logs {
		if k.name == origin {
			names[fmt.Sprintf("%s+%08x", k.name, k.id())] = ""
		}
	}
	for _, k := range p.witnesses {
		names[fmt.Sprintf("%s+%08x", k.name, k.id())] = k.vkey()
	}
	logs, cosigned := 0, map[string]bool{}
	for _, sig := range n.Sigs {
		vkey, known := names[fmt.Sprintf("%s+%08x", sig.Name, sig.Hash)]
		if known && vkey == "" {
			logs++
		} else if known {
			cosigned[vkey] = true
		}
	}
	fmt.Printf("checkpoint: %d log signatures, %d of %d cosignatures\n", logs, len(cosigned), len(p.witnesses))
	if logs == 0 {
		return fmt.Errorf("checkpoint: no log of the policy signed it")
	}
	if !p.met(cosigned) {
		return fmt.Errorf("checkpoint: quorum %q is not met", p.quorum)
	}
	return nil
}

// parseTreeHead reads the body of a [C2SP tlog-checkpoint] without extension lines.
func parseTreeHead(text string) (origin string, tree tlog.Tree, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[0] == "" || lines[3] != "" {
		return "", tree, fmt.Errorf("checkpoint: not three lines")
	}
	if tree.Hash, err = tlog.ParseHash(lines[2]); err != nil {
		return "", tree, fmt.Errorf("checkpoint: %w", err)
	}
	_, err = fmt.Sscanf(lines[1], "%d", &tree.N)
	if err != nil || tree.N < 1 || fmt.Sprint(tree.N) != lines[1] || tree.Hash.String() != lines[2] {
		return "", tree, fmt.Errorf("checkpoint: size %q, root %q", lines[1], lines[2])
	}
	return lines[0], tree, nil
}

// checkLog recomputes the root from the records and compares every tile.
func checkLog(dir string, tree tlog.Tree) ([][]byte, error) {
	entries, err := readEntries(dir, tree.N)
	if err != nil {
		return nil, err
	}
	stored, err := hashEntries(entries)
	if err != nil {
		return nil, err
	}
	root, err := tlog.TreeHash(tree.N, stored)
	if err != nil {
		return nil, err
	}
	if root != tree.Hash {
		return nil, fmt.Errorf("the records hash to %v, the checkpoint says %v", root, tree.Hash)
	}
	tiles, err := checkTiles(dir, tree.N, stored)
	if err != nil {
		return nil, err
	}
	fmt.Printf("log: %d records hash to root %v; %d hash tiles agree\n", tree.N, root, tiles)
	return entries, nil
}

func checkCouncil(g *genesis, origin, council string, own bool, p *policy) error {
	if origin != g.origin() {
		return fmt.Errorf("checkpoint of %q, genesis of %q", origin, g.origin())
	}
	fmt.Printf("council: %s, %d members\n", g.digest, len(g.members()))
	if council == "" {
		fmt.Println("trust: none was given (--council): checked against itself only")
		return nil
	}
	if council != g.digest {
		return fmt.Errorf("the genesis is of council %s, not %s", g.digest, council)
	}
	if !own {
		fmt.Println("trust: the council's digest, and the policy that was given")
		return nil
	}
	if err := g.holdsPolicy(p); err != nil {
		return fmt.Errorf("finality.policy is not that of the roster: %w", err)
	}
	fmt.Println("trust: the council's digest; the policy asks for every member of the roster")
	return nil
}

// checkRecords checks every record with the keys of its day, and returns the roster that seals the
// log's end.
func checkRecords(g *genesis, entries [][]byte) (*genesis, error) {
	f, kinds, signatures := follow(g), map[string]int{"genesis": 1}, 0
	for n, leaf := range entries[1:] {
		kind, signers, err := checkRecord(f, leaf)
		if err != nil {
			return nil, fmt.Errorf("record %d: %w", n+1, err)
		}
		kinds[kind]++
		signatures += signers
	}
	var counts []string
	for kind, count := range kinds {
		counts = append(counts, fmt.Sprintf("%s %d", kind, count))
	}
	sort.Strings(counts)
	fmt.Printf("records: %s\n", strings.Join(counts, ", "))
	fmt.Printf("statements: opened with the keys of their day, %d signatures\n", signatures)
	fmt.Printf("roster: %d changes followed, %d members seal this size\n",
		f.changes, len(f.sealing.members()))
	return f.sealing, nil
}
