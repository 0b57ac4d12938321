//! The built `nemcon`: real nodes on loopback, and its commands.

mod accession;
mod by_the_letter;
mod council;
mod demo;
mod founding;
mod genesis;
mod hostile_http;
mod hostile_peers;
mod interrupted;
mod keys;
mod lifecycle;
mod lists;
mod lost_folder;
mod membership;
mod minutes;
mod offline;
mod operator;
mod output;
mod participants;
mod reading;
mod refusals;
mod standing;
mod statements;
mod status;
mod strangers;
mod verify;
