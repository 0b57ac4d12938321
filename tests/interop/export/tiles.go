package export

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

const tileWidth = 256

// tileFile is one file of [C2SP tlog-tiles]; level is -1 for entry bundles.
type tileFile struct {
	level int
	index int64
	width int
}

// path is tile/<level>/<index>[.p/<width>], the index in groups of three digits.
func (t tileFile) path() string {
	level, groups := "entries", fmt.Sprintf("%03d", t.index%1000)
	if t.level >= 0 {
		level = fmt.Sprint(t.level)
	}
	for rest := t.index / 1000; rest > 0; rest /= 1000 {
		groups = fmt.Sprintf("x%03d/%s", rest%1000, groups)
	}
	if t.width < tileWidth {
		groups += fmt.Sprintf(".p/%d", t.width)
	}
	return "tile/" + level + "/" + groups
}

// tilesOf lists the files that a log of this size consists of, one level.
func tilesOf(level int, size int64) []tileFile {
	count := size
	for l := 0; l < level; l++ {
		count /= tileWidth
	}
	var tiles []tileFile
	for index := int64(0); index*tileWidth < count; index++ {
		width := count - index*tileWidth
		if width > tileWidth {
			width = tileWidth
		}
		tiles = append(tiles, tileFile{level, index, int(width)})
	}
	return tiles
}

// readEntries reads the records of a log of this size, in order.
func (f Folder) readEntries(size int64) ([][]byte, error) {
	var entries [][]byte
	for _, tile := range tilesOf(-1, size) {
		bundle, err := f.Read(tile.path(), bundleBytesMost)
		if err != nil {
			return nil, err
		}
		for n := 0; n < tile.width; n++ {
			if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
				return nil, fmt.Errorf("%s ends within record %d", tile.path(), n)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			entries = append(entries, bundle[2:end])
			bundle = bundle[end:]
		}
		if len(bundle) != 0 {
			return nil, fmt.Errorf("%s goes on after record %d", tile.path(), tile.width)
		}
	}
	return entries, nil
}

// readLeaves reads the leaf hashes out of the tiles of level 0.
func (f Folder) readLeaves(size int64) ([]tlog.Hash, error) {
	var leaves []tlog.Hash
	for _, tile := range tilesOf(0, size) {
		raw, err := f.Read(tile.path(), tileWidth*tlog.HashSize)
		if err != nil {
			return nil, err
		}
		if len(raw) != tile.width*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", tile.path(), len(raw))
		}
		for ; len(raw) > 0; raw = raw[tlog.HashSize:] {
			var hash tlog.Hash
			copy(hash[:], raw)
			leaves = append(leaves, hash)
		}
	}
	return leaves, nil
}

// hashes holds every complete subtree of the log at its stored index.
type hashes []tlog.Hash

// ReadHashes makes a tlog.HashReader of it.
func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for n, index := range indexes {
		if index >= int64(len(h)) {
			return nil, fmt.Errorf("hash %d is not stored", index)
		}
		out[n] = h[index]
	}
	return out, nil
}

func hashLeaves(leaves []tlog.Hash) (hashes, error) {
	var stored hashes
	for n, leaf := range leaves {
		added, err := tlog.StoredHashesForRecordHash(int64(n), leaf, stored)
		if err != nil {
			return nil, err
		}
		stored = append(stored, added...)
	}
	return stored, nil
}

// checkTiles compares every hash tile with what the records hash to, byte for byte.
func (f Folder) checkTiles(size int64, stored hashes) (int, error) {
	count := 0
	for level := 0; len(tilesOf(level, size)) > 0; level++ {
		for _, tile := range tilesOf(level, size) {
			if err := f.checkTile(tile, stored); err != nil {
				return 0, err
			}
			count++
		}
	}
	return count, nil
}

func (f Folder) checkTile(tile tileFile, stored hashes) error {
	var want []byte
	for n := 0; n < tile.width; n++ {
		index := tlog.StoredHashIndex(8*tile.level, tile.index*tileWidth+int64(n))
		want = append(want, stored[index][:]...)
	}
	got, err := f.Read(tile.path(), tileWidth*tlog.HashSize)
	if err == nil && !bytes.Equal(got, want) {
		err = fmt.Errorf("%s is not what the records hash to", tile.path())
	}
	return err
}
