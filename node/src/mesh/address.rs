//! Where a node listens, as it is dialled: a name is looked up at every dial.

pub use nemcon_client::config::{NodeAddress as Address, NodeAddressError as AddressError};
