//! The log as static files: tiles of hashes and bundles of entries [C2SP tlog-tiles].
//!
//! ```text
//! tile/2/000.p/1                    hashes of full tiles of level 1
//! tile/1/000  tile/1/001.p/17       hashes of full tiles of level 0
//! tile/0/000  ...  tile/0/273.p/112 leaf hashes
//! tile/entries/000  ...             the records themselves
//! ```

mod bundle;
mod consistency;
mod growing;
mod hashes;
mod path;
#[cfg(test)]
mod tests;

pub use bundle::{BundleError, RECORD_BYTES_MAX, decode_bundle, encode_bundle};
pub use consistency::consistency_proof;
pub use growing::GrowingTiles;
pub use hashes::{TileError, decode_hash_tile, hash_tile};
pub use path::{TILE_WIDTH, TileLevel, TilePath, TilePathError, TileRow, tiles_of};
