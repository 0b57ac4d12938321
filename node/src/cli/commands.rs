//! The list of all commands, and the function that runs each.

use clap::{CommandFactory as _, Parser, Subcommand};
use nemcon_audit::{Screen, audit, completions, man, policy, usage, watch};
use nemcon_client::failure::Failure;

use super::context::Context;
use super::global::Global;
use super::{
    backup, ballot, calendar, card, certificate, charter, commit, demo, desk, doctor, document,
    draft, genesis, incident, key, law, log, mandate, measure, member, minutes, node, note,
    profile, receipt, statement, status, testnet, verify, votes, witness,
};

/// A council that decides only unanimously: each member runs a node, and a decision is final only
/// when every entitled member's signature is there.
#[derive(Clone, Debug, Parser)]
#[command(name = "nemcon", version, propagate_version = true)]
#[command(after_help = "Begin with `nemcon demo`. Exit status: 0 done or verified, 1 refused or \
                        not verified, 2 usage or could not run, 3 accepted and NOT yet ordered, 4 verified \
                        as far as it is public.")]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// Watch a council decide: real nodes, a real measure, an audit at the end.
    Demo(demo::DemoArgs),
    /// A council of real nodes on this machine, in the background.
    #[command(subcommand)]
    Testnet(testnet::TestnetCommand),
    /// Make and show keys; change a member's, freeze it.
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Make your party's card for a council that is being founded, and check cards.
    #[command(subcommand)]
    Card(card::CardCommand),
    /// Found a council: assemble, check, sign, merge, verify.
    #[command(subcommand)]
    Genesis(genesis::GenesisCommand),
    /// Run a member's node.
    #[command(subcommand)]
    Node(node::NodeCommand),
    /// Back a node up while it runs; check a backup.
    Backup(backup::BackupArgs),
    /// Restore a node's folder from a backup.
    Restore(backup::RestoreArgs),
    /// Table measures, read them, end them.
    #[command(subcommand)]
    Measure(measure::MeasureCommand),
    /// Who sits in the council, enters and leaves.
    #[command(subcommand)]
    Member(member::MemberCommand),
    /// Cast a ballot, prepare one to be signed offline, leave a standing instruction.
    #[command(subcommand)]
    Ballot(ballot::BallotCommand),
    /// Sign any statement where its keys are, and have it ordered where a node is.
    #[command(subcommand)]
    Statement(statement::StatementCommand),
    /// Let another member cast your ballot on one measure.
    #[command(subcommand)]
    Mandate(mandate::MandateCommand),
    /// Say "not yet, because".
    #[command(subcommand)]
    Reservation(mandate::ReservationCommand),
    /// Write a commented file to be filled in: for each kind of measure, an incident, a founding plan.
    Draft(draft::DraftArgs),
    /// Share incidents, and say who stands behind them.
    #[command(subcommand)]
    Incident(incident::IncidentCommand),
    /// Commit to a text that stays off the ledger.
    Commit(commit::CommitArgs),
    /// Compare files with those that a measure binds.
    #[command(subcommand)]
    Document(document::DocumentCommand),
    /// Read a charter in plain sentences, check one.
    #[command(subcommand)]
    Charter(charter::CharterCommand),
    /// What is refused, by which rule, and the way out.
    #[command(subcommand)]
    Law(law::LawCommand),
    /// Write what the secretariat would note of acts.
    Minutes(minutes::MinutesArgs),
    /// Votes as open data.
    #[command(subcommand)]
    Votes(votes::VotesCommand),
    /// What ends, what is due, and whose it is: words, JSON, or a file for calendars.
    Calendar(calendar::CalendarArgs),
    /// Who is missing, what needs me, seals, lag.
    Status,
    /// Examine the node and its machine, whether it runs or not: what is right, what is wrong, and what to do.
    Doctor,
    /// Open a page in the browser on which a delegation reads, signs and sees who is missing.
    Desk(desk::DeskArgs),
    /// Take the ledger out.
    #[command(subcommand)]
    Log(log::LogCommand),
    /// Check an export offline: every signature, every transition, every seal.
    Audit(audit::AuditArgs),
    /// Print the policy under which a checkpoint of any size counts, from an export that reaches so far.
    Policy(policy::PolicyArgs),
    /// One decision in one file, which anybody can check without a node.
    Certificate(certificate::CertificateCommand),
    /// Say once who you are: which node, council, party and keys.
    #[command(subcommand)]
    Profile(profile::ProfileCommand),
    /// That your ballot stands in the log that all have sealed, in one file.
    Receipt(receipt::ReceiptCommand),
    /// Check one file offline: a certificate, a receipt, or evidence that convicts a member.
    Verify(verify::VerifyCommand),
    /// Follow the logs that several members give out: whether they only grow, and are one.
    Watch(watch::WatchArgs),
    /// Cosign the checkpoints of logs, as a witness from outside (C2SP tlog-witness).
    Witness(witness::WitnessArgs),
    /// Sign and verify the checksums of a release of software.
    #[command(subcommand)]
    Note(note::NoteCommand),
    /// Print what a shell needs to complete commands and options.
    Completions(completions::CompletionsArgs),
    /// Write the manual pages of nemcon and nemcon-audit, one a command.
    Man(man::ManArgs),
}

