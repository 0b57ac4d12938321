package export

import (
	"bytes"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"../law"
	"../policy"
	"../record"
)

// Options are what the caller believes.
type Options struct {
	// Council is the digest from elsewhere; empty to check an export against itself only.
	Council string
	// Policy is believed in place of the export's own.
	Policy *policy.Policy
}

// Report is what was verified.
type Report struct {
	Council       *law.Council
	Tree          tlog.Tree
	Sealing       []*law.Party
	Kinds         map[string]int
	Tiles, Others int
	Logs, Seals   int
	Public        bool
	Shown         int
	PublicDecided []string
	// Founded is the genesis.
	Founded  *record.Record
	founders []record.NoteLine
	keys     spans
}

// Audit derives everything in an export again from the genesis.
func Audit(folder string, o Options) (*Report, error) {
	f, err := Open(folder)
	if err != nil {
		return nil, err
	}
	r := &Report{Kinds: map[string]int{}}
	if r.Public, err = f.IsPublic(); err != nil {
		return nil, err
	}
	if r.Council, err = f.found(o.Council); err != nil {
		return nil, err
	}
	if r.Founded, r.founders, err = f.genesis(); err != nil {
		return nil, err
	}
	raw, err := f.Read("checkpoint", noteBytesMost)
	if err != nil {
		return nil, err
	}
	checkpoint, err := ParseCheckpoint(raw)
	if err != nil {
		return nil, err
	}
	if checkpoint.Origin != r.Council.Log {
		return nil, fmt.Errorf("checkpoint of %q, genesis of %q", checkpoint.Origin, r.Council.Log)
	}
	if err := f.checkPolicy(r, checkpoint, o.Policy); err != nil {
		return nil, err
	}
	entries, stored, err := f.checkLog(r, checkpoint)
	if err != nil {
		return nil, err
	}
	if r.Public {
		err = r.followPublic(entries, stored)
	} else {
		err = r.follow(entries, stored)
	}
	if err != nil {
		return nil, err
	}
	r.Others = f.others(r.Tree.N)
	if err := f.checkSealing(r, checkpoint, o); err != nil {
		return nil, err
	}
	return r, f.checkKeys(&r.keys)
}

// found reads the file genesis, and founds the council whose digest was brought.
func (f Folder) found(digest string) (*law.Council, error) {
	raw, err := f.Read("genesis", noteBytesMost)
	if err != nil {
		return nil, err
	}
	council, err := Found(raw, digest)
	if err != nil {
		return nil, fmt.Errorf("genesis: %w", err)
	}
	return council, nil
}

// genesis is what the file of that name says, and who is said to have signed it.
func (f Folder) genesis() (*record.Record, []record.NoteLine, error) {
	raw, err := f.Read("genesis", noteBytesMost)
	if err != nil {
		return nil, nil, err
	}
	text, lines, err := record.ParseNote(raw, record.StatementLines)
	if err != nil {
		return nil, nil, err
	}
	genesis, err := record.Parse([]byte(text))
	return genesis, lines, err
}

// Found is the council of a signed genesis, which is of this digest unless that is empty.
func Found(raw []byte, digest string) (*law.Council, error) {
	text, lines, err := record.ParseNote(raw, record.StatementLines)
	if err != nil {
		return nil, err
	}
	genesis, err := record.Parse([]byte(text))
	if err != nil {
		return nil, err
	}
	if digest != "" && genesis.TextHash != digest {
		return nil, fmt.Errorf("it is of council %s, not %s", genesis.TextHash, digest)
	}
	council, err := law.Found(genesis)
	if err != nil {
		return nil, err
	}
	return council, council.CheckFounders(text, lines)
}

// checkPolicy asks the checkpoint for what the believed policy asks for.
func (f Folder) checkPolicy(r *Report, c *Checkpoint, believed *policy.Policy) error {
	if believed == nil {
		raw, err := f.Read("finality.policy", noteBytesMost)
		if err != nil {
			return err
		}
		if believed, err = policy.Parse(string(raw)); err != nil {
			return fmt.Errorf("finality.policy: %w", err)
		}
	}
	var err error
	r.Logs, r.Seals, err = believed.Check(c.Origin, c.Text, c.Lines)
	return err
}

