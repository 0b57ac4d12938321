//! What `nemcon draft` writes.

mod filled_in;
mod revised;