impl Cli {
    /// The same, with the council that `--fingerprint` names, and what the profile says where the options say nothing. Commands about profiles and about test networks take the options as they stand, and so do those that know of no council.
    ///
    /// # Errors
    /// [`Failure`] if the words of `--fingerprint` are none, or the profile that is named cannot be used.
    pub(super) fn completed(self) -> Result<Self, Failure> {
        let Self { global, command } = self;
        let council = usage::council_of(global.council, global.fingerprint.as_deref())?;
        let global = Global { council, ..global };
        let takes_none = matches!(
            command,
            Command::Profile(_)
                | Command::Demo(_)
                | Command::Testnet(_)
                | Command::Note(_)
                | Command::Completions(_)
                | Command::Man(_)
        );
        if takes_none {
            return Ok(Self { global, command });
        }
        Ok(Self { global: global.with_profile()?.with_module(), command })
    }
}

/// Runs the command that was given.
///
/// # Errors
/// [`Failure`].
pub(super) fn dispatch(cli: &Cli, screen: Screen) -> Result<(), Failure> {
    let context = Context { global: &cli.global, screen };
    match &cli.command {
        Command::Demo(args) => demo::run(args, context),
        Command::Testnet(command) => testnet::run(command, context),
        Command::Key(command) => key::run(command, context),
        Command::Card(command) => card::run(command, context),
        Command::Genesis(command) => genesis::run(command, context),
        Command::Node(command) => node::run(command, screen),
        Command::Backup(args) => backup::run(args, context),
        Command::Restore(args) => backup::restore(args, context),
        Command::Measure(command) => measure::run(command, context),
        Command::Member(command) => member::run(command, context),
        Command::Ballot(command) => ballot::run(command, context),
        Command::Statement(command) => statement::run(command, context),
        Command::Mandate(command) => mandate::run(command, context),
        Command::Reservation(command) => mandate::run_reservation(command, context),
        Command::Draft(args) => draft::run(args, context),
        Command::Incident(command) => incident::run(command, context),
        Command::Commit(args) => commit::run(args, screen),
        Command::Document(command) => document::run(command, context),
        Command::Charter(command) => charter::run(command, context),
        Command::Law(command) => law::run(command, context),
        Command::Minutes(args) => minutes::run(args, context),
        Command::Votes(command) => votes::run(command, context),
        Command::Calendar(args) => calendar::run(args, context),
        Command::Status => status::run(context),
        Command::Doctor => doctor::run(context),
        Command::Desk(args) => desk::run(args, context),
        Command::Log(command) => log::run(command, context),
        Command::Audit(args) => audit::run(args, cli.global.council, screen),
        Command::Policy(args) => policy::run(args, cli.global.council, screen),
        Command::Certificate(args) => certificate::run(args, context),
        Command::Profile(command) => profile::run(command, context),
        Command::Receipt(args) => receipt::run(args, context),
        Command::Verify(args) => verify::run(args, cli.global.council, screen),
        Command::Watch(args) => watch::run(args, cli.global.council, screen),
        Command::Witness(args) => witness::run(args, screen),
        Command::Note(command) => note::run(command, screen),
        Command::Completions(args) => completions::run(args, Cli::command(), screen),
        Command::Man(args) => {
            man::run(args, vec![Cli::command(), nemcon_audit::cli::command()], screen)
        }
    }
}
