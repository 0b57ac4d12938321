//! The pages, rendered on the server: each can be read without JavaScript.

pub(crate) mod acts;
mod alone;
pub(crate) mod council;
pub(crate) mod document;
pub(crate) mod documents;
pub(crate) mod frame;
pub(crate) mod incidents;
pub(crate) mod ledger;
pub(crate) mod measure;
pub(crate) mod measures;
pub(crate) mod minutes;
pub(crate) mod nodes;
pub(crate) mod package;
pub(crate) mod parts;
pub(crate) mod signing;
pub(crate) mod tabling;
pub(crate) mod tiles;
pub(crate) mod timeline;
pub(crate) mod today;
pub(crate) mod troubles;
pub(crate) mod what_if;
