//! The command line, one command a file. A command returns what to write and never writes by itself.

mod arguments;
mod build;
mod check;
mod contract;
mod export;
mod files;
mod help;
pub mod live;
mod marked_file;
mod migrate;
mod new;
mod rule;
mod several;
mod tools;
pub mod vendor;
mod verify;

use std::ffi::OsString;

use crate::error::Error;
use crate::render::TerminalStyle;

/// What a run of the command line comes to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct CommandOutput {
    /// 0 done, 1 findings at level error, 2 wrong usage or a failing disk.
    pub status: u8,
    /// The answer itself.
    pub stdout: String,
    /// Words beside the answer.
    pub stderr: String,
}

impl CommandOutput {
    /// What a command says that did what it was asked for.
    fn done(stdout: String) -> Self {
        Self { stdout, ..Self::default() }
    }
}

/// Why a command could not answer.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Usage(String),
    #[error(transparent)]
    Arguments(#[from] lexopt::Error),
    #[error(transparent)]
    World(#[from] Error),
}

/// Where a command runs, beside its own arguments.
struct Terminal<'a> {
    look: TerminalStyle,
    interrupted: &'a (dyn Fn() -> bool + Sync),
}

/// A command: its name, its one line of help, and what it does with the arguments after its name.
struct Command {
    name: &'static str,
    summary: &'static str,
    usage: &'static str,
    run: fn(lexopt::Parser, &Terminal<'_>) -> Result<CommandOutput, Failure>,
}

static COMMANDS: &[&Command] = &[
    &check::COMMAND,
    &build::COMMAND,
    &verify::COMMAND,
    &files::COMMAND,
    &tools::COMMAND,
    &contract::COMMAND,
    &export::COMMAND,
    &migrate::COMMAND,
    &new::COMMAND,
    &new::INIT,
    &rule::COMMAND,
];

/// Runs the command line on `arguments`, the program's name left out.
pub fn run(
    arguments: &[String],
    look: TerminalStyle,
    interrupted: &(dyn Fn() -> bool + Sync),
) -> CommandOutput {
    let terminal = Terminal { look, interrupted };
    dispatch(arguments, &terminal).unwrap_or_else(|failure| CommandOutput {
        status: 2,
        stderr: format!("error: {failure}\n"),
        ..CommandOutput::default()
    })
}

fn dispatch(arguments: &[String], terminal: &Terminal<'_>) -> Result<CommandOutput, Failure> {
    let (first, rest) = match arguments.split_first() {
        None => return Ok(CommandOutput { status: 2, stderr: help::all(), ..CommandOutput::default() }),
        Some((first, rest)) => (first.as_str(), rest),
    };
    match first {
        "-h" | "--help" | "help" => {
            let asked = rest.first().filter(|_| first == "help").map(|word| called(word)).transpose()?;
            return Ok(CommandOutput::done(asked.map_or_else(help::all, help::one)));
        }
        "-V" | "--version" => {
            return Ok(CommandOutput::done(format!("mcp-backend {}\n", env!("CARGO_PKG_VERSION"))));
        }
        _ => {}
    }
    let command = called(first)?;
    if rest.iter().any(|word| word == "-h" || word == "--help") {
        return Ok(CommandOutput::done(help::one(command)));
    }
    (command.run)(lexopt::Parser::from_args(rest.iter().map(OsString::from)), terminal)
}

/// The command of that name.
fn called(name: &str) -> Result<&'static Command, Failure> {
    COMMANDS.iter().copied().find(|command| command.name == name).ok_or_else(|| help::unknown(name))
}
