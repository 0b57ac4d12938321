// Verify checks an export of a nemcon ledger, a certificate or a receipt without any code of nemcon's
// own: tree, tiles and notes are those of golang.org/x/mod/sumdb, the rest follows the C2SP
// specifications and docs/formats.md.
//
//	verify [--council DIGEST] [--policy FILE] [--predecessor DIR] EXPORT_DIR
//	verify --council DIGEST CERTIFICATE
//	verify --policy FILE RECEIPT
//	verify extract EXPORT_DIR INDEX|ballot OUT_DIR
//
// Of an export it derives everything again from the genesis: each statement with its signatures, its
// place and whether the council lets it in; blocks, decisions, lapses and the roster; the tree, every
// tile, both policies, the seals, and the keys of every size. With --council the genesis must have that
// digest; without, an export is checked against itself only. With --policy the caller's own policy is
// believed instead of the export's.
//
// It does not judge files that belong to no export, evidence, nor rules later than version 1. It stops at
// the first thing that does not follow.
//
// The packages: record reads keys, notes and records; law derives a council; export, certificate and
// receipt judge files; shown follows a log of which some records are shown; policy reads policies.
//
// Exit status: 0 verified; 1 not verified; 2 usage, or it could not run; 4 verified as far as it is
// public.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"sort"
	"strings"

	"./export"
	"./policy"
	"./record"
)

const usage = `usage: verify [--council DIGEST] [--policy FILE] [--predecessor DIR] EXPORT_DIR|CERTIFICATE|RECEIPT
       verify extract EXPORT_DIR INDEX|ballot OUT_DIR`

func main() {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	council := flags.String("council", "", "SHA-256 of the genesis text, in hex")
	predecessor := flags.String("predecessor", "", "the export of the ledger that the council goes on from")
	policyFile := flags.String("policy", "", "the policy to believe, instead of the export's own")
	if flags.Parse(os.Args[1:]) != nil {
		os.Exit(2)
	}
	if *council != "" && !record.ParseDigest(*council) {
		fmt.Fprintf(os.Stderr, "could not run: %q is no council digest\n", *council)
		os.Exit(2)
	}
	verdict, err := 0, error(nil)
	switch {
	case flags.NArg() == 4 && flags.Arg(0) == "extract":
		err = extract(flags.Arg(1), flags.Arg(2), flags.Arg(3))
	case flags.NArg() == 1:
		verdict, err = verify(flags.Arg(0), *council, *policyFile, *predecessor)
	default:
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	}
	os.Exit(status(verdict, err))
}

// status prints what is wrong, and is the exit status.
func status(verdict int, err error) int {
	var notRun *export.NotRun
	switch {
	case errors.As(err, &notRun):
		fmt.Fprintln(os.Stderr, "could not run:", err)
		return 2
	case err != nil:
		fmt.Fprintln(os.Stderr, "not verified:", err)
		return 1
	}
	return verdict
}

func verify(path, council, policyFile, predecessor string) (int, error) {
	o := export.Options{Council: council}
	if policyFile != "" {
		text, err := os.ReadFile(policyFile)
		if err != nil {
			return 0, &export.NotRun{Why: err}
		}
		if o.Policy, err = policy.Parse(string(text)); err != nil {
			return 0, &export.NotRun{Why: fmt.Errorf("%s: %w", policyFile, err)}
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, &export.NotRun{Why: err}
	}
	if !info.IsDir() {
		return verifyFile(path, o)
	}
	r, err := export.Audit(path, o)
	if err != nil {
		return 0, err
	}
	if predecessor != "" {
		if err := r.CheckSuccession(predecessor); err != nil {
			return 0, err
		}
		fmt.Println("predecessor: the council goes on from that ledger")
	}
	tell(r, o)
	if r.Public {
		return 4, nil
	}
	return 0, nil
}

func tell(r *export.Report, o export.Options) {
	fmt.Printf("checkpoint: %d log signatures, %d cosignatures\n", r.Logs, r.Seals)
	fmt.Printf("log: %d records hash to root %v; %d hash tiles agree\n", r.Tree.N, r.Tree.Hash, r.Tiles)
	var counts []string
	for kind, count := range r.Kinds {
		counts = append(counts, fmt.Sprintf("%s %d", kind, count))
	}
	sort.Strings(counts)
	fmt.Printf("records: %s\n", strings.Join(counts, ", "))
	c := r.Council
	fmt.Printf("statements: %d let in, %d signatures by the keys of their day\n", c.Statements, c.Signatures)
	fmt.Printf("chain: %d blocks; %d changes of the roster followed, %d members seal this size\n",
		c.Height, c.Changes, len(r.Sealing))
	switch {
	case o.Council == "":
		fmt.Println("trust: none was given (--council): checked against itself only")
	case o.Policy != nil:
		fmt.Println("trust: the council's digest, and the policy that was given")
	default:
		fmt.Println("trust: the council's digest; the policies are those of the roster")
	}
	fmt.Printf("files that belong to no export: %d\n", r.Others)
	for _, line := range r.PublicDecided {
		fmt.Println(line)
	}
	if r.Public {
		fmt.Printf("verified as far as it is public: %d records of %d are shown\n", r.Shown, r.Tree.N)
		return
	}
	for _, m := range c.Measures {
		fmt.Printf("measure %d %s: %s\n", m.Number, m.Status, m.Record.Get("title"))
	}
	fmt.Println("verified: chain, decisions, lapses, council, tree, tiles, policies, seals, keys")
}