// checkLog recomputes the root from the records, or from the leaf hashes of a public export, and
// compares every tile.
func (f Folder) checkLog(r *Report, c *Checkpoint) ([][]byte, hashes, error) {
	entries, err := f.readEntries(c.Tree.N)
	if err != nil {
		return nil, nil, err
	}
	leaves := make([]tlog.Hash, len(entries))
	if r.Public {
		if leaves, err = f.readLeaves(c.Tree.N); err != nil {
			return nil, nil, err
		}
	}
	for n, entry := range entries {
		if r.Public && len(entry) == 0 {
			continue
		}
		if leaf := tlog.RecordHash(entry); r.Public && leaf != leaves[n] {
			return nil, nil, fmt.Errorf("record %d does not hash to the leaf at its place", n)
		} else {
			leaves[n] = leaf
		}
	}
	stored, err := hashLeaves(leaves)
	if err != nil {
		return nil, nil, err
	}
	root, err := tlog.TreeHash(c.Tree.N, stored)
	if err == nil && root != c.Tree.Hash {
		err = fmt.Errorf("the records hash to %v, the checkpoint says %v", root, c.Tree.Hash)
	}
	if err != nil {
		return nil, nil, err
	}
	if !bytes.Equal(entries[0], r.Council.GenesisText()) {
		return nil, nil, fmt.Errorf("record 0 is not the genesis")
	}
	r.Tree = c.Tree
	r.Tiles, err = f.checkTiles(c.Tree.N, stored)
	return entries, stored, err
}

// follow takes the council through all blocks.
func (r *Report) follow(entries [][]byte, stored hashes) error {
	c, previous := r.Council, r.Council.Digest
	var block law.Block
	var ended int64
	for n, raw := range entries[1:] {
		at := int64(n + 1)
		found, err := record.Parse(raw)
		if err == nil && found.Kind == "genesis" {
			err = fmt.Errorf("a second genesis")
		}
		if err != nil {
			return &law.Fault{Record: at, Why: err}
		}
		if len(block.Records) == 0 {
			block.First = at
		}
		block.Records = append(block.Records, found)
		r.Kinds[found.Kind]++
		if len(block.Records) > law.BlockRecordsMost {
			return &law.Fault{Record: at, Why: fmt.Errorf("a block never ends")}
		}
		if found.Kind != "block" {
			continue
		}
		before, err := treeOf(at, stored)
		if err != nil {
			return err
		}
		behind, err := treeOf(at+1, stored)
		if err != nil {
			return err
		}
		r.Sealing = c.Roster()
		r.keys.take(c, ended, r.Sealing)
		if err := c.Follow(block, previous, before, behind); err != nil {
			return err
		}
		previous, block, ended = law.LeafHash(raw), law.Block{}, at+1
	}
	if len(block.Records) > 0 {
		return fmt.Errorf("the log ends within a block")
	}
	return nil
}

func treeOf(size int64, stored hashes) (tlog.Tree, error) {
	root, err := tlog.TreeHash(size, stored)
	return tlog.Tree{N: size, Hash: root}, err
}

// checkSealing: seals and policies are those of the roster that decided the last block. Where the
// caller believes a policy of his own, the export's need not be there.
func (f Folder) checkSealing(r *Report, c *Checkpoint, o Options) error {
	if o.Policy != nil {
		return nil
	}
	for name, due := range policies(r.Council, r.Sealing) {
		raw, err := f.Read(name, noteBytesMost)
		if err != nil {
			return err
		}
		if string(raw) != due {
			return fmt.Errorf("%s is not that of the roster that seals this size", name)
		}
	}
	return c.CheckSeals(r.Council, r.Sealing)
}

// Entries are the records of an export and its council, for programs that look at one record.
func Entries(folder string) ([][]byte, *law.Council, error) {
	f, err := Open(folder)
	if err != nil {
		return nil, nil, err
	}
	council, err := f.found("")
	if err != nil {
		return nil, nil, err
	}
	raw, err := f.Read("checkpoint", noteBytesMost)
	if err != nil {
		return nil, nil, err
	}
	checkpoint, err := ParseCheckpoint(raw)
	if err != nil {
		return nil, nil, err
	}
	entries, err := f.readEntries(checkpoint.Tree.N)
	return entries, council, err
}
