//! `nemcon statement`: signs and submits statements that travel between machines. `--prepare FILE`
//! writes the text on a machine with a node, each signer adds a signature line on the machine with
//! the key, and anyone with a node submits the result.

mod attach;
mod bytes;
mod checked;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use nemcon_client::acts::number_of;
use nemcon_client::client::{Client, ClientError};
use nemcon_client::clock::now;
use nemcon_client::failure::Failure;
use nemcon_client::founding::Founding;
use nemcon_client::party_key::PartyKey;
use nemcon_client::party_names::Names;
use nemcon_client::reading::{Ahead, Foreseen, Reading};
use nemcon_client::session::Session;
use nemcon_client::words::{ordered, state};
use nemcon_crypto::Digest;
use nemcon_crypto::note::KeyName;
use nemcon_ledger::record::Body;
use serde_json::json;

use super::consent::Consent;
use crate::cli::act::looked;
use crate::cli::context::Context;
use crate::cli::handing::{became, hand_in, notice};
use nemcon_audit::Screen;

use checked::{Checked, CheckedArgs, read};

pub(super) use checked::Taken;

/// Signs statements where the keys are, and submits them where a node is.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum StatementCommand {
    /// Add your signature to a statement that `--prepare` wrote, or that others have signed so far:
    /// needs no node.
    Sign(SignArgs),
    /// Write exactly the bytes that a signer signs, for a device or a service that signs bytes; shows what they say. Needs
    /// no key and no node.
    Bytes(bytes::BytesArgs),
    /// Put a signature under a statement that was made elsewhere over its bytes, once it is verified.
    Attach(attach::AttachArgs),
    /// Have a statement ordered that all have signed: needs a node and no key.
    Submit(SubmitArgs),
}

/// What to sign, and where the result goes.
#[derive(Clone, Debug, Args)]
pub(super) struct SignArgs {
    #[command(flatten)]
    statement: CheckedArgs,
    /// The file to write: the statement with your line.
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    consent: Consent,
}

/// What to submit.
#[derive(Clone, Debug, Args)]
pub(super) struct SubmitArgs {
    /// The signed statement; several files where its signers have signed apart.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Runs `nemcon statement`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &StatementCommand, context: Context<'_>) -> Result<(), Failure> {
    match command {
        StatementCommand::Sign(args) => sign(args, Taken::Any, context),
        StatementCommand::Bytes(args) => bytes::run(args, context),
        StatementCommand::Attach(args) => attach::run(args, context),
        StatementCommand::Submit(args) => submit(args, Taken::Any, context),
    }
}

/// Signs a partially signed statement without any node.
///
/// # Errors
/// [`Failure`] if the text disagrees with the records, a signature is over another text, or a key
/// does not sign this statement.
pub(super) fn sign(args: &SignArgs, taken: Taken, context: Context<'_>) -> Result<(), Failure> {
    args.consent.verify_possible(context.screen)?;
    let mut checked = Checked::of(&args.statement, taken, context.global.council)?;
    if context.global.keys.is_empty() {
        return Err(Failure::usage("signed with which key?")
            .next("give `--key FILE` or `--key pkcs11:...`, once for each key that signs here"));
    }
    let keys = context.global.keys.iter().map(PartyKey::find);
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    args.consent.opening.verify_possible(&keys, context.screen)?;
    // Whether the keys are the right ones shows before a person is asked.
    let publics: Vec<_> = keys.iter().map(PartyKey::public).collect();
    let names = checked.partial.signed_by(&checked.parts, &publics)?;
    let mut reading = checked.reading();
    let names: Vec<_> = names.iter().map(KeyName::as_str).collect();
    reading.about.push(format!("signed here with {}", names.join(", ")));
    args.consent.obtain(&reading, context.screen)?;
    let keys = args.consent.opening.keys(&keys, context.screen)?;
    checked.partial.sign(&checked.parts, &keys, now()?.as_ms() / 1000)?;
    checked.write(&args.out, &names, context.screen)
}

