//! `nemcon desk`: opens the desk of a delegation, and serves it until the command is ended.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use clap::Args;
use nemcon_audit::Screen;
use nemcon_client::atomic_write::folder_of;
use nemcon_client::client::{Access, Client};
use nemcon_client::config::NodeConfig;
use nemcon_client::failure::Failure;
use nemcon_client::session::Session;
use nemcon_desk::{Links, Open, Settings};
use serde_json::json;
use tempfile::NamedTempFile;

use super::global::Global;
use crate::cli::context::Context;
use crate::interrupt::Interrupt;
use crate::testnet::Testnet;

/// The interval at which the desk checks for an interrupt.
const POLL: Duration = Duration::from_millis(100);
/// The programs that open a page in the person's browser; the first one that is there is used.
const OPENERS: [&str; 2] = ["xdg-open", "open"];

/// Opens the desk: a page on which a delegation reads, signs and sees who is missing.
#[derive(Clone, Debug, Args)]
pub(super) struct DeskArgs {
    /// Print the link and open no browser.
    #[arg(long)]
    no_open: bool,
    /// Show, and sign nothing: for the wall of a secretariat.
    #[arg(long)]
    read_only: bool,
    /// The port on 127.0.0.1; by default a free loopback address of the desk's own.
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// The configuration of another node on this machine, which is asked whether it tells the same; once
    /// for each. With --dir all nodes of the test network are.
    #[arg(long, value_name = "FILE")]
    also: Vec<PathBuf>,
}

/// Runs `nemcon desk`.
///
/// # Errors
/// [`Failure`] if the desk cannot be opened.
pub(super) fn run(args: &DeskArgs, context: Context<'_>) -> Result<(), Failure> {
    let interrupt = Interrupt::listen()?;
    let session = context.session()?;
    let others = others(args, context.global, &session)?;
    let settings = Settings { session, others, is_read_only: args.read_only, port: args.port };
    let desk = Open::new(settings)?;
    let links = desk.links();
    let link = links.new_link()?;
    let has_keyboard = !context.screen.is_json() && io::stdin().is_terminal();
    let more = if has_keyboard { "Enter prints another link, " } else { "" };
    let words = format!(
        "the desk is open; this link lets one browser in, once:\n{link}\n{more}Ctrl-C closes the desk"
    );
    context.screen.result(&json!({ "link": link }), words)?;
    // The file leads the browser to the link, which else would stand among the arguments of a process.
    let _leading = if args.no_open { None } else { open(&links, context.screen) };
    if has_keyboard {
        thread::spawn(move || more_links(&links));
    }
    desk.serve(move || {
        while !interrupt.is_raised() {
            thread::sleep(POLL);
        }
    })
}

/// The other nodes that are asked.
fn others(args: &DeskArgs, global: &Global, session: &Session) -> Result<Vec<Client>, Failure> {
    let mut others = Vec::new();
    if let Some(dir) = &global.dir {
        others.extend(all_of(&Testnet::load(dir)?));
    }
    for path in &args.also {
        let NodeConfig { http, council, member, .. } = NodeConfig::load(path)?;
        let tokens = Access::Folder(folder_of(path).to_owned());
        let client = Client::new(&format!("http://{http}"), tokens);
        others.push(client.of(Some(council), Some(member)));
    }
    others.retain(|client| client.base() != session.client().base());
    Ok(others)
}

/// The nodes of all members of a test network.
pub(crate) fn all_of(testnet: &Testnet) -> impl Iterator<Item = Client> {
    let council = Some(testnet.council());
    testnet.members().iter().map(move |it| testnet.client(it).of(council, Some(it.code.clone())))
}

/// Opens the person's browser by a file that only this user can read; it is removed when it is dropped.
pub(crate) fn open(links: &Links, screen: Screen) -> Option<NamedTempFile> {
    let opened = || -> Result<NamedTempFile, Failure> {
        let failed = |error: io::Error| Failure::usage(error);
        let link = links.new_link()?;
        let file = tempfile::Builder::new().prefix("desk-").suffix(".html").tempfile();
        let mut file = file.map_err(failed)?;
        let page = format!(
            "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>nemcon desk</title>\
             <meta http-equiv=\"refresh\" content=\"0; url={link}\"><p><a href=\"{link}\">The desk</a></p></html>\n"
        );
        file.write_all(page.as_bytes()).map_err(failed)?;
        let is_opened = OPENERS.iter().any(|opener| {
            let mut command = Command::new(opener);
            command
                .arg(file.path())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            command.spawn().is_ok()
        });
        if is_opened {
            Ok(file)
        } else {
            Err(Failure::usage("no program that opens a page was found"))
        }
    };
    match opened() {
        Ok(file) => Some(file),
        Err(failure) => {
            let _ = screen.say(format_args!(
                "no browser was opened ({}): open the link yourself",
                failure.message()
            ));
            None
        }
    }
}

/// Prints another link whenever the person presses Enter.
fn more_links(links: &Links) {
    for line in io::stdin().lock().lines() {
        let (Ok(_), Ok(link)) = (line, links.new_link()) else { return };
        if writeln!(io::stdout(), "{link}").is_err() {
            return;
        }
    }
}
