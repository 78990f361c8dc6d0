//! `mcp-backend check`: every rule, no build.

use lexopt::Arg::{Long, Short, Value};

use super::arguments::{Place, unexpected, word, words};
use super::{Answer, Call, Command, Failure};
use crate::check::{self, Selection, Strictness};
use crate::render::{Format, UnknownFormat, render};
use crate::rules;
use crate::survey::Survey;

pub(super) static COMMAND: Command = Command {
    name: "check",
    summary: "Check a project against every rule, without building it",
    usage: "[PATH] [--format FORMAT] [--select RULES] [--ignore RULES]\n\n\
            \x20 --format FORMAT   full (default), concise, json, github or sarif\n\
            \x20 --select RULES    only these: codes, their beginnings or names, with commas between\n\
            \x20 --ignore RULES    all but these; a structural rule cannot be ignored\n",
    run,
};

fn run(mut parser: lexopt::Parser, call: &Call<'_>) -> Result<Answer, Failure> {
    let mut place = Place::default();
    let mut format = Format::Full;
    let mut selection = Selection::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("format") => format = format_called(&word(&mut parser)?)?,
            Long("select") | Short('s') => selection.select.extend(known(words(&mut parser)?)?),
            Long("ignore") | Short('i') => selection.ignore.extend(known(words(&mut parser)?)?),
            Value(value) => place.take(value)?,
            other => return Err(unexpected(other)),
        }
    }
    let survey = Survey::read(&place.path())?;
    let report = check::run(&survey.subject(), Strictness::Full, &selection);
    let clean = report.diagnostics().is_empty() && format == Format::Full;
    let stdout = if clean { "no findings\n".to_owned() } else { render(&report, format, call.look) };
    Ok(Answer { status: u8::from(report.refused()), stdout, stderr: String::new() })
}

/// The output format of that name.
fn format_called(name: &str) -> Result<Format, Failure> {
    name.parse().map_err(|fault: UnknownFormat| Failure::Usage(format!("`{name}` is no format: {fault}")))
}

/// The words, when each names a rule.
fn known(words: Vec<String>) -> Result<Vec<String>, Failure> {
    match words.iter().find(|word| !rules::named(word)) {
        Some(word) => Err(Failure::Usage(format!("`{word}` names no rule; `mcp-backend rule` lists them"))),
        None => Ok(words),
    }
}