/// Submits a statement that all have signed.
///
/// # Errors
/// [`Failure`] if the file is no statement, signatures are missing, or the node refuses it.
pub(super) fn submit(args: &SubmitArgs, taken: Taken, context: Context<'_>) -> Result<(), Failure> {
    let mut files = args.files.iter().map(|path| read(path, taken));
    let mut partial = files.next().expect("the command line asks for one")?;
    files.try_for_each(|other| Ok::<_, Failure>(partial.join(other?)?))?;
    let session = context.session()?;
    let council = partial.body().head().council;
    if session.council().is_ok_and(|wanted| wanted != council) {
        return Err(Failure::refused(format_args!("it is of council {council}, not of this one"))
            .next("submit it at a node of that council"));
    }
    let (session, founding) = answering(session, council)?;
    let genesis = founding.genesis();
    let seats = session.client().seats()?;
    let parts = seats.signers(partial.body(), genesis)?;
    partial.verify(&parts)?;
    let statement = partial.statement(genesis, &parts)?;
    let names = Names { genesis, seats: Some(&seats) };
    tell_what_follows(session.client(), &statement.body, names, context.screen)?;
    let answer = hand_in(session.client(), &statement)?;
    if let Some(failure) = Failure::of_answer(&answer, Some(&genesis.charter)) {
        return Err(failure);
    }
    let number = match &statement.body {
        Body::Measure(_) => match number_of(session.client(), &answer) {
            Err(ClientError::Status { status: 403, .. }) => None,
            number => number?,
        },
        body => body.about().map(|about| about.measure),
    };
    let Some(number) = number else {
        became(context.screen, &answer, &json!({ "answer": answer }), ordered(&answer, None))?;
        return Ok(());
    };
    let after = match session.client().measure(number) {
        Err(ClientError::Status { status: 403, .. }) => {
            let said = format!(
                "{}\nit was handed in to {}",
                ordered(&answer, None),
                session.client().whose()
            );
            return became(context.screen, &answer, &json!({ "answer": answer }), said);
        }
        after => after,
    };
    let closes = after.as_ref().ok().map(|after| after.closes);
    let (after, now) = looked(after, |after| format!("measure {number} is {}", state(after)));
    let said = format!("{}\n{now}", ordered(&answer, closes));
    became(context.screen, &answer, &json!({ "answer": answer, "measure": after }), said)
}

/// The session and its founding text; with the node that is named beside the session's own if that one does not answer.
fn answering(session: Session, council: Digest) -> Result<(Session, Founding), Failure> {
    let Some(other) = session.client().fallback().cloned() else {
        let founding = session.founding_of(council)?;
        return Ok((session, founding));
    };
    match session.client().genesis() {
        Err(error) if error.is_absence() => {
            notice(format_args!("{error}: asking {} instead", other.whose()));
            let other = Session::new(other, session.code().cloned(), Some(council), Vec::new());
            let founding = other.founding_of(council)?;
            Ok((other, founding))
        }
        _ => {
            let founding = session.founding_of(council)?;
            Ok((session, founding))
        }
    }
}

/// Prints the consequences of a statement, which its signers could not know without a node.
fn tell_what_follows(
    client: &Client,
    body: &Body,
    names: Names<'_>,
    screen: Screen,
) -> Result<(), Failure> {
    let charter = &names.genesis.charter;
    let foresight = match client.foresee(core::slice::from_ref(body)) {
        // Another member's node takes the statement, and tells nothing else to a token for it.
        Err(ClientError::Status { status: 403, .. }) => return Ok(()),
        foresight => foresight?,
    };
    // A refusal is not reported here: the submission that follows is refused with its reason.
    let Ahead::Follows(all) = Ahead::read(foresight, charter) else {
        return Ok(());
    };
    let foreseen = Foreseen::told(client, body, &all);
    screen.say(Reading { foreseen, texts: Vec::new(), ..Reading::of(body, names) })
}
